//! A bank, or the whole PG, that takes debits and never answers: others are served meanwhile, and everybody is answered within
//! the documented time.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::charge;
use testkit::process::TestDir;
use testkit::{Answer, Merchant, PATIENCE, until};

/// More than `pg_calls_max`.
const HANGING: u64 = 300;
const HEALTHY: u64 = 50;

fn charges(api: &Merchant, key: &str, name: &str, count: u64) -> JoinSet<(Answer, Duration)> {
    let mut under_way = JoinSet::new();
    for number in 0..count {
        let (api, key, order_id) = (api.clone(), key.to_owned(), format!("{name}_{number}"));
        under_way.spawn(async move {
            let since = Instant::now();
            (charge(&api, &key, &order_id, 1_000, 0).await, since.elapsed())
        });
    }
    under_way
}

#[tokio::test]
async fn a_silent_bank_holds_up_only_its_own_debits() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (stuck, pg) = (gateway.merchant(), gateway.pg());
    let healthy = dir.merchant(&gateway.url, "healthy").await;
    let silent = stuck.key_of("0008").await;
    let (own, others) = (stuck.key_of("1234").await, healthy.key_of("1234").await);
    let mut hanging = charges(&stuck, &silent, "stuck", HANGING);
    // The half of the calls to the PG that one project's debits at one bank may hold.
    until(PATIENCE, async || {
        let asked = pg.ledger().await.requests.charge;
        if asked < 128 { Err(asked) } else { Ok(()) }
    })
    .await;
    for (answer, _) in charges(&healthy, &others, "healthy", HEALTHY).join_all().await {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let mut without_turn = 0;
    while let Some(ended) = hanging.try_join_next() {
        let (answer, _) = ended.expect("no panic");
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (503, "PG_UNAVAILABLE"),
            "{}",
            answer.body
        );
        without_turn += 1;
    }
    assert!(
        without_turn <= HANGING - 128,
        "those that were sent still wait: {without_turn}"
    );
    // What is no debit goes on.
    stuck.get(&format!("/v2/billing_key/{own}")).await.expect(200);
    healthy
        .delete(&format!("/v2/subscribe/billing_key/{others}"))
        .await
        .expect(200);
    hanging.abort_all();
}

#[tokio::test]
async fn everybody_is_answered_in_the_documented_time_while_the_pg_is_silent() {
    let dir = TestDir::empty();
    let short = [("JADONG_PG_READ_TIMEOUT", "3s"), ("JADONG_PG_QUEUE_WAIT", "2s")];
    let gateway = dir.serve(&short).await;
    let api = gateway.merchant();
    let key = api.key_of("1234").await;
    gateway.pg().fault("charge", "hang", HANGING as u32).await;
    let answered = charges(&api, &key, "order", HANGING).join_all().await;
    // pg_queue_wait + pg_connect_timeout + pg_read_timeout + publish_wait.
    let documented = Duration::from_secs(2 + 5 + 3 + 5);
    let mut counts = (0, 0);
    for (answer, took) in answered {
        match answer.error_code().as_str() {
            "RC_CONFIRM_CRITICAL_FAILED" => counts.0 += 1,
            "PG_UNAVAILABLE" => counts.1 += 1,
            _ => panic!("{} {}", answer.status, answer.body),
        }
        assert!(took < documented, "{took:?}: {}", answer.body);
    }
    assert_eq!(counts.0 + counts.1, HANGING);
    assert_eq!(
        u64::from(gateway.pg().ledger().await.requests.charge),
        counts.0,
        "without a turn not a byte was sent"
    );
    assert!(counts.1 > 0, "some had no turn");
}
