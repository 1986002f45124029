//! A debit whose answer comes after its payment was given up, decided by a person, or found paid by somebody else: money that moved
//! all the same goes back, once, or a person is told.

use std::sync::Arc;
use std::time::Duration;

use domain::payment::{
    ManualResolutionForm, Payment, PaymentState, Precedence, ResolutionAction, ResolutionStep, StepOutcome,
};
use domain::{ErrorCode, Refusal, Won};
use pg::{Connector, NetCancelRefusal, Outcome, PaymentLookup, PaymentRecord};
use seams::TestClock;
use store::{LeaseRequest, Leased};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::Services;
use super::payment::{charge, resolution, resolve_manually};
use super::scripted_pg::{ScriptedPg, debit, payment_of, quiet_pg};
use super::tests::{NOW_MS, request, services};

/// A charge that hangs at the PG, which will say that it was paid, and until then knows of nothing.
struct Hanging {
    services: Arc<Services>,
    pg: Arc<ScriptedPg>,
    clock: TestClock,
    asked: JoinHandle<Result<Arc<Payment>, Refusal>>,
    _folder: TempDir,
}

impl Hanging {
    async fn begin(pg: ScriptedPg) -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), TestClock::at_ms(NOW_MS));
        let pg = Arc::new(ScriptedPg {
            charge: Outcome::Done(debit()),
            charge_when: Some(Arc::new(Notify::new())),
            ..pg
        });
        let connector: Arc<dyn Connector> = pg.clone();
        let services = services(folder.path(), connector, clock.clone()).await;
        let charging = services.clone();
        let asked = tokio::spawn(async move { charge(&charging, request("order")).await.map(|told| told.payment) });
        while services.in_flight.payments.len() == 0
            || services
                .store()
                .payments_by_order(request("order").project, "order", 1)
                .await
                .unwrap()
                .is_empty()
        {
            tokio::task::yield_now().await;
        }
        Self {
            services,
            pg,
            clock,
            asked,
            _folder: folder,
        }
    }

    /// What is due now, leased for so long.
    async fn lease(&self, lasts_ms: u64) -> Vec<Leased<Payment>> {
        let now = self.services.clocks.machine_now();
        let request = LeaseRequest {
            lease: self.services.ids.lease(),
            now,
            until: now.plus_ms(lasts_ms),
            limit: 1,
        };
        let (store, nobody) = (self.services.store(), store::Busy::default());
        let leased = store.lease_resolutions(request, &nobody);
        leased.await.unwrap()
    }

    async fn resolve_once(&self) -> Payment {
        for due in self.lease(60_000).await {
            resolution::resolve(&self.services, due).await;
        }
        self.clock.advance(Duration::from_secs(61));
        payment_of(&self.services).await
    }

    /// As another gateway does that has heard nothing of it.
    async fn resolve_until(&self, state: PaymentState) -> Payment {
        for _step in 0..200 {
            let payment = self.resolve_once().await;
            if payment.state == state {
                return payment;
            }
        }
        panic!("never {state:?}: {:?}", self.steps().await);
    }

    async fn steps(&self) -> Vec<ResolutionStep> {
        let payment = payment_of(&self.services).await;
        let steps = self
            .services
            .store()
            .resolution_steps(payment.project_id, payment.receipt_id);
        steps.await.unwrap()
    }

    /// The PG's answer comes; what the merchant is told.
    async fn answer(&mut self) -> Result<Arc<Payment>, Refusal> {
        self.pg.charge_when.as_ref().unwrap().notify_one();
        (&mut self.asked).await.unwrap()
    }

    fn refunds(&self) -> Vec<String> {
        self.pg.refunds.lock().unwrap().clone()
    }
}

fn forgetful() -> ScriptedPg {
    let reason = NetCancelRefusal::NotThere;
    ScriptedPg {
        net_cancel: Outcome::Refused {
            reason,
            pg: domain::error::PgMessage::new("V100", ""),
        },
        cancel: Outcome::Done(()),
        ..quiet_pg()
    }
}

#[tokio::test]
async fn what_was_voided_and_is_paid_after_all_is_given_back_once() {
    let mut hanging = Hanging::begin(forgetful()).await;
    let voided = hanging.resolve_until(PaymentState::Voided).await;
    let told = hanging.answer().await.unwrap_err();
    assert_eq!(told.code, ErrorCode::ConfirmFailed, "as it is on disk");
    let late = hanging.steps().await.pop().unwrap();
    assert_eq!(
        (late.action, late.outcome),
        (ResolutionAction::Find, StepOutcome::Paid(debit()))
    );
    // Until it is back, a person sees it.
    let seen = hanging.services.store().unresolved(10).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].next_step_at.is_some(), "it is due");
    for _more in 0..5 {
        hanging.resolve_once().await;
    }
    let order_id = format!("{}-refund", voided.receipt_id);
    assert_eq!(hanging.refunds(), [order_id]);
    assert_eq!(payment_of(&hanging.services).await.state, PaymentState::Voided);
    assert!(hanging.services.store().unresolved(10).await.unwrap().is_empty());
}

/// A refund whose answer is lost is asked for again under the same order id, which the PG takes once.
#[tokio::test]
async fn a_refund_without_an_answer_is_tried_under_one_order_id_until_a_person_must_see_to_it() {
    let silent = quiet_pg().cancel;
    let mut hanging = Hanging::begin(ScriptedPg {
        cancel: silent,
        ..forgetful()
    })
    .await;
    let voided = hanging.resolve_until(PaymentState::Voided).await;
    hanging.answer().await.unwrap_err();
    hanging.pg.find_now(PaymentLookup::Paid(found()));
    for _minute in 0..400 {
        hanging.resolve_once().await;
    }
    let refunds = hanging.refunds();
    assert!((10..100).contains(&refunds.len()), "{}", refunds.len());
    assert!(
        refunds
            .iter()
            .all(|order_id| *order_id == format!("{}-refund", voided.receipt_id))
    );
    let left = hanging.services.store().unresolved(10).await.unwrap();
    assert_eq!(left.len(), 1, "a person's");
    let last = hanging.steps().await.pop().unwrap();
    assert!(matches!(last.outcome, StepOutcome::Paid(_)), "{last:?}");
}

fn found() -> PaymentRecord {
    PaymentRecord {
        debit: debit(),
        balance: Won::new(1000).unwrap(),
        cancel_orders: Some(Vec::new()),
    }
}

#[tokio::test]
async fn what_is_in_doubt_and_not_net_cancelled_is_paid_by_the_late_answer() {
    let mut hanging = Hanging::begin(forgetful()).await;
    let payment = payment_of(&hanging.services).await;
    let step = payment.transition(
        PaymentState::InDoubt,
        hanging.services.now_of(payment.project_id),
        domain::transition::Actor::Worker,
    );
    hanging
        .services
        .ledger
        .commit(payment.project_id, vec![step.into()])
        .await
        .unwrap();
    let told = hanging.answer().await.unwrap_err();
    assert_eq!(told.code, ErrorCode::ConfirmCritical);
    hanging.pg.find_now(PaymentLookup::Paid(found()));
    assert_eq!(hanging.resolve_once().await.state, PaymentState::Paid);
    assert!(hanging.refunds().is_empty());
}

/// A net-cancel has left: whatever it finds, the merchant was told that the debit is being undone.
#[tokio::test]
async fn what_was_net_cancelled_is_given_back_though_it_is_still_in_doubt() {
    let mut hanging = Hanging::begin(forgetful()).await;
    while !hanging
        .steps()
        .await
        .iter()
        .any(|step| step.action == ResolutionAction::NetCancel)
    {
        hanging.resolve_once().await;
    }
    hanging.answer().await.unwrap_err();
    let ended = hanging.resolve_until(PaymentState::Voided).await;
    assert_eq!(hanging.refunds(), [format!("{}-refund", ended.receipt_id)]);
}

/// A person's word is not undone by itself: people are told.
#[tokio::test]
async fn what_a_person_called_void_is_shown_to_people_when_the_pg_says_paid() {
    let mut hanging = Hanging::begin(ScriptedPg {
        net_cancel: quiet_pg().net_cancel,
        ..forgetful()
    })
    .await;
    let receipt = hanging.resolve_until(PaymentState::NeedsReview).await.receipt_id;
    let text = |text: &str| Some(text.to_owned());
    let form = ManualResolutionForm {
        verdict: text("voided"),
        who: text("me"),
        note: text("the bank said so"),
        tid: None,
    };
    let said = form.read(Precedence::Pg).unwrap();
    // Both at once: the person's word and the PG's late one.
    let services = hanging.services.clone();
    let (resolved, answered) = tokio::join!(resolve_manually(&services, receipt, said), hanging.answer());
    assert!(answered.is_err());
    for _more in 0..3 {
        hanging.resolve_once().await;
    }
    if resolved.is_ok() {
        let seen = hanging.services.store().unresolved(10).await.unwrap();
        assert_eq!(seen.len(), 1, "contradicted");
        assert!(hanging.refunds().is_empty());
    } else {
        assert_eq!(hanging.refunds().len(), 1, "it was still undecided");
    }
}

/// The other gateway has found it paid, and its merchant has had a part back: the late answer says nothing new.
#[tokio::test]
async fn what_somebody_else_has_found_paid_is_answered_as_paid() {
    let mut hanging = Hanging::begin(ScriptedPg {
        find_payment: Outcome::Done(PaymentLookup::Paid(found())),
        ..forgetful()
    })
    .await;
    hanging.resolve_until(PaymentState::Paid).await;
    let steps = hanging.steps().await.len();
    let told = hanging.answer().await.unwrap();
    assert_eq!(told.state, PaymentState::Paid);
    for _more in 0..3 {
        hanging.resolve_once().await;
    }
    assert_eq!(hanging.steps().await.len(), steps);
    assert!(hanging.refunds().is_empty());
}

/// Its lease ran out while it stood still, and another one has the work since.
#[tokio::test]
async fn who_has_no_lease_any_more_writes_no_step_and_changes_nothing_of_when_it_goes_on() {
    let hanging = Hanging::begin(forgetful()).await;
    hanging.resolve_until(PaymentState::InDoubt).await;
    let steps = hanging.steps().await.len();
    let mut stood_still = hanging.lease(10_000).await;
    hanging.clock.advance(Duration::from_secs(11));
    let new = hanging.lease(3_600_000).await;
    assert_eq!((stood_still.len(), new.len()), (1, 1));
    resolution::resolve(&hanging.services, stood_still.remove(0)).await;
    assert_eq!(hanging.steps().await.len(), steps);
    hanging.clock.advance(Duration::from_secs(3_000));
    assert!(hanging.lease(1).await.is_empty(), "it is the new one's for an hour");
}
