//! Mandates that were over for long enough, and what has no payment: each goes whole or not at all.

use domain::ReceiptId;
use domain::cash_receipt::CashReceiptOrigin;
use domain::change::Change;
use domain::issuance::IssuanceState;
use domain::mandate::MandateEvent;
use domain::payment::PaymentSource;
use domain::precondition::Precondition;
use domain::reserve::{ReserveState, ReserveTransition};
use domain::retention::RecordKind;
use domain::transition::Actor;
use jadong_store::CommitRefused;

use crate::commits::refused;
use crate::engine::Engine;
use crate::money_rows::{cash_receipt, open, open_reserve, paid, payment, put, reserve, reserve_id};
use crate::retention::{commit, debited, go, old, over};
use crate::rows::{at, destroy, issuance, issue, issued, key, key_id, object, project_id, receipt_id};

fn event(number: u32, seconds: i64) -> Change {
    Change::AddMandateEvent(Box::new(MandateEvent {
        project_id: project_id(1),
        receipt_id: receipt_id(1),
        number,
        at: at(seconds),
        entry: "{}".to_owned(),
        hash: format!("hash-{number}"),
        signature: "signature".to_owned(),
    }))
}

pub async fn a_mandate_goes_with_its_whole_chain_or_not_at_all<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let project = project_id(1);
    let (mut asked, given) = (issuance(1), key(&issuance(1), 1));
    commit(&store, vec![crate::rows::open(&asked), event(1, 1)]).await;
    for to in [
        IssuanceState::Consenting,
        IssuanceState::Consented,
        IssuanceState::Publishing,
    ] {
        let moved = crate::rows::step(&asked, to);
        commit(&store, vec![crate::rows::moved(&moved)]).await;
        (asked.seq, asked.state) = (moved.seq, moved.to);
    }
    let moved = crate::rows::moved(&issued(&asked, &given));
    commit(&store, vec![moved, issue(&given), event(2, 2)]).await;
    debited(&store, 20).await;
    assert_eq!(over(&store, RecordKind::Mandate).await, [], "it can be debited");
    commit(&store, vec![destroy(1, 500), event(3, 500)]).await;
    let found = over(&store, RecordKind::Mandate).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        refused(&go(&store, &found).await),
        Some(CommitRefused::LostRace),
        "a debit under it is left"
    );
    let debits = over(&store, RecordKind::Payment).await;
    go(&store, &debits).await.expect("destroyed");

    // Something is put on record between reading and destroying.
    let on_record = Change::Require(Precondition::KeyOnRecord(key_id(1)));
    commit(&store, vec![on_record.clone(), event(4, 600)]).await;
    assert_eq!(refused(&go(&store, &found).await), Some(CommitRefused::LostRace));
    assert_eq!(
        store
            .mandate_events(project, receipt_id(1))
            .await
            .expect("a read")
            .len(),
        4
    );
    assert!(store.billing_key(project, key_id(1)).await.expect("a read").is_some());

    let found = over(&store, RecordKind::Mandate).await;
    go(&store, &found).await.expect("destroyed");
    assert_eq!(store.mandate_events(project, receipt_id(1)).await.expect("a read"), []);
    assert_eq!(store.billing_key(project, key_id(1)).await.expect("a read"), None);
    assert_eq!(store.issuance(project, receipt_id(1)).await.expect("a read"), None);
    for object in [key_id(1).to_string(), receipt_id(1).to_string()] {
        assert_eq!(store.history(project, object).await.expect("a read"), []);
    }
    // Nothing is added to a record that is gone.
    let late = store.commit(project, vec![on_record, event(5, 700)]).await;
    assert_eq!(refused(&late), Some(CommitRefused::LostRace));
    assert_eq!(store.mandate_events(project, receipt_id(1)).await.expect("a read"), []);
}

pub async fn requests_without_a_key_reserves_and_cash_receipts_go_too<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let project = project_id(1);
    let refused_by_payer = issuance(3);
    let ended = crate::rows::step(&refused_by_payer, IssuanceState::Failed);
    commit(
        &store,
        vec![crate::rows::open(&refused_by_payer), crate::rows::moved(&ended)],
    )
    .await;
    commit(
        &store,
        vec![issue(&key(&issuance(1), 1)), open_reserve(&reserve(1, "order-1"))],
    )
    .await;
    let waiting = reserve(1, "order-1");
    let started = ReserveTransition {
        receipt_id: Some(receipt_id(30)),
        ..waiting.step(ReserveState::Executing, at(600), Actor::Worker)
    };
    let mut executed = payment(30, "order-1");
    executed.source = PaymentSource::Reserve(reserve_id(1));
    commit(&store, vec![started.into(), open(&executed), paid(&executed).into()]).await;
    let mut executing = waiting;
    (executing.seq, executing.state) = (2, ReserveState::Executing);
    let done = executing.step(ReserveState::Done, at(601), Actor::Worker);
    commit(&store, vec![done.into()]).await;
    let first = cash_receipt(ReceiptId(object(7, 1)), "order-9", CashReceiptOrigin::Standalone);
    let given = first.issued("tid-3".to_owned(), "90003".to_owned(), at(401));
    commit(&store, vec![put(&first, 400), put(&given, 401)]).await;

    let reserves = over(&store, RecordKind::Reserve).await;
    assert_eq!(reserves.len(), 1);
    assert_eq!(
        refused(&go(&store, &reserves).await),
        Some(CommitRefused::LostRace),
        "its payment is there"
    );
    for kind in [
        RecordKind::Payment,
        RecordKind::Reserve,
        RecordKind::CashReceipt,
        RecordKind::Issuance,
    ] {
        let found = over(&store, kind).await;
        assert_eq!(found.len(), 1, "{kind:?}");
        go(&store, &found).await.expect("destroyed");
        assert_eq!(old(&store, kind).await, [], "{kind:?}");
    }
    assert_eq!(store.reserve(project, reserve_id(1)).await.expect("a read"), None);
    assert_eq!(store.issuance(project, receipt_id(3)).await.expect("a read"), None);
    let again = cash_receipt(ReceiptId(object(7, 2)), "order-9", CashReceiptOrigin::Standalone);
    commit(&store, vec![put(&again, 900)]).await;
    // The key can be debited, and is left with everything.
    assert_eq!(over(&store, RecordKind::Mandate).await, []);
    assert!(store.billing_key(project, key_id(1)).await.expect("a read").is_some());
}
