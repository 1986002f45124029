//! Consents that a person is asked for while it is measured, and that no key stays.

use std::time::Duration;

use domain::Sensitive;
use domain::bank::{Account, AccountDigitsMax, Bank};
use domain::identity::Identity;
use domain::issuance::Payer;
use domain::phone::Phone;
use pg::measure::{Found, Left, Plan, Probe, Stopped, Waits};

use super::{Temper, Upstream, WAITS};

/// Decides when a test says so.
const BY_HAND: &str = "01000000007";

fn asking(phone: &str) -> Plan {
    let bank = Bank::by_code("004").unwrap();
    Plan {
        payer: Some(Payer {
            bank_code: "004".to_owned(),
            account: Account::parse("12345678901234", bank, AccountDigitsMax::Live).unwrap(),
            holder: Sensitive::new("홍길동"),
            identity: Identity::parse("900101").unwrap(),
            phone: Phone::parse(phone).unwrap(),
            cash_receipt_type: None,
            cash_receipt_identity: None,
        }),
        ..Upstream::plan()
    }
}

/// Agrees or refuses, whenever the telephone rings, until it has done so `times`.
async fn decides(upstream: &Upstream, action: &str, times: usize) {
    let mut decided = Vec::new();
    testkit::until(testkit::PATIENCE, async || {
        for ringing in upstream.hosted.pg().ringing().await {
            if !decided.contains(&ringing) {
                upstream.hosted.pg().answer(&ringing, action).await;
                decided.push(ringing);
            }
        }
        if decided.len() >= times {
            Ok(())
        } else {
            Err(decided.clone())
        }
    })
    .await;
}

async fn open_keys(upstream: &Upstream) -> (usize, usize) {
    let keys = upstream.hosted.pg().ledger().await.keys;
    let open = keys.iter().filter(|key| key.expired_at_ms.is_none()).count();
    (keys.len(), open)
}

#[tokio::test]
async fn an_agreement_is_waited_for_and_its_key_is_debited_and_ended() {
    let upstream = Upstream::with(Temper::Nothing).await;
    let measuring = upstream.measure(asking(BY_HAND), &[Probe::Consent, Probe::Charge]);
    let person = async {
        // It is looked at before anybody can have agreed.
        testkit::until(testkit::PATIENCE, async || {
            let asked = upstream.between.asked();
            let publishes = asked.iter().filter(|path| path.ends_with("/publish")).count();
            if publishes >= 2 { Ok(()) } else { Err(asked) }
        })
        .await;
        decides(&upstream, "agree", 1).await;
    };
    let (came, ()) = tokio::join!(measuring, person);
    assert_eq!(came.done, Ok(()));
    assert!(
        came.says("publish_at_once")
            .starts_with("refused SUBSCRIBE_REQUEST_FAILED: ")
    );
    assert!(!came.says("key_lookup_at41").is_empty());
    assert!(
        came.says("second_start").ends_with(": while it is open"),
        "{}",
        came.says("second_start")
    );
    assert_eq!(came.says("key_by_receipt"), "same_key");
    assert_eq!(came.says("seen_after_ms").parse::<u64>().map(|ms| ms > 0), Ok(true));
    assert_eq!((came.left.clone(), open_keys(&upstream).await), (Vec::new(), (1, 0)));
    assert_eq!(upstream.debits().await, (3, 0));
    assert!(matches!(came.found("publish_refused"), Found::Skipped(_)));
}

#[tokio::test]
async fn a_refusal_is_seen_by_another_answer_and_leaves_no_key() {
    let upstream = Upstream::with(Temper::Nothing).await;
    let measuring = upstream.measure(asking(BY_HAND), &[Probe::RefusedConsent]);
    let (came, ()) = tokio::join!(measuring, decides(&upstream, "refuse", 1));
    let says = match came.found("publish_refused") {
        Found::Measured(says) => says,
        // It was refused before the first look.
        Found::NotMeasured(why) => why,
        Found::Skipped(why) => panic!("{why}"),
    };
    assert!(says.contains("SUBSCRIBE_"), "{says}");
    assert_eq!((came.left.len(), open_keys(&upstream).await), (0, (0, 0)));
}

/// Nobody agrees in time, and then, at the last moment, somebody does.
#[tokio::test]
async fn an_agreement_that_nobody_waits_for_any_more_leaves_no_key() {
    let upstream = Upstream::with(Temper::Nothing).await;
    let plan = Plan {
        waits: Waits {
            person: Duration::from_millis(300),
            ..WAITS
        },
        ..asking(BY_HAND)
    };
    let came = upstream.measure(plan, &[Probe::Consent]).await;
    assert!(matches!(came.found("publish_twice"), Found::Skipped(_)));
    assert!(came.says("publish_at_once").starts_with("refused "));
    let nobody = super::Allowing::all(&[], &came.measuring);
    decides(&upstream, "agree", 1).await;
    let left = came.measuring.give_back(&nobody).await;
    assert_eq!((left, open_keys(&upstream).await.1), (Vec::new(), 0));
}

/// The answer to the start says that the key pair is a live one: the telephone has rung, and nothing else is done.
#[tokio::test]
async fn a_live_key_pair_is_seen_by_the_first_start() {
    let upstream = Upstream::with(Temper::IsLive).await;
    let came = upstream
        .measure(asking(BY_HAND), &[Probe::Consent, Probe::RefusedConsent, Probe::Charge])
        .await;
    assert_eq!((came.done, came.left), (Err(Stopped::Live), Vec::<Left>::new()));
    let asked = upstream.between.asked();
    let starts = asked
        .iter()
        .filter(|path| path.ends_with("/automatic-transfer"))
        .count();
    assert_eq!((starts, upstream.debits().await), (1, (0, 0)));
}
