//! Lists for people: newest first, part by part, of one project.

use domain::ids::ObjectId;
use domain::payment::PaymentState;
use domain::reserve::ReserveState;
use domain::webhook_delivery::{DeliveryAttempt, DeliveryState};
use domain::{EpochMs, ReceiptId};
use jadong_store::{Busy, PageRequest, PaymentFilter, ReserveFilter};

use crate::deliveries::deliver;
use crate::engine::Engine;
use crate::money_rows::{open as open_payment, open_reserve, payment, reserve, reserve_id, step};
use crate::resolutions::lease;
use crate::rows::{at, consenting, issuance, issue, key, key_id, moved, open, project_id, receipt_id};

const HOUR: i64 = 3_600;

fn part(before: Option<String>) -> PageRequest {
    PageRequest {
        project: project_id(1),
        before,
        limit: 2,
    }
}

pub async fn payments_come_part_by_part_and_by_their_state<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=5 {
        let mut asked = payment(number, &format!("order-{number}"));
        if number == 4 {
            asked.project_id = project_id(2);
        }
        store
            .commit(project_id(1), vec![open_payment(&asked)])
            .await
            .expect("opened");
    }
    let declined = step(&payment(2, "order-2"), PaymentState::Declined);
    store
        .commit(project_id(1), vec![declined.into()])
        .await
        .expect("declined");
    let first = store
        .recent_payments(part(None), PaymentFilter::default())
        .await
        .expect("a read");
    let ids: Vec<_> = first.rows.iter().map(|payment| payment.receipt_id).collect();
    assert_eq!(ids, [receipt_id(5), receipt_id(3)]);
    let second = store
        .recent_payments(part(first.next), PaymentFilter::default())
        .await
        .expect("a read");
    let ids: Vec<_> = second.rows.iter().map(|payment| payment.receipt_id).collect();
    assert_eq!(
        (ids.as_slice(), second.next),
        ([receipt_id(2), receipt_id(1)].as_slice(), None)
    );
    let of_states = PaymentFilter {
        states: vec![PaymentState::Declined, PaymentState::Paid],
        ..PaymentFilter::default()
    };
    let declined = store.recent_payments(part(None), of_states).await.expect("a read").rows;
    assert_eq!((declined.len(), declined[0].receipt_id), (1, receipt_id(2)));
    let of_key = |number| PaymentFilter {
        key: Some(key_id(number)),
        ..PaymentFilter::default()
    };
    let found = store.recent_payments(part(None), of_key(1)).await.expect("a read");
    assert_eq!((found.rows.len(), found.next), (2, Some(receipt_id(3).to_string())));
    let none = store.recent_payments(part(None), of_key(2)).await.expect("a read");
    assert!(none.rows.is_empty() && none.next.is_none());
}

/// By the time that the row says; the id, which says it to the second, only bounds how far is looked.
pub async fn payments_are_found_by_their_time<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    // Receipts of five hours; the id of the third is of a node whose clock is ten minutes behind.
    for number in 0..5 {
        let mut asked = payment(10 + number, &format!("order-{number}"));
        asked.requested_at = at(i64::from(number) * HOUR);
        let behind = if number == 2 { 600 } else { 0 };
        let made = asked.requested_at.epoch_seconds() - behind;
        asked.receipt_id = ReceiptId(ObjectId::from_parts(made, [1; 5], number));
        let opened = store.commit(project_id(1), vec![open_payment(&asked)]).await;
        opened.expect("opened");
    }
    let hour = |number: i64| Some(at(number * HOUR));
    let found = async |from, until, before| {
        let filter = PaymentFilter {
            from,
            until,
            ..PaymentFilter::default()
        };
        let page = store.recent_payments(part(before), filter).await.expect("a read");
        let orders: Vec<_> = page.rows.into_iter().map(|payment| payment.order.order_id).collect();
        (orders.join(" "), page.next)
    };
    assert_eq!(
        found(hour(1), hour(3), None).await,
        ("order-2 order-1".to_owned(), None)
    );
    let (first, next) = found(hour(2), None, None).await;
    assert_eq!(first, "order-4 order-3");
    assert_eq!(found(hour(2), None, next).await, ("order-2".to_owned(), None));
    assert_eq!(found(None, hour(0), None).await, (String::new(), None));
    assert_eq!(found(hour(3), hour(3), None).await, (String::new(), None));
    assert_eq!(
        found(Some(EpochMs(i64::MIN)), Some(EpochMs(i64::MAX)), None).await.0,
        "order-4 order-3"
    );
}

pub async fn reserves_come_by_their_key_order_and_state<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=4 {
        let asked = reserve(number, &format!("order-{number}"));
        let opened = store.commit(project_id(1), vec![open_reserve(&asked)]).await;
        opened.expect("opened");
    }
    let found = async |filter: ReserveFilter, before| {
        let page = store.recent_reserves(part(before), filter).await.expect("a read");
        let ids: Vec<_> = page.rows.iter().map(|reserve| reserve.id).collect();
        (ids, page.next)
    };
    let (first, next) = found(ReserveFilter::default(), None).await;
    assert_eq!(first, [reserve_id(4), reserve_id(3)]);
    assert_eq!(
        found(ReserveFilter::default(), next).await,
        (vec![reserve_id(2), reserve_id(1)], None)
    );
    let of_order = ReserveFilter {
        order_id: Some("order-2".to_owned()),
        ..ReserveFilter::default()
    };
    assert_eq!(found(of_order, None).await, (vec![reserve_id(2)], None));
    let of_key = ReserveFilter {
        key: Some(reserve(1, "order-1").billing_key),
        states: vec![ReserveState::Done],
        ..ReserveFilter::default()
    };
    assert_eq!(found(of_key, None).await, (Vec::new(), None));
}

pub async fn issuances_and_keys_come_newest_first<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=3 {
        let asked = issuance(number);
        store
            .commit(project_id(1), vec![open(&asked), issue(&key(&asked, number))])
            .await
            .expect("opened");
    }
    let first = store.recent_issuances(part(None)).await.expect("a read");
    assert_eq!((first.rows[0].receipt_id, first.rows.len()), (receipt_id(3), 2));
    let second = store.recent_issuances(part(first.next)).await.expect("a read");
    assert_eq!((second.rows[0].receipt_id, second.rows.len()), (receipt_id(1), 1));
    let keys = store.recent_keys(part(None)).await.expect("a read");
    assert_eq!((keys.rows[0].id, keys.next), (key_id(3), Some(key_id(2).to_string())));
    let of = |name: &str| store.issuances_by_subscription(project_id(1), name.to_owned(), None, 5);
    assert_eq!(of("sub_00002").await.expect("a read")[0].receipt_id, receipt_id(2));
    let older = Some(receipt_id(2).to_string());
    let older = store.issuances_by_subscription(project_id(1), "sub_00002".to_owned(), older, 5);
    assert!(older.await.expect("a read").is_empty());
    assert!(of("sub_00009").await.expect("a read").is_empty());
    assert_eq!(store.open_consents(project_id(1)).await.expect("a read"), 3);
    store
        .commit(project_id(1), vec![moved(&consenting(&issuance(1)))])
        .await
        .expect("moved");
    assert_eq!(store.open_consents(project_id(1)).await.expect("a read"), 3);
    assert_eq!(store.open_consents(project_id(2)).await.expect("a read"), 0);
}

pub async fn webhooks_come_part_by_part_and_by_their_state<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    // Not in the order of their receipts: a refund of an old one is news.
    for (id, receipt) in [(1, 9), (2, 2), (3, 3)] {
        let written = store.commit(project_id(1), vec![deliver(id, receipt)]).await;
        written.expect("written");
    }
    let ids = |page: jadong_store::Page<domain::webhook_delivery::Delivery>| {
        let ids: Vec<_> = page.rows.iter().map(|delivery| delivery.id).collect();
        (ids, page.next)
    };
    let first = ids(store.deliveries(part(None), Vec::new()).await.expect("a read"));
    assert_eq!(
        first,
        (
            vec![receipt_id(103), receipt_id(102)],
            Some(receipt_id(102).to_string())
        )
    );
    let second = ids(store.deliveries(part(first.1), Vec::new()).await.expect("a read"));
    assert_eq!(second, (vec![receipt_id(101)], None));
    let leased = store
        .lease_deliveries(lease(12), &Busy::default())
        .await
        .expect("leased");
    let of_second = leased.into_iter().find(|leased| leased.of.id == receipt_id(102));
    let delivered = DeliveryAttempt {
        state: DeliveryState::Delivered,
        attempts: 1,
        next_at: at(13),
    };
    store
        .end_delivery(of_second.expect("leased"), delivered, "200".to_owned(), at(13))
        .await
        .expect("ended");
    let delivered = store.deliveries(part(None), vec![DeliveryState::Delivered]).await;
    assert_eq!(ids(delivered.expect("a read")).0, [receipt_id(102)]);
    let others = PageRequest {
        project: project_id(2),
        ..part(None)
    };
    let of_others = store.deliveries(others, Vec::new()).await.expect("a read");
    assert_eq!(ids(of_others), (Vec::new(), None));
}
