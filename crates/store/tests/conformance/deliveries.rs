//! Webhooks: in the order of a receipt's changes, and the end of an attempt only under its own lease.

use domain::change::Change;
use domain::webhook_delivery::{ContentType, DeliveryAttempt, DeliveryState, NewDelivery, WebhookType};
use jadong_store::Busy;

use crate::engine::Engine;
use crate::resolutions::lease;
use crate::rows::{at, project_id, receipt_id};

pub fn deliver(id: u32, receipt: u32) -> Change {
    Change::Deliver(Box::new(NewDelivery {
        id: receipt_id(100 + id),
        project_id: project_id(1),
        receipt_id: receipt_id(receipt),
        url: "http://shop.example/hook".to_owned(),
        content_type: ContentType::Json,
        webhook_type: WebhookType::PaymentCompleted,
        payload: "{}".to_owned(),
        created_at: at(i64::from(id)),
    }))
}

pub async fn a_receipts_webhooks_are_leased_one_after_the_other<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for (id, receipt) in [(1, 1), (2, 1), (3, 2)] {
        store
            .commit(project_id(1), vec![deliver(id, receipt)])
            .await
            .expect("delivered");
    }
    let nobody = Busy::default();
    let mut leased = store.lease_deliveries(lease(10), &nobody).await.expect("leased");
    leased.sort_by_key(|leased| leased.of.id);
    let ids: Vec<_> = leased.iter().map(|leased| (leased.of.id, leased.of.sequence)).collect();
    assert_eq!(ids, [(receipt_id(101), 1), (receipt_id(103), 1)]);
    let delivered = DeliveryAttempt {
        state: DeliveryState::Delivered,
        attempts: 1,
        next_at: at(11),
    };
    let first = leased[0].clone();
    let end = store
        .end_delivery(first.clone(), delivered.clone(), "200".to_owned(), at(11))
        .await;
    end.expect("ended");
    let of_receipt = store.deliveries_of(project_id(1), receipt_id(1)).await.expect("a read");
    assert_eq!(
        (of_receipt[0].delivered_at, of_receipt[0].last_result.as_str()),
        (Some(at(11)), "200")
    );
    let second = store.lease_deliveries(lease(12), &nobody).await.expect("leased");
    assert_eq!((second.len(), second[0].of.sequence), (1, 2));
    // Leased again by somebody else meanwhile: this attempt's end is not the row's.
    store.lease_deliveries(lease(72), &nobody).await.expect("leased");
    store
        .end_delivery(second[0].clone(), delivered, "200".to_owned(), at(73))
        .await
        .expect("too late");
    let late = store.deliveries_of(project_id(1), receipt_id(1)).await.expect("a read");
    assert_eq!((late[1].state, late[1].attempts), (DeliveryState::Pending, 0));
    let newest = store.recent_deliveries(2).await.expect("a read");
    assert_eq!((newest[0].id, newest.len()), (receipt_id(103), 2));
    // One that has ended is sent again from the beginning.
    assert!(store.resend(project_id(1), first.of.id, at(80)).await.expect("asked"));
    assert!(
        !store
            .resend(project_id(1), receipt_id(999), at(80))
            .await
            .expect("asked")
    );
}
