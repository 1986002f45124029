use super::*;
use crate::fingerprint::Pepper;
use crate::ids::{BillingKeyId, ObjectId, ProjectId, ReceiptId};
use crate::key::Shown;
use crate::payment::{ContentType, Order, Source};

const NOW: EpochMs = EpochMs(1_767_290_645_000);

fn payment(state: State) -> Payment {
    let id = ObjectId::from_parts(7, [7; 5], 7);
    Payment {
        receipt_id: ReceiptId(id),
        project_id: ProjectId(id),
        billing_key: BillingKeyId(id),
        bid: "bid".to_owned(),
        source: Source::Charge,
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
        shown: Shown {
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

fn said(finding: Finding, tid: Option<&str>, believe: Believe) -> PersonSaid {
    let fields = PersonFields {
        verdict: Some(finding.name().to_owned()),
        who: Some("kim".to_owned()),
        note: Some("PG 통화, 담당 이OO".to_owned()),
        tid: tid.map(str::to_owned),
    };
    fields.read(believe).unwrap()
}

fn words() -> [PgWord; 6] {
    let debit = Debit {
        tid: "tid1".to_owned(),
        approve_no: "1".to_owned(),
        receipt_url: String::new(),
        paid_at: NOW,
        cash_receipt: None,
    };
    let paid = |won| PgWord::Paid {
        debit: debit.clone(),
        balance: Won::new(won).unwrap(),
    };
    [
        paid(9_900),
        paid(5_000),
        PgWord::Failed(PgWords::new("V301", "잔액 부족")),
        PgWord::Cancelled,
        PgWord::Nothing,
        PgWord::Silent,
    ]
}

/// Every finding against everything that the PG may say: what is accepted never says otherwise about the money.
#[test]
fn a_verdict_that_the_pg_contradicts_is_refused_and_names_its_answer() {
    let contradicted = |finding: Finding| -> Vec<bool> {
        let said = said(finding, Some("tid1"), Believe::Pg);
        let judge = |pg: &PgWord| settle_by_person(&payment(State::NeedsPerson), &said, pg, NOW);
        let judged = words().map(|pg| match judge(&pg) {
            Ok(step) => {
                assert_eq!((step.to.name(), step.actor), (finding.name(), Actor::Person));
                assert!(step.note.contains("kim: PG 통화"), "{}", step.note);
                assert_eq!(step.debit.is_some(), finding == Finding::Paid);
                assert_eq!(step.failure.is_none(), finding == Finding::Paid);
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
    assert_eq!(contradicted(Finding::Paid), [false, true, true, true, true, false]);
    assert_eq!(contradicted(Finding::Declined), [true, true, false, true, false, false]);
    assert_eq!(contradicted(Finding::Voided), [true, true, false, false, false, false]);
}

#[test]
fn a_person_who_insists_is_believed_and_the_history_says_against_whom() {
    for finding in Finding::ALL {
        for pg in words() {
            let said = said(finding, Some("tid9"), Believe::Person);
            let step = settle_by_person(&payment(State::NeedsPerson), &said, &pg, NOW).unwrap();
            assert_eq!(step.to.name(), finding.name());
            assert!(step.note.contains(&pg.sentence()), "{}", step.note);
            let gentle = PersonSaid {
                believe: Believe::Pg,
                ..said
            };
            let is_against = settle_by_person(&payment(State::NeedsPerson), &gentle, &pg, NOW).is_err();
            assert_eq!(step.note.contains("against the PG"), is_against);
        }
    }
}

#[test]
fn only_what_waits_for_a_person_is_settled_by_one() {
    for state in State::ALL.into_iter().filter(|state| *state != State::NeedsPerson) {
        let said = said(Finding::Voided, None, Believe::Person);
        let refusal = settle_by_person(&payment(state), &said, &PgWord::Silent, NOW).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.hint.as_deref()),
            (ErrorCode::SettleNotNeeded, Some(state.name()))
        );
    }
}

#[test]
fn a_paid_one_has_the_pgs_number_or_the_persons_and_else_is_refused() {
    let paid = |tid, pg: &PgWord| {
        let said = said(Finding::Paid, tid, Believe::Pg);
        settle_by_person(&payment(State::NeedsPerson), &said, pg, NOW).map(|step| step.debit.unwrap().tid)
    };
    assert_eq!(paid(None, &words()[0]).unwrap(), "tid1");
    assert_eq!(paid(Some("tid2"), &PgWord::Silent).unwrap(), "tid2");
    assert_eq!(paid(None, &PgWord::Silent).unwrap_err().field, Some("tid"));
    // Another debit's number, while the PG names this one's.
    assert_eq!(
        paid(Some("tid2"), &words()[0]).unwrap_err().code,
        ErrorCode::SettleContradicted
    );
}

#[test]
fn what_a_person_writes_is_kept_without_long_numbers() {
    let fields = |note: &str, tid: &str| PersonFields {
        verdict: Some("voided".to_owned()),
        who: Some("이 010-1234-5678".to_owned()),
        note: Some(note.to_owned()),
        tid: Some(tid.to_owned()),
    };
    let said = fields("계좌 123-456-789012 확인", "tid1").read(Believe::Pg).unwrap();
    assert_eq!(
        (said.who.as_str(), said.note.as_str()),
        ("이 ******", "계좌 ****** 확인")
    );
    assert_eq!(
        fields("n", "12345678901234").read(Believe::Pg).unwrap_err().field,
        Some("tid")
    );
    assert_eq!(fields(" ", "tid1").read(Believe::Pg).unwrap_err().field, Some("note"));
}
