//! What the services make of a PG's refusals: they go by the connector's reason, and keep and show the PG's own code and text,
//! whatever these are.

use std::sync::Arc;
use std::time::Duration;

use domain::error::PgMessage;
use domain::issuance::{AuthType, Issuance, IssuanceState, IssuanceTerms};
use domain::payment::{CancelFields, DeclineReason, PaymentState, ResolutionStep, StepOutcome};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Won};
use pg::{Finding, NetCancelRefusal, Outcome, PaymentLookup, PaymentRecord};
use seams::TestClock;

use super::payment::{cancel, charge, resolution};
use super::scripted_pg::{ScriptedPg, debit, payment_of, quiet_pg};
use super::tests::{NOW_MS, id, key, request, services};

/// The codes belie the reasons: a known one, one with a blank, none at all.
#[tokio::test]
async fn a_refused_debit_has_the_reason_that_the_connector_gives_and_the_code_that_the_pg_gave() {
    let reasons = [
        (DeclineReason::OverLimit, "V301"),
        (DeclineReason::BankRefused, "V301 "),
        (DeclineReason::KeyRefused, ""),
    ];
    for (reason, code) in reasons {
        let (folder, pg) = (tempfile::tempdir().unwrap(), PgMessage::new(code, "거절"));
        let charge_outcome = Outcome::Refused { reason, pg: pg.clone() };
        let scripted = ScriptedPg {
            charge: charge_outcome,
            ..quiet_pg()
        };
        let services = services(folder.path(), Arc::new(scripted), TestClock::at_ms(NOW_MS)).await;
        let refusal = charge(&services, request("order")).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.pg.as_ref()),
            (ErrorCode::ConfirmFailed, Some(&pg))
        );
        let payment = payment_of(&services).await;
        assert_eq!((payment.state, payment.reason), (PaymentState::Declined, Some(reason)));
        assert_eq!(payment.failure.and_then(|failure| failure.pg), Some(pg));
        services.store().close().await;
    }
}

/// What became of the net-cancel of a debit without an answer.
async fn net_cancelled(reason: NetCancelRefusal, pg: &PgMessage) -> StepOutcome {
    let folder = tempfile::tempdir().unwrap();
    let refused = Outcome::Refused { reason, pg: pg.clone() };
    let scripted = ScriptedPg {
        net_cancel: refused,
        ..quiet_pg()
    };
    let services = services(folder.path(), Arc::new(scripted), TestClock::at_ms(NOW_MS)).await;
    let refusal = charge(&services, request("order")).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::ConfirmCritical);
    let payment = payment_of(&services).await;
    let later = payment.requested_at.plus_ms(3_600_000);
    let request = store::LeaseRequest {
        now: later,
        until: later,
        limit: 1,
        lease: services.ids.lease(),
    };
    let mut leased = services
        .store()
        .lease_resolutions(request, &store::Busy::default())
        .await
        .unwrap();
    resolution::resolve(&services, leased.remove(0)).await;
    let mut steps: Vec<ResolutionStep> = services
        .store()
        .resolution_steps(payment.project_id, payment.receipt_id)
        .await
        .unwrap();
    services.store().close().await;
    // Found nothing, net-cancelled, found nothing.
    assert_eq!(steps.len(), 4, "{steps:?}");
    steps.remove(2).outcome
}

#[tokio::test]
async fn a_refused_net_cancel_is_a_step_with_the_connectors_reason_whatever_its_code() {
    for code in ["V100", "2020", "2020 ", ""] {
        let pg = PgMessage::new(code, "");
        assert_eq!(
            net_cancelled(NetCancelRefusal::NotThere, &pg).await,
            StepOutcome::NotThere
        );
        for (reason, is_too_late) in [(NetCancelRefusal::TooLate, true), (NetCancelRefusal::Other, false)] {
            let refused = StepOutcome::Refused {
                pg: pg.clone(),
                is_too_late,
            };
            assert_eq!(net_cancelled(reason, &pg).await, refused);
        }
    }
}

#[tokio::test]
async fn a_cancel_that_somebody_else_made_is_refused_with_the_connectors_message() {
    let folder = tempfile::tempdir().unwrap();
    let all_back = PaymentRecord {
        debit: debit(),
        balance: Won::ZERO,
        cancel_orders: Some(vec!["another".to_owned()]),
    };
    let scripted = ScriptedPg {
        charge: Outcome::Done(debit()),
        find_payment: Outcome::Done(PaymentLookup::Cancelled(all_back)),
        ..quiet_pg()
    };
    let services = services(folder.path(), Arc::new(scripted), TestClock::at_ms(NOW_MS)).await;
    let paid = charge(&services, request("order")).await.unwrap().payment;
    let ended = cancel(&services, paid.project_id, paid.receipt_id, CancelFields::default()).await;
    let refusal = ended.err().unwrap();
    let said = services.pg.connector.message(Finding::CancelledAlready, None);
    assert_eq!((refusal.code, refusal.pg), (ErrorCode::AlreadyCancelled, Some(said)));
    assert_eq!(payment_of(&services).await.state, PaymentState::Cancelled);
    services.store().close().await;
}

fn publishing() -> Issuance {
    Issuance {
        receipt_id: ReceiptId(id(9)),
        project_id: ProjectId(id(1)),
        seq: 1,
        state: IssuanceState::Publishing,
        terms: IssuanceTerms {
            subscription_id: "sub".to_owned(),
            order_name: "구독".to_owned(),
            price: Won::ZERO,
            tax_free: Won::ZERO,
            auth_type: AuthType::App,
            shown: key().shown,
            phone_masked: "010****5678".to_owned(),
            cash_receipt_type: None,
            cash_receipt_print: None,
            mandate: domain::mandate::MandateTerms::default(),
            metadata: "{}".to_owned(),
        },
        fingerprint: domain::fingerprint::Pepper::new([7; 32]).hash("request", &[]),
        requested_at: EpochMs(NOW_MS),
        consent_expires_at: EpochMs(NOW_MS + 600_000),
        published_at: None,
        pg_tid: Some("tid".to_owned()),
        consent_url: None,
        failure: None,
        issued: None,
    }
}

#[tokio::test]
async fn a_publish_that_never_arrived_fails_with_the_connectors_message() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), TestClock::at_ms(NOW_MS));
    let services = services(folder.path(), Arc::new(quiet_pg()), clock.clone()).await;
    let issuance = publishing();
    let opened = domain::change::Change::OpenIssuance(Box::new(issuance.clone()));
    services.ledger.commit(issuance.project_id, vec![opened]).await.unwrap();
    super::issuance::recover_publish::spawn_unguarded(&services, Arc::new(issuance.clone()));
    services.tasks.close();
    let resolved = async {
        while !services.tasks.is_empty() {
            clock.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), resolved).await.unwrap();
    let found = services
        .store()
        .issuance(issuance.project_id, issuance.receipt_id)
        .await;
    let failed = found.unwrap().unwrap();
    let said = services.pg.connector.message(Finding::NoSuchOrder, None);
    assert_eq!(failed.state, IssuanceState::Failed);
    assert_eq!(failed.failure.and_then(|failure| failure.pg), Some(said));
    services.store().close().await;
}
