//! Records that were kept for long enough: each goes whole, once, and not while anything of it is under way or new.

use domain::cash_receipt::CashReceiptOrigin;
use domain::change::Change;
use domain::payment::{Cancel, CancelState, Payment, PaymentState, StepOutcome};
use domain::retention::{Destruction, OldRecord, RecordKind, RetentionYears};
use domain::{EpochMs, ReceiptId};
use futures_util::future::join_all;
use jadong_store::{CommitError, CommitRefused, OrderOwner, Store};

use crate::commits::refused;
use crate::deliveries::deliver;
use crate::engine::Engine;
use crate::money_rows::{cancel, cash_receipt, open, open_reserve, paid, payment, put, reserve, resolution_step, step};
use crate::rows::{at, destroy, hash, issuance, issue, key, object, project_id, receipt_id};

/// Everything below has happened before it.
pub fn limit() -> EpochMs {
    at(1_000)
}

pub async fn old(store: &Store, kind: RecordKind) -> Vec<OldRecord> {
    let found = store.old_records(project_id(1), kind, (None, limit()), 100);
    found.await.expect("a read")
}

pub async fn over(store: &Store, kind: RecordKind) -> Vec<OldRecord> {
    let found = old(store, kind).await.into_iter();
    found.filter(|record| record.is_over).collect()
}

/// Behind what is on record, with these too.
async fn told(store: &Store, records: &[OldRecord]) -> (Option<Destruction>, Destruction) {
    let kind = records[0].kind;
    let known = store.destructions(project_id(1)).await.expect("a read");
    let known = known.into_iter().find(|known| known.kind == kind);
    let policy = RetentionYears::new(5).expect("a policy");
    let none = || Destruction::none("2031-09-22".to_owned(), kind, policy, at(2_000));
    let mut now = known.clone().unwrap_or_else(none);
    records.iter().for_each(|record| now.add(record));
    (known, now)
}

pub async fn go(store: &Store, records: &[OldRecord]) -> Result<(), CommitError> {
    let (known, now) = told(store, records).await;
    store
        .destroy(project_id(1), (records, limit()), known.as_ref(), &now)
        .await
}

pub async fn commit(store: &Store, changes: Vec<Change>) {
    store.commit(project_id(1), changes).await.expect("committed");
}

/// A payment that was debited.
pub async fn debited(store: &Store, number: u32) -> Payment {
    let mut debited = payment(number, &format!("order-{number}"));
    let end = paid(&debited);
    commit(store, vec![open(&debited), end.clone().into()]).await;
    (debited.seq, debited.state) = (end.seq, end.to);
    debited
}

fn ask(payment: &Payment, cancel: &Cancel) -> Vec<Change> {
    vec![payment.unmoved().into(), Change::OpenCancel(Box::new(cancel.clone()))]
}

fn refund(number: u32) -> Cancel {
    cancel(number, receipt_id(number), "refund")
}

pub async fn a_payment_goes_with_all_that_belongs_to_it<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let project = project_id(1);
    let given_back = debited(&store, 1).await;
    commit(&store, ask(&given_back, &refund(1))).await;
    let end = Change::EndCancel {
        id: refund(1).id,
        state: CancelState::Done,
        pg: None,
    };
    let receipt = cash_receipt(receipt_id(1), "order-1", CashReceiptOrigin::Payment);
    let receipt_end = receipt.issued("tid-2".to_owned(), "90001".to_owned(), at(401));
    let alias = "66542dfb4d18d5fc7b43e1b6".to_owned();
    commit(
        &store,
        vec![
            end,
            put(&receipt, 400),
            put(&receipt_end, 401),
            Change::AddResolutionStep(Box::new(resolution_step(receipt_id(1), 1, StepOutcome::Unknown))),
            Change::NameReceipt {
                alias: alias.clone(),
                receipt_id: receipt_id(1),
            },
            Change::RememberIdempotency {
                project_id: project,
                key: "key-1".to_owned(),
                fingerprint: hash("request"),
                receipt_id: receipt_id(1),
            },
        ],
    )
    .await;
    let declined = payment(2, "order-2");
    let end = step(&declined, PaymentState::Declined);
    commit(&store, vec![open(&declined), end.into()]).await;
    debited(&store, 3).await;

    let found = over(&store, RecordKind::Payment).await;
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(over(&store, RecordKind::Request).await, [], "the payment is there");
    go(&store, &found[..2]).await.expect("destroyed");
    let receipt = receipt_id(1);
    assert_eq!(store.payment(project, receipt).await.expect("a read"), None);
    assert_eq!(store.cancels(project, receipt).await.expect("a read"), []);
    assert_eq!(store.history(project, receipt.to_string()).await.expect("a read"), []);
    assert_eq!(store.cash_receipt(project, receipt).await.expect("a read"), None);
    assert_eq!(store.cash_receipt_history(project, receipt).await.expect("a read"), []);
    assert_eq!(store.resolution_steps(project, receipt).await.expect("a read"), []);
    assert_eq!(store.receipt_by_alias(project, &alias).await.expect("a read"), None);
    // There is no key that could be debited for it again.
    assert_eq!(store.order_owner(project, "order-1").await.expect("a read"), None);
    let neighbour = store.history(project, receipt_id(3).to_string()).await.expect("a read");
    assert_eq!(neighbour.len(), 2, "the neighbour is whole");

    let requests = over(&store, RecordKind::Request).await;
    go(&store, &requests).await.expect("destroyed");
    assert_eq!(store.idempotency(project, "key-1").await.expect("a read"), None);
    let on_record = store.destructions(project).await.expect("a read");
    let counts: Vec<_> = on_record.iter().map(|told| (told.kind, told.count)).collect();
    assert_eq!(counts, [(RecordKind::Payment, 2), (RecordKind::Request, 1)]);
    assert_eq!((on_record[0].years, on_record[0].at), (5, at(2_000)));
    assert_eq!((on_record[0].oldest, on_record[0].newest), (at(0), at(0)));
    assert_eq!(store.destructions(project_id(2)).await.expect("a read"), []);
}

pub async fn a_refund_that_comes_between_reading_and_destroying_wins<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = debited(&store, 1).await;
    let second = debited(&store, 2).await;
    let found = over(&store, RecordKind::Payment).await;
    commit(&store, ask(&first, &refund(1))).await;
    assert_eq!(refused(&go(&store, &found).await), Some(CommitRefused::LostRace));
    let both = [receipt_id(1), receipt_id(2)];
    for receipt in both {
        assert!(store.payment(project_id(1), receipt).await.expect("a read").is_some());
        let history = store.history(project_id(1), receipt.to_string()).await.expect("a read");
        assert_eq!(history.len(), 2, "nothing of the commit is done");
    }
    assert_eq!(store.destructions(project_id(1)).await.expect("a read"), []);
    let still = over(&store, RecordKind::Payment).await;
    assert_eq!(
        still.iter().map(|record| record.id).collect::<Vec<_>>(),
        [receipt_id(2).0]
    );

    // The other way round: what is gone has no refund.
    go(&store, &still).await.expect("destroyed");
    let late = store.commit(project_id(1), ask(&second, &refund(2))).await;
    assert_eq!(refused(&late), Some(CommitRefused::LostRace));
    assert_eq!(store.cancels(project_id(1), receipt_id(2)).await.expect("a read"), []);
}

pub async fn a_refund_and_a_destruction_at_once_leave_one_of_them<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=20 {
        let payment = debited(&store, number).await;
        let found = over(&store, RecordKind::Payment).await;
        let found: Vec<_> = found
            .into_iter()
            .filter(|record| record.id == receipt_id(number).0)
            .collect();
        let (gone, asked) = tokio::join!(
            go(&store, &found),
            store.commit(project_id(1), ask(&payment, &refund(number)))
        );
        assert_ne!(gone.is_ok(), asked.is_ok(), "{gone:?} {asked:?}");
        let left = store.payment(project_id(1), receipt_id(number)).await.expect("a read");
        let refunds = store.cancels(project_id(1), receipt_id(number)).await.expect("a read");
        assert_eq!(
            (left.is_some(), refunds.len()),
            (asked.is_ok(), usize::from(asked.is_ok()))
        );
    }
}

pub async fn what_is_under_way_or_new_is_not_over<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let asked = debited(&store, 1).await;
    commit(&store, ask(&asked, &refund(1))).await;
    for (number, to) in [(2, PaymentState::InDoubt), (3, PaymentState::Intended)] {
        let open_debit = payment(number, &format!("order-{number}"));
        let mut changes = vec![open(&open_debit)];
        changes.extend((to == PaymentState::InDoubt).then(|| step(&open_debit, to).into()));
        commit(&store, changes).await;
    }
    debited(&store, 4).await;
    commit(&store, vec![deliver(1, 4)]).await;
    debited(&store, 5).await;
    let newer = resolution_step(receipt_id(5), 900, StepOutcome::Unknown);
    commit(&store, vec![Change::AddResolutionStep(Box::new(newer))]).await;
    debited(&store, 6).await;
    let in_flight = cash_receipt(receipt_id(6), "order-6", CashReceiptOrigin::Payment);
    commit(&store, vec![put(&in_flight, 400)]).await;
    let alone = cash_receipt(ReceiptId(object(7, 1)), "order-7", CashReceiptOrigin::Standalone);
    commit(&store, vec![put(&alone, 400)]).await;
    commit(
        &store,
        vec![issue(&key(&issuance(1), 1)), open_reserve(&reserve(1, "order-8"))],
    )
    .await;
    commit(&store, vec![crate::rows::open(&issuance(40))]).await;
    for kind in RecordKind::ALL.iter().copied() {
        let found = old(&store, kind).await;
        assert!(found.iter().all(|record| !record.is_over), "{found:?}");
        // Said to be over all the same: the commit looks again.
        for record in found {
            let done = go(&store, std::slice::from_ref(&record)).await;
            assert_eq!(refused(&done), Some(CommitRefused::LostRace), "{record:?}");
        }
    }
    assert_eq!(old(&store, RecordKind::Payment).await.len(), 6);
    // What is newer than the limit is not even looked at.
    let early = store.old_records(project_id(1), RecordKind::Payment, (None, at(-1)), 100);
    assert_eq!(early.await.expect("a read"), []);
}

pub async fn an_order_stays_taken_while_its_key_can_be_debited<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    commit(&store, vec![issue(&key(&issuance(1), 1))]).await;
    debited(&store, 10).await;
    debited(&store, 11).await;
    let found = over(&store, RecordKind::Payment).await;
    go(&store, &found[..1]).await.expect("destroyed");
    let owner = store.order_owner(project_id(1), "order-10").await.expect("a read");
    assert_eq!(owner, Some(OrderOwner::Payment(receipt_id(10))));
    let again = store.commit(project_id(1), vec![open(&payment(12, "order-10"))]).await;
    assert_eq!(refused(&again), Some(CommitRefused::OrderTaken));
    commit(&store, vec![destroy(1, 500)]).await;
    go(&store, &found[1..]).await.expect("destroyed");
    assert_eq!(
        store.order_owner(project_id(1), "order-11").await.expect("a read"),
        None
    );
}

pub async fn two_who_destroy_at_once_count_each_record_once<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=30 {
        debited(&store, number).await;
    }
    let found = over(&store, RecordKind::Payment).await;
    let one = async |part: Vec<OldRecord>| {
        let mut done = 0_u64;
        for record in part {
            // The loser reads again what is on record.
            for _try in 0..1_000 {
                match go(&store, std::slice::from_ref(&record)).await {
                    Ok(()) => {
                        done += 1;
                        break;
                    }
                    Err(CommitError::Refused(CommitRefused::LostRace)) => {
                        let there = old(&store, RecordKind::Payment).await;
                        if !there.contains(&record) {
                            break;
                        }
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
        done
    };
    let done: u64 = join_all([one(found.clone()), one(found.into_iter().rev().collect())])
        .await
        .into_iter()
        .sum();
    let on_record = store.destructions(project_id(1)).await.expect("a read");
    assert_eq!((done, on_record.len(), on_record[0].count), (30, 1, 30));
    assert_eq!(old(&store, RecordKind::Payment).await, []);
}
