//! Webhooks of the hosted API shorten what would be found out anyway, and what comes of them is told to the merchant as anything else.

use std::time::Duration;

use domain::payment::PaymentState;
use domain::project::Project;
use serde_json::{Value, json};
use testkit::endpoint::{Endpoint, Temper};
use testkit::{Line, Loses, Merchant, PgUnderTest, SANDBOX, TestGateway};

use super::{front_over_a_calm_line, front_over_a_line};

const MINUTE: Duration = Duration::from_secs(60);
const CHARGE: &str = "/v2/subscribe/payment";

/// Where the hosted API is to send its webhooks to.
pub(super) async fn path_of(gateway: &TestGateway, project: &str) -> String {
    let id = gateway.project(project).id;
    let projects = gateway.store().projects().await.expect("a read");
    let now: &Project = projects.iter().find(|project| project.id == id).expect("the project");
    let token = gateway::pg_webhook_token(&gateway.pepper(), id, now.pg_webhook_number);
    format!("/pg/webhook/{token}")
}

/// A gateway in front of the hosted API, which sends its webhooks here.
async fn hinted((gateway, line): (TestGateway, Line)) -> (TestGateway, Line) {
    let path = path_of(&gateway, SANDBOX).await;
    let url = format!("http://{}{path}", gateway.node.address);
    gateway.hosted().send_webhooks_to(&url).await;
    (gateway, line)
}

/// Half a minute at most: far from the next look that would be taken anyway.
async fn soon<T>(gateway: &TestGateway, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _second in 0..300 {
        if let Some(found) = look().await {
            return found;
        }
        gateway
            .pass(Duration::from_millis(100), Duration::from_millis(20))
            .await;
    }
    panic!("a webhook has shortened nothing");
}

/// A debit that arrives there half an hour after it was given up to chance.
#[tokio::test]
async fn a_debit_in_doubt_ends_when_the_hosted_api_says_that_there_is_something_to_see() {
    let (gateway, line) = hinted(front_over_a_line().await).await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    gateway.send_webhooks_to(&endpoint.url()).await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    line.loses(Some(Loses::ForAWhile(CHARGE)));
    let unknown = merchant.charge(&key, json!({ "order_id": "order_1" })).await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let receipt = unknown.text("receipt_id");
    gateway.pass_quickly(34 * MINUTE).await;
    assert_eq!(merchant.look_up(&receipt).await["status"], json!(2));
    let looks = line.asked("GET /v2/lookup/order/");
    line.loses(None);
    let paid = soon(&gateway, async || {
        let found = merchant.look_up(&receipt).await;
        (found["status"] == json!(1)).then_some(found)
    })
    .await;
    assert_eq!(
        line.asked("GET /v2/lookup/order/") - looks,
        1,
        "one look, and no other was due"
    );
    assert_eq!(gateway.pg.ledger().await.debits.len(), 1);
    // Ours, signed and numbered, and not what came from there.
    let delivered = gateway.delivered(&receipt).await;
    let received = endpoint.received();
    assert_eq!((delivered.len(), received.len()), (1, 1));
    assert!(received[0].header("webhook-signature").starts_with("v1,"));
    assert_eq!(received[0].json()["order_id"], json!("order_1"));
    assert_eq!(received[0].json()["receipt_id"], paid["receipt_id"]);
    gateway.stop().await;
}

/// Its next look would be ten minutes after it was sent.
#[tokio::test]
async fn a_refund_in_doubt_ends_when_it_arrives_there() {
    let (gateway, line) = hinted(front_over_a_line().await).await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    gateway.pass_quickly(MINUTE).await;
    line.loses(Some(Loses::ForAWhile("/v2/cancel")));
    let part = json!({ "cancel_price": 300, "cancel_id": "part" });
    let unknown = merchant.cancel(&payment, part.clone()).await;
    assert_eq!(unknown.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    gateway.pass_quickly(MINUTE).await;
    assert_eq!(merchant.look_up(&payment).await["cancelled_price"], json!(0));
    line.loses(None);
    soon(&gateway, async || {
        (merchant.look_up(&payment).await["cancelled_price"] == json!(300)).then_some(())
    })
    .await;
    assert!(merchant.cancel(&payment, part).await.expect(200).is_replayed());
    assert_eq!(gateway.pg.ledger().await.debited(&payment), (1, 700), "given back once");
    gateway.stop().await;
}

#[tokio::test]
async fn what_somebody_gives_back_in_the_hosted_console_is_known_here_and_told_to_the_merchant() {
    let (gateway, _line) = hinted(front_over_a_calm_line().await).await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    gateway.send_webhooks_to(&endpoint.url()).await;
    let (merchant, there) = (gateway.merchant(), gateway.hosted().merchant());
    let (_, key) = merchant.issue(json!({})).await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let here = own(&gateway, &payment).await;
    for (price, left) in [(300, 700), (200, 500)] {
        there
            .cancel(&payment, json!({ "cancel_price": price }))
            .await
            .expect(200);
        soon(&gateway, async || {
            (merchant.look_up(&payment).await["cancelled_price"] == json!(1000 - left)).then_some(())
        })
        .await;
    }
    let told = gateway.webhooks_of(&here).await;
    let sums: Vec<&Value> = told.iter().map(|(_, body)| &body["cancelled_price"]).collect();
    assert_eq!(sums, [&json!(0), &json!(300), &json!(500)]);
    // What is left can be given back here, and no more.
    merchant
        .cancel(&payment, json!({ "cancel_price": 500 }))
        .await
        .expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&payment), (1, 0));
    let history = gateway.history(&here).await;
    assert!(format!("{history:?}").contains("worker"), "{history:?}");
    gateway.stop().await;
}

/// A refund of the merchant's and one in the hosted console at once: the books agree in the end, whatever was refused, unless the outcome
/// of ours is not known.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refund_here_and_one_there_at_once_leave_the_sum_that_is_there() {
    let (gateway, _line) = hinted(front_over_a_calm_line().await).await;
    let (merchant, there) = (gateway.merchant(), gateway.hosted().merchant());
    let (_, key) = merchant.issue(json!({})).await;
    for round in 0..5 {
        let order = json!({ "order_id": format!("order_{round}") });
        let payment = merchant.charge(&key, order).await.expect(200).text("receipt_id");
        let (ours, theirs) = (json!({ "cancel_price": 300 }), json!({ "cancel_price": 200 }));
        let both = async { tokio::join!(merchant.cancel(&payment, ours), there.cancel(&payment, theirs)) };
        let (ours, theirs) = gateway.while_time_creeps(both).await;
        let (debits, left) = gateway.pg.ledger().await.debited(&payment);
        assert_eq!(debits, 1);
        if ours.verdict() == "400 RC_CANCEL_CRITICAL_ERROR" {
            // By the sum nobody can tell which was done: it is a person's, and the hint of the other one does not end it.
            assert_eq!((theirs.status, left), (200, 800), "{}", theirs.body);
            gateway.pass(Duration::from_secs(2), Duration::from_millis(20)).await;
            assert_eq!(merchant.look_up(&payment).await["cancelled_price"], json!(0));
            continue;
        }
        soon(&gateway, async || {
            let seen = merchant.look_up(&payment).await;
            (seen["cancelled_price"] == json!(1000 - left)).then_some(())
        })
        .await;
    }
    gateway.stop().await;
}

/// Asking makes the key there: nobody but the publish does, whatever a hint says, on any gateway.
#[tokio::test]
async fn a_consent_that_nobody_asks_about_is_left_to_the_publish() {
    let gateway = TestGateway::with(|plan| {
        plan.pg = PgUnderTest::Hosted;
        plan.answer_delay = MINUTE;
        plan.apart = testkit::Apart::Apart;
    })
    .await;
    let merchant = gateway.merchant();
    let receipt = gateway.while_time_creeps(merchant.receipt(json!({}))).await;
    gateway.pass(2 * MINUTE, Duration::from_secs(1)).await;
    let own = own(&gateway, &receipt).await;
    let (node, path) = (gateway.another().await, path_of(&gateway, SANDBOX).await);
    let body = json!({ "receipt_id": receipt, "subscription_id": own });
    let hint = async |to: Merchant| to.post(&path, body.clone()).await.expect(200);
    let both = async { tokio::join!(hint(node.anybody()), hint(gateway.anybody())) };
    gateway.while_time_creeps(both).await;
    gateway.pass(Duration::from_secs(5), Duration::from_millis(100)).await;
    assert_eq!(gateway.pg.ledger().await.keys_of(&receipt), 0);
    let key = gateway
        .while_time_creeps(merchant.publish(&receipt))
        .await
        .expect(200)
        .text("billing_key");
    merchant.charge(&key, json!({})).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.keys_of(&receipt), 1);
    node.leave().await;
    gateway.stop().await;
}

/// The clock stands still: what is not looked at for the hint is not looked at.
#[tokio::test]
async fn a_publish_in_doubt_is_looked_at_at_a_hint() {
    let (gateway, line) = front_over_a_line().await;
    let (merchant, path) = (gateway.merchant(), path_of(&gateway, SANDBOX).await);
    let receipt = merchant.receipt(json!({})).await;
    line.loses(Some(Loses::Requests("/subscribe/")));
    let unknown = gateway.while_time_passes(merchant.publish(&receipt)).await;
    assert_eq!(unknown.verdict(), "503 SUBSCRIBE_PUBLISH_IN_DOUBT");
    // Until its looks are half a minute apart.
    gateway.pass(2 * MINUTE, Duration::from_millis(250)).await;
    let own = own(&gateway, &receipt).await;
    let state = async || {
        let issuance = gateway
            .store()
            .issuance(gateway.project(SANDBOX).id, own.parse().unwrap());
        issuance.await.unwrap().unwrap().state.name()
    };
    line.loses(None);
    testkit::until(testkit::PATIENCE, async || {
        gateway
            .anybody()
            .post(&path, json!({ "receipt_id": receipt }))
            .await
            .expect(200);
        let now = state().await;
        (now == "issued").then_some(()).ok_or(now)
    })
    .await;
    assert_eq!(gateway.pg.ledger().await.keys_of(&receipt), 1);
    gateway.stop().await;
}

/// The ladder's own look and a hinted one at once, many times: one debit, one verdict, and nobody is stuck.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hint_at_the_moment_of_the_resolutions_own_look_makes_one_verdict() {
    let (gateway, line) = front_over_a_line().await;
    let (merchant, path) = (gateway.merchant(), path_of(&gateway, SANDBOX).await);
    let (_, key) = merchant.issue(json!({})).await;
    for round in 0..5 {
        line.loses(Some(Loses::Answers(CHARGE)));
        let unknown = merchant
            .charge(&key, json!({ "order_id": format!("order_{round}") }))
            .await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
        let receipt = unknown.text("receipt_id");
        line.loses(None);
        let (anybody, body) = (gateway.anybody(), json!({ "order_id": receipt }));
        let hints = async {
            for _hint in 0..10 {
                anybody.post(&path, body.clone()).await.expect(200);
            }
        };
        gateway.while_time_creeps(hints).await;
        let paid = async || (merchant.look_up(&receipt).await["status"] == json!(1)).then_some(());
        gateway.eventually(paid).await;
        let payment = gateway
            .store()
            .payment(gateway.project(SANDBOX).id, receipt.parse().unwrap());
        assert_eq!(payment.await.unwrap().unwrap().state, PaymentState::Paid);
        let ends = gateway.history(&receipt).await;
        assert_eq!(ends.iter().filter(|(to, ..)| to == "paid").count(), 1, "{ends:?}");
    }
    assert_eq!(gateway.pg.ledger().await.debits.len(), 5);
    gateway.stop().await;
}

/// This gateway's own id of a receipt.
async fn own(gateway: &TestGateway, receipt: &str) -> String {
    let project = gateway.project(SANDBOX).id;
    let named = gateway
        .store()
        .receipt_by_alias(project, receipt)
        .await
        .expect("a read");
    named.map_or_else(|| receipt.to_owned(), |own| own.to_string())
}
