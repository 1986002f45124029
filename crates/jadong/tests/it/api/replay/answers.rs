//! Every recorded answer of an endpoint that there is, compared with ours: the same keys, in the same order, with the
//! same values where a value is not an id or a date.

use domain::project::IssuedStatus;
use serde_json::{Value, json};

use super::differences::{How, INTENDED};
use super::fixture::{WireAnswer, wire_answers};
use testkit::ordered::Ordered;
use testkit::{Answer, Merchant, TestGateway, with};

/// Ids and dates: other values, of the same shape.
const VOLATILE: [&str; 5] = [
    "receipt_id",
    "billing_key",
    "requested_at",
    "published_at",
    "purchased_at",
];

type Difference = (String, How);

/// Where `ours` differs from `recorded`.
fn differences(recorded: &Ordered, ours: &Ordered, at: &str, found: &mut Vec<Difference>) {
    let keys = |of: &Ordered| of.members().iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    let (theirs, mine) = (keys(recorded), keys(ours));
    let path = |key: &str| {
        if at.is_empty() {
            key.to_owned()
        } else {
            format!("{at}.{key}")
        }
    };
    found.extend(
        theirs
            .iter()
            .filter(|key| !mine.contains(key))
            .map(|key| (path(key), How::Missing)),
    );
    found.extend(
        mine.iter()
            .filter(|key| !theirs.contains(key))
            .map(|key| (path(key), How::Extra)),
    );
    let common = |keys: &[String], other: &[String]| {
        keys.iter()
            .filter(|key| other.contains(key))
            .cloned()
            .collect::<Vec<_>>()
    };
    if common(&theirs, &mine) != common(&mine, &theirs) {
        found.push((at.to_owned(), How::Order));
    }
    for key in common(&theirs, &mine) {
        let (theirs, mine) = (recorded.get(&key).unwrap(), ours.get(&key).unwrap());
        match (theirs, mine) {
            (Ordered::Object(_), Ordered::Object(_)) => differences(theirs, mine, &path(&key), found),
            _ if VOLATILE.contains(&key.as_str()) && shape(theirs) == shape(mine) => {}
            _ if theirs != mine => found.push((path(&key), How::Value)),
            _ => {}
        }
    }
}

/// A text with its digits and hex letters made alike.
fn shape(value: &Ordered) -> String {
    let alike = |character: char| if character.is_ascii_hexdigit() { '0' } else { character };
    value.text().chars().map(alike).collect()
}

/// The differences that nobody intended, and the intended ones that no longer show.
#[derive(Default)]
struct Comparison {
    wrong: Vec<String>,
    shown: Vec<usize>,
}

impl Comparison {
    fn add(&mut self, record: &WireAnswer, ours: &Answer) {
        let recorded = record.response.as_ref().expect("this recording has an answer");
        let mut found = Vec::new();
        differences(recorded, &Ordered::read(&ours.body), "", &mut found);
        for (key, how) in found {
            let intended = INTENDED
                .iter()
                .position(|entry| entry.is_of(&record.name) && entry.key == key && entry.how == how);
            match intended {
                Some(index) => self.shown.push(index),
                None => self.wrong.push(format!(
                    "{}: {how:?} at {key:?}\n  recorded {recorded}\n  ours     {}",
                    record.name, ours.body
                )),
            }
        }
    }

    /// Every intended difference of these recordings has shown, but those in `but`.
    #[track_caller]
    fn finish(self, records: &str, but: &[&str]) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        let gone = INTENDED.iter().enumerate().filter(|(index, entry)| {
            entry.record.starts_with(records) && !but.contains(&entry.key) && !self.shown.contains(index)
        });
        let gone: Vec<_> = gone
            .map(|(_, entry)| format!("{} {}: {}", entry.record, entry.key, entry.why))
            .collect();
        assert!(gone.is_empty(), "no longer different: {}", gone.join("\n"));
    }
}

fn records(start: &str) -> Vec<WireAnswer> {
    let records: Vec<_> = wire_answers()
        .into_iter()
        .filter(|record| record.name.starts_with(start))
        .collect();
    assert!(!records.is_empty(), "{start}");
    records
}

/// The body of a recorded request; what its author hid is made up again.
fn body_of(record: &WireAnswer) -> Value {
    let request = record.request.as_ref().expect("this recording has a request");
    let body = request.get("body").expect("a body").to_string();
    let mut body: Value = serde_json::from_str(&body).unwrap();
    let order_id = record.response.as_ref().and_then(|response| response.get("order_id"));
    for (key, value) in body.as_object_mut().unwrap() {
        if value.as_str().is_some_and(|text| text.starts_with('<')) {
            *value = match key.as_str() {
                "subscription_id" => json!(order_id.expect("an order_id").text()),
                "username" => json!("홍길동"),
                "bank_account" => json!("67561234123492472"),
                "identity_no" => json!("901014"),
                _ => json!("01012341234"),
            };
        }
    }
    body
}

/// A gateway whose project looks like the one in a recording.
async fn house_of(record: &WireAnswer, issued_status: IssuedStatus) -> TestGateway {
    let response = record.response.clone().expect("this recording has an answer");
    TestGateway::with(|plan| {
        plan.issued_status = issued_status;
        plan.public_url = Some("https://gw.bootpay.co.kr".to_owned());
        let of_payment = response
            .get("receipt_data")
            .and_then(|payment| payment.get("company_name"));
        if let Some(company_name) = response.get("company_name").or(of_payment) {
            plan.company_name = company_name.text().to_owned();
        }
    })
    .await
}

/// The account of the recordings, for a receipt with this recording's subscription.
async fn receipt_like(merchant: &Merchant, record: &WireAnswer) -> String {
    let subscription = record
        .response
        .as_ref()
        .and_then(|response| response.get("subscription_id"));
    let subscription = subscription.map_or("transfer_1", Ordered::text);
    let payment = record
        .response
        .as_ref()
        .and_then(|response| response.get("receipt_data"));
    let of = |key: &str| payment.and_then(|payment| payment.get(key)).map(ToString::to_string);
    let amount = |key: &str| of(key).map_or(0, |amount| amount.parse::<u64>().expect("an amount"));
    let mut asked = json!({
        "subscription_id": subscription, "price": amount("price"), "tax_free": amount("tax_free"),
    });
    if let Some(name) = payment.and_then(|payment| payment.get("order_name")) {
        asked["order_name"] = json!(name.text());
    }
    merchant.receipt(asked).await
}

#[tokio::test]
async fn step_1_answers_as_recorded() {
    let mut comparison = Comparison::default();
    for record in records("automatic_transfer.request.") {
        let gateway = house_of(&record, IssuedStatus::Documented).await;
        let path = "/v2/request/subscribe/automatic-transfer";
        let ours = gateway.merchant().post(path, body_of(&record)).await.expect(200);
        comparison.add(&record, &ours);
        gateway.stop().await;
    }
    comparison.finish("automatic_transfer.request.", &[]);
}

/// One recorded run sent a resident number. The law forbids taking one, so we refuse what the hosted service took.
#[tokio::test]
async fn the_resident_number_in_rubys_recording_is_refused() {
    let record = records("automatic_transfer.request.ruby").remove(0);
    let gateway = house_of(&record, IssuedStatus::Documented).await;
    let body = with(body_of(&record), json!({ "identity_no": "9010141234567" }));
    let answer = gateway
        .merchant()
        .post("/v2/request/subscribe/automatic-transfer", body)
        .await;
    assert_eq!(answer.verdict(), "400 SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED");
    gateway.stop().await;
}

#[tokio::test]
async fn publish_answers_as_recorded() {
    let mut comparison = Comparison::default();
    for record in records("automatic_transfer.publish.") {
        let gateway = house_of(&record, IssuedStatus::Documented).await;
        let merchant = gateway.merchant();
        let receipt_id = receipt_like(&merchant, &record).await;
        comparison.add(&record, &merchant.publish(&receipt_id).await.expect(200));
        gateway.stop().await;
    }
    comparison.finish("automatic_transfer.publish.", &[]);
}

#[tokio::test]
async fn with_issued_status_11_publish_and_lookup_have_the_recorded_status() {
    let mut comparison = Comparison::default();
    let status = INTENDED
        .iter()
        .position(|entry| entry.key == "status")
        .expect("the status is listed");
    for record in records("automatic_transfer.publish.") {
        let gateway = house_of(&record, IssuedStatus::Recorded).await;
        let merchant = gateway.merchant();
        let receipt_id = receipt_like(&merchant, &record).await;
        comparison.add(&record, &merchant.publish(&receipt_id).await.expect(200));
        let looked_up = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
        comparison.add(&record, &looked_up.expect(200));
        gateway.stop().await;
    }
    assert!(!comparison.shown.contains(&status), "11 is 11");
    comparison.finish("automatic_transfer.publish.", &["status"]);
}

#[tokio::test]
async fn the_lookup_by_key_answers_as_recorded() {
    let mut comparison = Comparison::default();
    for record in records("billing_key.lookup_by_key.") {
        let gateway = house_of(&record, IssuedStatus::Documented).await;
        let merchant = gateway.merchant();
        let (_receipt_id, key) = merchant.issue(json!({})).await;
        comparison.add(
            &record,
            &merchant.get(&format!("/v2/billing_key/{key}")).await.expect(200),
        );
        gateway.stop().await;
    }
    comparison.finish("billing_key.", &[]);
}

/// Brings about the error of a recording.
async fn error_like(record: &WireAnswer) -> Answer {
    let (receipt, nobody) = ("/v2/receipt/66542d4be86c1eedf6b17965", ("nobody", "nothing"));
    let gateway = TestGateway::with(|plan| {
        if record.name == "error.APP_FIREWALL_BLOCKED" {
            plan.allowed_ips = vec!["10.0.0.0/8".to_owned()];
        }
    })
    .await;
    let merchant = gateway.merchant();
    let answer = match record.name.as_str() {
        "error.SUBSCRIBE_PUBLISH_NOT_READY" => {
            let (receipt_id, _key) = merchant.issue(json!({})).await;
            merchant.publish(&receipt_id).await
        }
        "error.APP_FIREWALL_BLOCKED" => merchant.get(receipt).await,
        "error.TOKEN_KEY_INVALID" => gateway.anybody().get(receipt).await,
        "error.APP_CLIENT_KEY_NOT_FOUND" => gateway.anybody().basic(nobody.0, nobody.1).get(receipt).await,
        "error.SUBSCRIBE_PUBLISH_FAILED.F115" | "error.SUBSCRIBE_PUBLISH_FAILED.F117" => {
            gateway.pg.shop(record.name.rsplit('.').next().unwrap()).await;
            let receipt_id = merchant.receipt(json!({})).await;
            merchant.publish(&receipt_id).await
        }
        "error.RC_CONFIRM_FAILED.1512" => {
            let key = merchant.key_of("0001").await;
            merchant.charge(&key, json!({})).await
        }
        other => panic!("{other} is recorded, and nobody brings it about"),
    };
    gateway.stop().await;
    answer
}

#[tokio::test]
async fn errors_are_told_as_recorded() {
    let mut comparison = Comparison::default();
    for record in records("error.") {
        comparison.add(&record, &error_like(&record).await);
    }
    comparison.finish("error.", &[]);
}
