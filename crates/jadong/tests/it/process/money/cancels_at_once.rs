//! Thousands of payments, each with two to six different cancels at once: the ledger is the record, nothing stays open, and
//! nobody is told that the gateway failed.

use std::collections::HashMap;
use std::sync::Arc;

use domain::payment::CancelState;
use serde_json::json;
use tokio::sync::Semaphore;

use super::charge;
use testkit::Merchant;
use testkit::merchant::CANCEL;
use testkit::process::{Simulator, TestDir};

const PAYMENTS: u64 = 2_000;
/// Payments that are cancelled at the same time.
const AT_ONCE: usize = 16;

fn dice(seed: u64, below: u64) -> u64 {
    let mut word = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (word ^ (word >> 31)) % below
}

/// Charges, cancels in parallel, and gives the receipt with how each cancel was answered.
async fn life(api: Merchant, key: String, number: u64) -> (String, Vec<(u16, String)>) {
    let tax_free = [0, 400, 500, 1000][dice(number, 4) as usize];
    let paid = charge(&api, &key, &format!("order_{number}"), 1000, tax_free).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    let receipt_id = paid.text("receipt_id");
    let cancels = (0..2 + dice(number + 1, 5)).map(|nth| {
        let mut body = json!({ "receipt_id": receipt_id });
        let seed = number * 100 + nth;
        if dice(seed, 4) > 0 {
            body["cancel_price"] = json!([100, 300, 400, 500, 1000][dice(seed + 1, 5) as usize]);
        }
        if dice(seed + 2, 2) == 0 {
            body["cancel_tax_free"] = json!([100, 300, 400][dice(seed + 3, 3) as usize]);
        }
        if dice(seed + 4, 2) == 0 {
            body["cancel_id"] = json!(format!("c{nth}"));
        }
        let api = api.clone();
        tokio::spawn(async move { api.try_post(CANCEL, &body).await.expect("an answer") })
    });
    let mut answers = Vec::new();
    for cancel in cancels.collect::<Vec<_>>() {
        let answer = cancel.await.expect("a client does not panic");
        answers.push((answer.status, answer.error_code()));
    }
    (receipt_id, answers)
}

#[tokio::test]
async fn thousands_of_payments_cancelled_in_parallel_agree_with_the_ledger() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let mut env = pg.settings();
    env.extend([("JADONG_REQUESTS_PER_SECOND", "100000"), ("JADONG_LOG", "warn")]);
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let key = api.key_of("1234").await;
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut lives = Vec::new();
    for number in 0..PAYMENTS {
        let place = places.clone().acquire_owned().await.expect("open");
        let (api, key) = (api.clone(), key.clone());
        lives.push(tokio::spawn(async move {
            let lived = life(api, key, number).await;
            drop(place);
            lived
        }));
    }
    let mut answered = HashMap::new();
    for lived in lives {
        let (receipt_id, answers) = lived.await.expect("a life does not panic");
        answered.insert(receipt_id, answers);
    }
    let failed: Vec<_> = answered
        .values()
        .flatten()
        .filter(|(status, _)| *status >= 500)
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    gateway.process.stop().await;

    // The truth, payment by payment, against what is on disk.
    let mut at_pg: HashMap<String, (u64, u64)> = HashMap::new();
    for refund in pg.ledger().await.refunds {
        let sums = at_pg.entry(refund.order_id).or_default();
        sums.0 += refund.amount;
        sums.1 += refund.tax_free;
    }
    let store = store::Store::open_sqlite(&store::SqliteOptions::in_folder(dir.data())).expect("the database opens");
    let mut conflicts = 0;
    for (receipt_id, answers) in &answered {
        let id = receipt_id.parse().unwrap();
        let payment = store.payment_of_anyone(id).await.unwrap().expect("it is there");
        let recorded = (payment.cancelled_price.get(), payment.cancelled_tax_free.get());
        assert_eq!(
            recorded,
            at_pg.get(receipt_id).copied().unwrap_or_default(),
            "{receipt_id} {answers:?}"
        );
        let cancels = store.cancels(payment.project_id, id).await.unwrap();
        let open = cancels
            .iter()
            .filter(|cancel| cancel.state == CancelState::Intended)
            .count();
        assert_eq!(open, 0, "{receipt_id} {answers:?}");
        let done = cancels
            .iter()
            .filter(|cancel| cancel.state == CancelState::Done)
            .count();
        assert_eq!(
            answers.iter().filter(|(status, _)| *status == 200).count(),
            done,
            "{receipt_id} {answers:?}"
        );
        conflicts += answers.iter().filter(|(_, code)| code == "RC_CANCEL_UNDER_WAY").count();
    }
    store.close().await;
    assert!(conflicts > 0, "the cancels did not meet");
    println!("{PAYMENTS} payments, {conflicts} cancels met another one under way, 0 open, 0 that differ");
}
