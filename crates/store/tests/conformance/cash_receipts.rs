//! Cash receipts: one of a payment, one of an order that stands alone, and each change in turn.

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptState};
use domain::due::DueKind;
use domain::error::PgMessage;
use jadong_store::{Busy, CommitRefused};

use crate::commits::refused;
use crate::engine::Engine;
use crate::money_rows::{cash_receipt, open, payment, put};
use crate::resolutions::{has_due, lease};
use crate::rows::{at, project_id, receipt_id};

pub async fn each_change_of_a_cash_receipt_follows_the_last<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    // A payment has the same id, and a history of its own.
    store
        .commit(project_id(1), vec![open(&payment(1, "order-1"))])
        .await
        .expect("opened");
    let first = cash_receipt(receipt_id(1), "order-1", CashReceiptOrigin::Payment);
    store.commit(project_id(1), vec![put(&first, 400)]).await.expect("put");
    let found = store.cash_receipt(project_id(1), receipt_id(1)).await.expect("a read");
    assert_eq!(found, Some(first.clone()));
    assert_eq!(
        store.cash_receipt(project_id(2), receipt_id(1)).await.expect("a read"),
        None
    );
    // Asked for twice at once: the first is the one.
    assert_eq!(
        refused(&store.commit(project_id(1), vec![put(&first, 401)]).await),
        Some(CommitRefused::LostRace)
    );
    let failed = first.failed(Some(PgMessage::new("9999", "발급 불가")));
    store.commit(project_id(1), vec![put(&failed, 402)]).await.expect("put");
    assert_eq!(
        refused(&store.commit(project_id(1), vec![put(&failed, 403)]).await),
        Some(CommitRefused::LostRace)
    );
    // A later one takes its place, with what it is made of.
    let again = CashReceipt {
        seq: 3,
        price: crate::money_rows::won(7_000),
        pg_order_id: "pg-2".to_owned(),
        ..first.clone()
    };
    let issued = again.issued("tid-9".to_owned(), "90001".to_owned(), at(405));
    store
        .commit(project_id(1), vec![put(&again, 404), put(&issued, 405)])
        .await
        .expect("put");
    let found = store.cash_receipt(project_id(1), receipt_id(1)).await.expect("a read");
    assert_eq!(found, Some(issued));
    let history = store
        .cash_receipt_history(project_id(1), receipt_id(1))
        .await
        .expect("a read");
    let told: Vec<_> = history
        .iter()
        .map(|row| (row.from.as_str(), row.to.as_str(), row.detail.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("", "intended", ""),
            ("intended", "failed", "9999"),
            ("failed", "intended", ""),
            ("intended", "issued", "")
        ]
    );
    assert_eq!(
        store
            .history(project_id(1), receipt_id(1).to_string())
            .await
            .expect("a read")
            .len(),
        1
    );
}

pub async fn an_order_has_one_cash_receipt_that_stands_alone<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = cash_receipt(receipt_id(1), "order-1", CashReceiptOrigin::Standalone);
    let second = cash_receipt(receipt_id(2), "order-1", CashReceiptOrigin::Standalone);
    store.commit(project_id(1), vec![put(&first, 400)]).await.expect("put");
    assert_eq!(
        refused(&store.commit(project_id(1), vec![put(&second, 401)]).await),
        Some(CommitRefused::OrderTaken)
    );
    assert!(
        store
            .cash_receipt_history(project_id(1), receipt_id(2))
            .await
            .expect("a read")
            .is_empty()
    );
    let of_order = async || {
        store
            .cash_receipt_of_order(project_id(1), "order-1")
            .await
            .expect("a read")
    };
    assert_eq!(of_order().await, Some(first.clone()));
    // A payment's is another thing; a failed one leaves the order.
    let of_payment = cash_receipt(receipt_id(3), "order-1", CashReceiptOrigin::Payment);
    store
        .commit(
            project_id(1),
            vec![put(&of_payment, 402), put(&first.failed(None), 403)],
        )
        .await
        .expect("put");
    assert_eq!(of_order().await, None);
    store.commit(project_id(1), vec![put(&second, 404)]).await.expect("put");
    assert_eq!(of_order().await, Some(second));
}

pub async fn one_without_an_outcome_is_leased_when_it_is_due<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let open = cash_receipt(receipt_id(1), "order-1", CashReceiptOrigin::Standalone);
    store.commit(project_id(1), vec![put(&open, 400)]).await.expect("put");
    assert!(!has_due(&store, DueKind::CashReceipt, 459).await);
    assert!(has_due(&store, DueKind::CashReceipt, 460).await);
    assert_eq!(
        store
            .pending_operations(project_id(1), at(461), 5)
            .await
            .expect("a read")
            .len(),
        1
    );
    let leased = store
        .lease_cash_receipts(lease(460), &Busy::default())
        .await
        .expect("leased");
    assert_eq!((leased.len(), leased[0].until), (1, at(520)));
    assert!(
        store
            .lease_cash_receipts(lease(519), &Busy::default())
            .await
            .expect("leased")
            .is_empty()
    );
    let issued = leased[0].of.issued("tid-9".to_owned(), "90001".to_owned(), at(461));
    store.commit(project_id(1), vec![put(&issued, 461)]).await.expect("put");
    assert_eq!(issued.state, CashReceiptState::Issued);
    assert!(!has_due(&store, DueKind::CashReceipt, 9_000).await);
}
