//! Every combination of what a PG can do, over the same simulated money: each order is debited once at most, every unknown ends in
//! time or with a person, and nothing is said that the ledger does not say too.

use std::time::Duration;

use pg::{Capabilities, ConsentSeen, RefundsSeen};
use serde_json::{Value, json};
use testkit::{Ledger, PgUnderTest, SANDBOX, TestGateway};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const STANDS_STILL: Duration = Duration::from_secs(10 * 60);

fn by_registering(can: &mut Capabilities) {
    can.consent_seen = ConsentSeen::ByRegistering;
    can.leaves_key = Some(Duration::ZERO);
}

fn by_sum(can: &mut Capabilities) {
    can.refunds = RefundsSeen::BySum {
        stands_still: STANDS_STILL,
    };
}

fn looking(can: &mut Capabilities, absence_proven_after: Option<Duration>) {
    (can.net_cancel, can.absence_proven_after) = (None, absence_proven_after);
    can.doubt_lasts = HOUR;
}

/// Of this account the PG says nothing when it is asked.
const SILENT: &[&str] = &["0009"];
/// And of these, that they are not there.
const NOT_THERE: &[&str] = &["0009", "0008", "fault-1"];

/// Its name, which orders wait for a person in the end, and the limits.
type Combination = (&'static str, &'static [&'static str], fn(&mut Capabilities));

/// Each of the ways there are: consent × refunds × net-cancel, or looking with or without a proof of absence.
const COMBINATIONS: [Combination; 12] = [
    ("all of it", &[], |_| {}),
    ("consent by registering", &[], by_registering),
    ("refunds by sum", &[], by_sum),
    ("consent by registering, refunds by sum", &[], |can| {
        by_registering(can);
        by_sum(can);
    }),
    ("looking", NOT_THERE, |can| looking(can, None)),
    ("looking, consent by registering", NOT_THERE, |can| {
        looking(can, None);
        by_registering(can);
    }),
    ("looking, refunds by sum", NOT_THERE, |can| {
        looking(can, None);
        by_sum(can);
    }),
    ("looking, consent by registering, refunds by sum", NOT_THERE, |can| {
        looking(can, None);
        by_registering(can);
        by_sum(can);
    }),
    ("absence proven", SILENT, |can| looking(can, Some(HOUR))),
    ("absence proven, consent by registering", SILENT, |can| {
        looking(can, Some(HOUR));
        by_registering(can);
    }),
    ("absence proven, refunds by sum", SILENT, |can| {
        looking(can, Some(HOUR));
        by_sum(can);
    }),
    (
        "absence proven, consent by registering, refunds by sum",
        SILENT,
        |can| {
            looking(can, Some(HOUR));
            by_registering(can);
            by_sum(can);
        },
    ),
];

/// Faults of a debit, and of the questions after it.
const FAULTS: [(&str, &str); 5] = [
    ("charge", "drop-after"),
    ("charge", "drop-before"),
    ("charge", "garbage"),
    ("charge", "half-body"),
    ("charge", "bad-gateway-after"),
];

#[tokio::test]
async fn with_a_net_cancel_every_unknown_has_a_verdict_that_is_true() {
    holds_for(&COMBINATIONS[..4]).await;
}

#[tokio::test]
async fn by_looking_alone_what_is_not_there_is_a_persons_and_the_rest_is_true() {
    holds_for(&COMBINATIONS[4..8]).await;
}

#[tokio::test]
async fn where_absence_is_proven_only_silence_is_a_persons() {
    holds_for(&COMBINATIONS[8..]).await;
}

async fn holds_for(combinations: &[Combination]) {
    for (name, may_wait, limit) in combinations {
        let gateway = TestGateway::with(|plan| {
            plan.pg = PgUnderTest::Nicepay;
            plan.pg_read_timeout = Duration::from_millis(150);
            plan.limit_pg = Some(*limit);
        })
        .await;
        let orders = debits(&gateway).await;
        gateway.pass(3 * HOUR, Duration::from_secs(20)).await;
        let ledger = gateway.pg.ledger().await;
        for (receipt_id, order_id) in &orders {
            let found = gateway.merchant().look_up(receipt_id).await;
            let waits = agrees(name, &found, &ledger, order_id);
            assert_eq!(
                waits,
                may_wait.contains(&order_id.as_str()),
                "{name}, {order_id}: {found}"
            );
        }
        refunds(name, &gateway, &orders).await;
        gateway.stop().await;
    }
}

/// Orders, each with a fault of its own; the receipt of each.
async fn debits(gateway: &TestGateway) -> Vec<(String, String)> {
    let merchant = gateway.merchant();
    let mut orders = Vec::new();
    let good = merchant.key().await;
    for (number, (on, kind)) in FAULTS.into_iter().enumerate() {
        let order_id = format!("fault-{number}");
        gateway.pg.fault(on, kind, 1).await;
        let asked = merchant.charge(&good, json!({ "order_id": order_id }));
        let answer = gateway.while_time_creeps(asked).await;
        orders.push((answer.text("receipt_id"), order_id));
        gateway.pg.clear_faults().await;
    }
    for account in ["0007", "0008", "0009"] {
        let key = merchant.key_of(account).await;
        let asked = merchant.charge(&key, json!({ "order_id": account }));
        let answer = gateway.while_time_creeps(asked).await;
        orders.push((answer.text("receipt_id"), account.to_owned()));
    }
    orders
}

/// What is said of a debit is what the ledger has. Whether it still waits.
fn agrees(name: &str, found: &Value, ledger: &Ledger, order_id: &str) -> bool {
    let receipt_id = found["receipt_id"].as_str().expect("an id");
    let (debits, kept) = ledger.debited(receipt_id);
    assert!(debits <= 1, "{name}, {order_id}: debited {debits} times");
    match found["status"].as_i64() {
        Some(1) => assert_eq!(kept, 1000, "{name}, {order_id}: {found}"),
        Some(-2) => assert_eq!(kept, 0, "{name}, {order_id}: {found}"),
        Some(2) => return true,
        other => panic!("{name}, {order_id}: {other:?}"),
    }
    false
}

/// A part of each paid order is given back, and its answer lost one way or the other: once in the end.
async fn refunds(name: &str, gateway: &TestGateway, orders: &[(String, String)]) {
    let merchant = gateway.merchant();
    let mut paid = Vec::new();
    for (receipt_id, _) in orders {
        if merchant.look_up(receipt_id).await["status"] == json!(1) {
            paid.push(receipt_id.clone());
        }
    }
    assert!(!paid.is_empty(), "{name}: none was paid");
    for (receipt_id, kind) in paid.iter().zip(
        ["drop-after", "drop-before", "garbage", "bad-gateway-after"]
            .iter()
            .cycle(),
    ) {
        gateway.pg.fault("cancel", kind, 1).await;
        let asked = merchant.cancel(receipt_id, json!({ "cancel_price": 300, "cancel_id": "part" }));
        let answer = gateway.while_time_creeps(asked).await;
        let verdict = answer.verdict();
        assert!(
            ["200", "400 RC_CANCEL_CRITICAL_ERROR"].contains(&verdict.as_str()),
            "{name}, {kind}: {verdict}"
        );
        gateway.pg.clear_faults().await;
    }
    gateway.pass(50 * MINUTE, Duration::from_secs(10)).await;
    let ledger = gateway.pg.ledger().await;
    for receipt_id in &paid {
        assert_eq!(ledger.debited(receipt_id), (1, 700), "{name}: {receipt_id}");
        assert_eq!(
            merchant.look_up(receipt_id).await["cancelled_price"],
            json!(300),
            "{name}"
        );
    }
    let project = gateway.project(SANDBOX).id;
    let open = gateway
        .store()
        .cancels(project, paid[0].parse().unwrap())
        .await
        .unwrap();
    assert_eq!(open.len(), 1, "{name}: {open:?}");
}
