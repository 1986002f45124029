use super::*;
use crate::error::PgMessage;
use crate::fingerprint::Pepper;
use crate::ids::{BillingKeyId, ObjectId, ProjectId, ReceiptId};
use crate::key::MaskedAccount;
use crate::payment::{ContentType, DeclineReason, Order, PaymentSource};

const NOW: EpochMs = EpochMs(1_767_290_645_000);

pub(in crate::payment) fn payment(state: PaymentState) -> Payment {
    let id = ObjectId::from_parts(7, [7; 5], 7);
    Payment {
        receipt_id: ReceiptId(id),
        project_id: ProjectId(id),
        billing_key: BillingKeyId(id),
        bid: "bid".to_owned(),
        source: PaymentSource::Charge,
        seq: 3,
        state,
        order: Order {
            order_id: "order".to_owned(),
            order_name: "구독".to_owned(),
            price: Won::new(9_900).unwrap(),
            tax_free: Won::ZERO,
            metadata: "{}".to_owned(),
            items: "[]".to_owned(),
            user: "{}".to_owned(),
            feedback_url: None,
            content_type: ContentType::Json,
        },
        masked_account: MaskedAccount {
            bank_code: "004".to_owned(),
            account_masked: "123456789*****".to_owned(),
            holder_masked: "홍길*".to_owned(),
        },
        fingerprint: Pepper::new([7; 32]).hash("payment", &[]),
        requested_at: NOW,
        debit: None,
        failure: None,
        reason: None,
        cancelled_price: Won::ZERO,
        cancelled_tax_free: Won::ZERO,
        cancelled_at: None,
    }
}

fn said(finding: ClaimedOutcome, tid: Option<&str>, believe: Precedence) -> ManualResolution {
    let fields = ManualResolutionForm {
        verdict: Some(finding.name().to_owned()),
        who: Some("kim".to_owned()),
        note: Some("PG 통화, 담당 이OO".to_owned()),
        tid: tid.map(str::to_owned),
    };
    fields.read(believe).unwrap()
}

fn words() -> [PgReport; 6] {
    let debit = Debit {
        tid: "tid1".to_owned(),
        approve_no: "1".to_owned(),
        receipt_url: String::new(),
        paid_at: NOW,
        cash_receipt: None,
    };
    let paid = |won| PgReport::Paid {
        debit: debit.clone(),
        balance: Won::new(won).unwrap(),
    };
    [
        paid(9_900),
        paid(5_000),
        PgReport::Failed(Decline {
            reason: DeclineReason::InsufficientFunds,
            pg: PgMessage::new("V301", "잔액 부족"),
        }),
        PgReport::Cancelled,
        PgReport::Nothing,
        PgReport::Silent,
    ]
}

/// Every finding against everything that the PG may say: what is accepted never says otherwise about the money.
#[test]
fn a_verdict_that_the_pg_contradicts_is_refused_and_names_its_answer() {
    let contradicted = |finding: ClaimedOutcome| -> Vec<bool> {
        let said = said(finding, Some("tid1"), Precedence::Pg);
        let judge = |pg: &PgReport| resolve_manually(&payment(PaymentState::NeedsReview), &said, pg, NOW);
        let judged = words().map(|pg| match judge(&pg) {
            Ok(step) => {
                assert_eq!((step.to.name(), step.actor), (finding.name(), Actor::Person));
                assert!(step.note.contains("kim: PG 통화"), "{}", step.note);
                assert_eq!(step.debit.is_some(), finding == ClaimedOutcome::Paid);
                assert_eq!(step.failure.is_none(), finding == ClaimedOutcome::Paid);
                false
            }
            Err(refusal) => {
                assert_eq!(refusal.code, ErrorCode::SettleContradicted);
                assert_eq!(refusal.hint, Some(pg.sentence()));
                true
            }
        });
        judged.to_vec()
    };
    // whole debit, part of it, declined, cancelled, nothing, silence
    assert_eq!(
        contradicted(ClaimedOutcome::Paid),
        [false, true, true, true, true, false]
    );
    assert_eq!(
        contradicted(ClaimedOutcome::Declined),
        [true, true, false, true, false, false]
    );
    assert_eq!(
        contradicted(ClaimedOutcome::Voided),
        [true, true, false, false, false, false]
    );
}

#[test]
fn a_person_who_insists_is_believed_and_the_history_says_against_whom() {
    for finding in ClaimedOutcome::ALL.iter().copied() {
        for pg in words() {
            let said = said(finding, Some("tid9"), Precedence::Person);
            let step = resolve_manually(&payment(PaymentState::NeedsReview), &said, &pg, NOW).unwrap();
            assert_eq!(step.to.name(), finding.name());
            assert!(step.note.contains(&pg.sentence()), "{}", step.note);
            let gentle = ManualResolution {
                precedence: Precedence::Pg,
                ..said
            };
            let is_against = resolve_manually(&payment(PaymentState::NeedsReview), &gentle, &pg, NOW).is_err();
            assert_eq!(step.note.contains("against the PG"), is_against);
        }
    }
}

#[test]
fn only_what_waits_for_a_person_is_settled_by_one() {
    for state in PaymentState::ALL
        .iter()
        .copied()
        .filter(|state| *state != PaymentState::NeedsReview)
    {
        let said = said(ClaimedOutcome::Voided, None, Precedence::Person);
        let refusal = resolve_manually(&payment(state), &said, &PgReport::Silent, NOW).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.hint.as_deref()),
            (ErrorCode::SettleNotNeeded, Some(state.name()))
        );
    }
}

#[test]
fn a_paid_one_has_the_pgs_number_or_the_persons_and_else_is_refused() {
    let paid = |tid, pg: &PgReport| {
        let said = said(ClaimedOutcome::Paid, tid, Precedence::Pg);
        resolve_manually(&payment(PaymentState::NeedsReview), &said, pg, NOW).map(|step| step.debit.unwrap().tid)
    };
    assert_eq!(paid(None, &words()[0]).unwrap(), "tid1");
    assert_eq!(paid(Some("tid2"), &PgReport::Silent).unwrap(), "tid2");
    assert_eq!(paid(None, &PgReport::Silent).unwrap_err().field, Some("tid"));
    // Another debit's number, while the PG names this one's.
    assert_eq!(
        paid(Some("tid2"), &words()[0]).unwrap_err().code,
        ErrorCode::SettleContradicted
    );
}

#[test]
fn what_a_person_writes_is_kept_without_long_numbers() {
    let fields = |note: &str, tid: &str| ManualResolutionForm {
        verdict: Some("voided".to_owned()),
        who: Some("이 010-1234-5678".to_owned()),
        note: Some(note.to_owned()),
        tid: Some(tid.to_owned()),
    };
    let said = fields("계좌 123-456-789012 확인", "tid1").read(Precedence::Pg).unwrap();
    assert_eq!(
        (said.who.as_str(), said.note.as_str()),
        ("이 ******", "계좌 ****** 확인")
    );
    assert_eq!(
        fields("n", "12345678901234").read(Precedence::Pg).unwrap_err().field,
        Some("tid")
    );
    assert_eq!(
        fields(" ", "tid1").read(Precedence::Pg).unwrap_err().field,
        Some("note")
    );
}
