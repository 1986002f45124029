//! Different cancels of one payment at the same moment: what the PG gave back is what is recorded, and every cancel ends.

use domain::payment::CancelState;
use serde_json::{Value, json};

use testkit::{Answer, Merchant, SANDBOX, TestGateway};

/// Cheap, seeded variety.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

async fn paid(merchant: &Merchant, key: &str, order_id: &str, tax_free: u64) -> String {
    let asked = json!({ "order_id": order_id, "tax_free": tax_free });
    merchant.charge(key, asked).await.expect(200).text("receipt_id")
}

/// Sends all of them at once.
async fn at_once(merchant: &Merchant, receipt_id: &str, cancels: Vec<Value>) -> Vec<Answer> {
    let sent = cancels.into_iter().map(|cancel| {
        let (merchant, receipt_id) = (merchant.clone(), receipt_id.to_owned());
        tokio::spawn(async move { merchant.cancel(&receipt_id, cancel).await })
    });
    let mut answers = Vec::new();
    for one in sent.collect::<Vec<_>>() {
        answers.push(one.await.expect("a client does not panic"));
    }
    answers
}

/// The record is the PG's, both sums, and no cancel is without an end.
async fn assert_agrees(gateway: &TestGateway, receipt_id: &str, answers: &[Answer]) {
    let verdicts: Vec<_> = answers.iter().map(Answer::verdict).collect();
    assert!(answers.iter().all(|answer| answer.status < 500), "{verdicts:?}");
    let receipt = gateway.merchant().look_up(receipt_id).await;
    let given_back: u64 = gateway.pg.ledger().await.refunds_of(receipt_id).iter().sum();
    assert_eq!(receipt["cancelled_price"], json!(given_back), "{verdicts:?}");
    let cancels = gateway
        .store()
        .cancels(gateway.project(SANDBOX).id, receipt_id.parse().unwrap())
        .await
        .unwrap();
    assert!(
        cancels.iter().all(|cancel| cancel.state != CancelState::Intended),
        "{verdicts:?} {cancels:?}"
    );
    let done = cancels.iter().filter(|cancel| cancel.state == CancelState::Done);
    let tax_free: u64 = done.map(|cancel| cancel.tax_free.get()).sum();
    assert_eq!(receipt["cancelled_tax_free"], json!(tax_free), "{verdicts:?}");
    let answered = answers
        .iter()
        .filter(|answer| answer.status == 200 && !answer.is_replayed())
        .count();
    let recorded = cancels
        .iter()
        .filter(|cancel| cancel.state == CancelState::Done)
        .count();
    assert_eq!(answered, recorded, "{verdicts:?}");
}

#[tokio::test]
async fn six_parts_with_their_tax_free_share_never_give_back_more_than_there_is() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for number in 0..40 {
        let receipt_id = paid(&merchant, &key, &format!("order_{number}"), 400).await;
        let part = |id: u32| json!({ "cancel_price": 400, "cancel_tax_free": 400, "cancel_id": format!("c{id}") });
        let answers = at_once(&merchant, &receipt_id, (0..6).map(part).collect()).await;
        assert_agrees(&gateway, &receipt_id, &answers).await;
        assert_eq!(
            gateway.pg.ledger().await.refunds_of(&receipt_id),
            [400],
            "only 400 won are free of tax"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_double_click_gives_all_of_it_back_once_and_both_end() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for number in 0..40 {
        let receipt_id = paid(&merchant, &key, &format!("order_{number}"), 0).await;
        let answers = at_once(&merchant, &receipt_id, vec![json!({}); 4]).await;
        assert_agrees(&gateway, &receipt_id, &answers).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1);
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            let code = lost.error_code();
            assert!(
                matches!(code.as_str(), "RC_CANCEL_UNDER_WAY" | "RC_ALREADY_CANCELLED"),
                "{code}"
            );
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn whatever_is_cancelled_at_once_the_books_agree() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let mut dice = Dice(20_261_129);
    for number in 0..120 {
        let tax_free = [0, 1, 300, 500, 999, 1000][dice.roll(6) as usize];
        let receipt_id = paid(&merchant, &key, &format!("order_{number}"), tax_free).await;
        let cancels = (0..2 + dice.roll(5)).map(|id| {
            let mut cancel = json!({});
            if dice.roll(5) > 0 {
                cancel["cancel_price"] = json!([1, 100, 333, 400, 500, 600, 999, 1000, 1001][dice.roll(9) as usize]);
            }
            if dice.roll(2) == 0 {
                cancel["cancel_tax_free"] = json!([1, 100, 300, 400][dice.roll(4) as usize]);
            }
            match dice.roll(3) {
                0 => {}
                1 => cancel["cancel_id"] = json!(format!("c{id}")),
                _ => cancel["cancel_id"] = json!("the same"),
            }
            cancel
        });
        let cancels: Vec<_> = cancels.collect();
        let answers = at_once(&merchant, &receipt_id, cancels).await;
        assert_agrees(&gateway, &receipt_id, &answers).await;
        // What is left can always be given back.
        let rest = merchant.cancel(&receipt_id, json!({})).await;
        assert!(
            matches!(rest.verdict().as_str(), "200" | "400 RC_ALREADY_CANCELLED"),
            "{}",
            rest.body
        );
        let whole = merchant.look_up(&receipt_id).await;
        assert_eq!(
            (&whole["cancelled_price"], &whole["cancelled_tax_free"]),
            (&json!(1000), &json!(tax_free))
        );
    }
    gateway.stop().await;
}
