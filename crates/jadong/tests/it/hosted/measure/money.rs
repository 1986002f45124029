//! Debits and refunds: what is seen of them, what is made of it, and that nothing stays.

use std::time::Duration;

use pg::measure::{Found, KeyPairs, Left, Plan, Probe, Stopped, Waits};

use super::{Temper, Upstream, WAITS};

const ALL: &[Probe] = &[Probe::Charge, Probe::UsedOrder, Probe::Refund, Probe::RefusedCharge];
const DOUBT_LASTS: Duration = Duration::from_secs(65 * 60);

fn is_not_measured(found: &Found) -> bool {
    matches!(found, Found::NotMeasured(_))
}

#[tokio::test]
async fn what_another_gateway_does_is_seen_and_nothing_stays() {
    let upstream = Upstream::with(Temper::Nothing).await;
    let plan = Plan {
        refused_key: Some(upstream.hosted.merchant().key_of("0001").await),
        ..upstream.plan_with_key().await
    };
    let came = upstream.measure(plan, ALL).await;
    assert_eq!((came.done.clone(), came.left.clone()), (Ok(()), Vec::new()));
    for (question, says) in [
        ("unknown_order", "empty_list"),
        ("paid_order", "listed"),
        ("used_order_id", "same_receipt"),
        ("repeated_refund", "gives_once: done"),
        ("repeated_refund_at_once", "gives_once: done"),
        ("refused_order", "status_-2"),
    ] {
        assert_eq!(came.says(question), says, "{question}");
    }
    assert!(came.says("refund_of_another_price").starts_with("gives_0: refused "));
    assert!(
        came.says("refused_receipt").contains("RC_CONFIRM_FAILED"),
        "{}",
        came.says("refused_receipt")
    );
    assert!(came.says("seen_after_ms").parse::<u64>().unwrap() > 0);
    assert!(matches!(came.found("publish_at_once"), Found::Skipped(_)));
    assert!(came.absence() >= Some(DOUBT_LASTS));
    assert_eq!(upstream.debits().await, (3, 0));
    let mut orders = upstream.between.asked();
    orders.retain(|path| path.contains("/lookup/order/"));
    assert!(orders.iter().all(|path| path.contains("/lookup/order/jadong-measure-")));
}

#[tokio::test]
async fn nothing_is_done_that_was_not_allowed() {
    let upstream = Upstream::with(Temper::Nothing).await;
    let plan = Plan {
        refused_key: Some(upstream.hosted.merchant().key_of("0001").await),
        ..upstream.plan_with_key().await
    };
    let came = upstream.measure(plan, &[]).await;
    assert_eq!(
        came.asked,
        [Probe::Charge, Probe::RefusedCharge],
        "what rests on a debit is not asked about"
    );
    assert_eq!(came.says("unknown_order"), "empty_list");
    let measured = came.measuring.rows().into_iter().filter(|row| row.measured().is_some());
    assert_eq!(measured.count(), 1);
    assert!(upstream.between.asked().iter().all(|path| path.starts_with("GET ")));
    assert_eq!((came.absence(), upstream.debits().await), (None, (0, 0)));
}

#[tokio::test]
async fn a_look_up_that_lags_is_measured_by_its_longest_time() {
    let upstream = Upstream::with(Temper::ListsLate(Duration::from_millis(700))).await;
    let plan = Plan {
        waits: Waits {
            listed: Duration::from_secs(20),
            ..WAITS
        },
        ..upstream.plan_with_key().await
    };
    let came = upstream.measure(plan, &[Probe::Charge]).await;
    let seen_after: u64 = came.says("seen_after_ms").parse().unwrap();
    assert!(seen_after >= 700, "{seen_after}");
    assert_eq!(
        came.absence(),
        Some(DOUBT_LASTS.max(Duration::from_millis(seen_after * 60)))
    );
    assert_eq!(upstream.debits().await, (3, 0));
}

#[tokio::test]
async fn where_a_debit_is_never_listed_absence_is_never_believed_and_the_money_goes_back() {
    let upstream = Upstream::with(Temper::ListsNothing).await;
    let came = upstream.measure(upstream.plan_with_key().await, &[Probe::Charge]).await;
    assert_eq!(came.says("seen_after_ms"), "never");
    assert_eq!((came.absence(), came.left.len()), (None, 0));
    assert_eq!(upstream.debits().await, (1, 0));
}

#[tokio::test]
async fn what_is_not_answered_is_not_measured() {
    let upstream = Upstream::with(Temper::ListsWith500).await;
    let came = upstream.measure(upstream.plan_with_key().await, &[Probe::Charge]).await;
    for question in ["unknown_order", "paid_order", "seen_after_ms"] {
        assert!(
            is_not_measured(&came.found(question)),
            "{question}: {:?}",
            came.found(question)
        );
    }
    assert_eq!((came.absence(), upstream.debits().await), (None, (1, 0)));
}

/// The answer to a debit is lost: it is found by its order, and given back.
#[tokio::test]
async fn a_debit_without_an_answer_measures_nothing_and_is_given_back() {
    let upstream = Upstream::with(Temper::DebitsWith500).await;
    let came = upstream.measure(upstream.plan_with_key().await, ALL).await;
    assert!(is_not_measured(&came.found("seen_after_ms")));
    assert!(matches!(came.found("repeated_refund"), Found::Skipped(_)));
    assert_eq!((came.left.len(), upstream.debits().await), (0, (1, 0)));
}

#[tokio::test]
async fn a_debit_that_nobody_finds_is_told_with_its_order() {
    let upstream = Upstream::with(Temper::LosesDebits).await;
    let plan = Plan {
        waits: Waits {
            lost: Duration::from_millis(300),
            ..WAITS
        },
        ..upstream.plan_with_key().await
    };
    let came = upstream.measure(plan, &[Probe::Charge]).await;
    assert!(
        matches!(&came.left[..], [Left::PerhapsDebited { order_id, .. }] if order_id.starts_with("jadong-measure-")),
        "{:?}",
        came.left
    );
}

#[tokio::test]
async fn refunds_that_give_back_again_are_seen_as_such_and_give_no_more_than_was_debited() {
    let upstream = Upstream::with(Temper::RefundsAgain).await;
    let came = upstream
        .measure(upstream.plan_with_key().await, &[Probe::Charge, Probe::Refund])
        .await;
    assert_eq!(came.says("repeated_refund"), "gives_again");
    assert!(came.says("refund_of_another_price").starts_with("gives_200: done"));
    assert_eq!((came.left.len(), upstream.debits().await), (0, (3, 0)));
}

/// A second refund that the receipt shows only later must not be taken for none.
#[tokio::test]
async fn a_second_refund_that_shows_late_is_not_called_safe() {
    let upstream = Upstream::with(Temper::RefundsAgainLate(Duration::from_millis(600))).await;
    let plan = Plan {
        waits: Waits {
            settles: Duration::from_millis(250),
            ..WAITS
        },
        ..upstream.plan_with_key().await
    };
    let came = upstream.measure(plan, &[Probe::Charge, Probe::Refund]).await;
    for question in ["repeated_refund", "repeated_refund_at_once"] {
        let is_called_safe = matches!(came.found(question), Found::Measured(says) if says.starts_with("gives_once"));
        assert!(!is_called_safe, "{question}: {:?}", came.measuring.rows());
    }
    assert_eq!((came.left.len(), upstream.debits().await), (0, (3, 0)));
}

#[tokio::test]
async fn what_cannot_be_given_back_is_told_with_its_receipt() {
    let upstream = Upstream::with(Temper::RefusesRefunds).await;
    let came = upstream
        .measure(upstream.plan_with_key().await, &[Probe::Charge, Probe::Refund])
        .await;
    assert!(is_not_measured(&came.found("repeated_refund")));
    let receipts: Vec<_> = came
        .left
        .iter()
        .map(|left| match left {
            Left::Debit { receipt_id, why, .. } if why.contains("RC_CANCEL_REFUSED") => receipt_id.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!((receipts.len(), upstream.debits().await), (3, (3, 3000)));
    for receipt_id in &receipts {
        upstream.hosted.merchant().look_up(receipt_id).await;
    }
}

/// Somebody stops it at the moment at which a debit leaves.
#[tokio::test]
async fn a_debit_that_is_under_way_when_it_is_stopped_is_given_back() {
    let upstream = Upstream::with(Temper::Nothing).await;
    let came = upstream.measure_until(upstream.plan_with_key().await, ALL, true).await;
    assert_eq!(came.done, Err(Stopped::Asked));
    assert_eq!((came.left.len(), upstream.debits().await), (0, (1, 0)));
    assert_eq!(came.absence(), None);
}

/// A merchant gives a debit back by hand while it is being measured.
#[tokio::test]
async fn a_debit_that_somebody_else_gives_back_meanwhile_is_not_given_back_twice() {
    let upstream = Upstream::with(Temper::HoldsDebits).await;
    let plan = upstream.plan_with_key().await;
    let measuring = upstream.measure(plan, &[Probe::Charge, Probe::Refund]);
    let by_hand = async {
        testkit::until(testkit::PATIENCE, async || {
            let ledger = upstream.hosted.pg().ledger().await;
            let paid = ledger
                .debits
                .first()
                .map(|debit| debit.order_id.clone())
                .ok_or("no debit yet")?;
            let cancelled = upstream.hosted.merchant().cancel(&paid, serde_json::json!({})).await;
            if cancelled.status == 200 {
                Ok(())
            } else {
                Err("not paid yet")
            }
        })
        .await;
        upstream.between.lets_go();
    };
    let (came, ()) = tokio::join!(measuring, by_hand);
    assert!(
        is_not_measured(&came.found("repeated_refund")),
        "{:?}",
        came.measuring.rows()
    );
    let ledger = upstream.hosted.pg().ledger().await;
    assert_eq!((came.left.len(), ledger.totals.debited), (0, ledger.totals.refunded));
}

#[tokio::test]
async fn a_used_order_ids_code_is_seen_and_no_second_debit_is_made() {
    let upstream = Upstream::with(Temper::RefusesUsedOrders).await;
    let came = upstream
        .measure(upstream.plan_with_key().await, &[Probe::Charge, Probe::UsedOrder])
        .await;
    assert_eq!(came.says("used_order_id"), "refused RC_ORDER_USED: 거절");
    assert_eq!((came.left.len(), upstream.debits().await), (0, (3, 0)));
}

#[tokio::test]
async fn a_live_key_pair_or_one_that_may_be_is_not_measured_with_unless_it_is_named() {
    for (temper, why) in [
        (Temper::IsLive, Stopped::Live),
        (Temper::SaysNoSandbox, Stopped::Unsaid),
    ] {
        let upstream = Upstream::with(temper).await;
        let came = upstream.measure(upstream.plan_with_key().await, ALL).await;
        assert_eq!((came.done, upstream.debits().await), (Err(why), (0, 0)));
        let plan = Plan {
            key_pairs: KeyPairs::SandboxAndLive,
            ..upstream.plan_with_key().await
        };
        let came = upstream.measure(plan, &[Probe::Charge]).await;
        assert_eq!((came.done, upstream.debits().await), (Ok(()), (3, 0)));
    }
    let upstream = Upstream::with(Temper::Nothing).await;
    let plan = Plan {
        key: Some("66542dfb4d18d5fc7b43e1b6".to_owned()),
        ..Upstream::plan()
    };
    let came = upstream.measure(plan, ALL).await;
    assert!(matches!(came.done, Err(Stopped::NoKey(_))), "{:?}", came.done);
}
