//! Lists for people: newest first, part by part, of one project.

use domain::payment::PaymentState;
use domain::webhook_delivery::{DeliveryAttempt, DeliveryState};
use jadong_store::{Busy, PageRequest};

use crate::deliveries::deliver;
use crate::engine::Engine;
use crate::money_rows::{open as open_payment, payment, step};
use crate::resolutions::lease;
use crate::rows::{at, consenting, issuance, issue, key, key_id, moved, open, project_id, receipt_id};

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
    let first = store.recent_payments(part(None), Vec::new()).await.expect("a read");
    let ids: Vec<_> = first.rows.iter().map(|payment| payment.receipt_id).collect();
    assert_eq!(ids, [receipt_id(5), receipt_id(3)]);
    let second = store
        .recent_payments(part(first.next), Vec::new())
        .await
        .expect("a read");
    let ids: Vec<_> = second.rows.iter().map(|payment| payment.receipt_id).collect();
    assert_eq!(
        (ids.as_slice(), second.next),
        ([receipt_id(2), receipt_id(1)].as_slice(), None)
    );
    let declined = store
        .recent_payments(part(None), vec![PaymentState::Declined, PaymentState::Paid])
        .await;
    let declined = declined.expect("a read").rows;
    assert_eq!((declined.len(), declined[0].receipt_id), (1, receipt_id(2)));
    let of_key = store
        .payments_by_key(project_id(1), key_id(1), None, 3)
        .await
        .expect("a read");
    assert_eq!((of_key.rows.len(), of_key.next), (3, Some(receipt_id(2).to_string())));
    assert!(
        store
            .payments_by_key(project_id(1), key_id(2), None, 3)
            .await
            .expect("a read")
            .rows
            .is_empty()
    );
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
    let of = |name: &str| store.issuances_by_subscription(project_id(1), name.to_owned(), 5);
    assert_eq!(of("sub_00002").await.expect("a read")[0].receipt_id, receipt_id(2));
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
