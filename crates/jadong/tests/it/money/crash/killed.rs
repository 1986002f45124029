//! `kill -9` from outside, at moments that no test chose, under mixed load with random faults of the PG.

use std::time::Duration;

use tokio::task::JoinSet;

use super::arena::Arena;
use super::buyer::{go_on, pursue};
use super::orders::{Kind, Order};
use super::verdict::judge;
use super::{rounds, seed};
use testkit::{Dice, PgUnderTest};

const CALLS: [&str; 6] = ["charge", "find-payment", "net-cancel", "cancel", "register", "receipt"];
const FAULTS: [&str; 7] = [
    "drop-after",
    "hang",
    "bad-gateway-after",
    "drop-before",
    "half-body",
    "wrong-signature",
    "garbage",
];
const ACCOUNTS: [&str; 12] = [
    "0000", "0000", "0000", "0000", "0000", "0000", "0002", "0005", "0007", "0008", "0010", "0011",
];
const KILLS: u64 = 3;

async fn a_seed(seed: u64) {
    let mut dice = Dice::new(seed);
    let mut arena = Arena::open(PgUnderTest::Nicepay, &ACCOUNTS).await;
    let mut running = JoinSet::new();
    let mut count = 0;
    for wave in 0..=KILLS {
        for (account, key) in &arena.keys {
            for kind in [Kind::Charge, Kind::Reserve, Kind::First, Kind::ToCancel, Kind::Cash] {
                let is_fit = match kind {
                    Kind::ToCancel | Kind::Cash => *account == "0000",
                    Kind::First => *account != "0010" && dice.below(3) == 0,
                    _ => dice.below(2) == 0,
                };
                if !is_fit {
                    continue;
                }
                count += 1;
                let order = Order::new(
                    kind,
                    &format!("kill-{seed}-{kind:?}").to_lowercase(),
                    count,
                    (account, key),
                );
                let api = arena.api.clone();
                running.spawn(async move {
                    let order = pursue(api.clone(), order).await;
                    match order.kind {
                        Kind::ToCancel | Kind::Cash if !order.paid.is_empty() => go_on(api, order).await,
                        _ => order,
                    }
                });
            }
        }
        if wave == KILLS {
            break;
        }
        for _fault in 0..3 {
            let on = CALLS[dice.below(CALLS.len() as u64) as usize];
            let kind = FAULTS[dice.below(FAULTS.len() as u64) as usize];
            arena.pg.fault(on, kind, 1).await;
        }
        tokio::time::sleep(Duration::from_millis(100 + dice.below(1_900))).await;
        arena.kill().await;
        arena.restart(&[]).await;
    }
    let mut orders = Vec::new();
    while let Some(order) = running.join_next().await {
        orders.push(order.expect("a merchant does not panic"));
    }
    judge(&format!("kill -9, seed {seed}"), 1, arena, &orders).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_at_any_moment_moves_no_money_twice() {
    for round in 0..rounds().max(1) {
        let mut seeds = JoinSet::new();
        for nth in 0..3 {
            seeds.spawn(a_seed(101 + seed() + round * 3 + nth));
        }
        while let Some(ended) = seeds.join_next().await {
            if let Err(error) = ended {
                std::panic::resume_unwind(error.into_panic());
            }
        }
    }
}
