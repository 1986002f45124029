//! The crash matrix: each point × each operation × each fault of the PG, over accounts of every behaviour.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::arena::{Arena, STANDING};
use super::buyer::{go_on, pursue};
use super::orders::{Kind, Order};
use super::verdict::judge;
use super::{rounds, seed};
use crate::money::points::MONEY_POINTS;
use testkit::Dice;

/// What goes wrong at the PG besides, in turn.
const FAULTS: [&str; 5] = ["none", "drop-after", "hang", "bad-gateway-after", "drop-before"];
/// Every day two of the faults; with `JADONG_CRASH_ROUNDS`, all of them.
const FAULTS_A_DAY: usize = 2;
/// Accounts that are resolved within seconds.
const ACCOUNTS: [&str; 13] = [
    "0000", "0000", "0000", "0000", "0001", "0006", "0007", "0008", "0010", "0011", "0000", STANDING, STANDING,
];
/// In rounds only: its verdict takes a minute.
const SLOWEST: &str = "0009";
const REACHED_WITHIN: Duration = Duration::from_secs(25);

/// One row of the matrix: a point and an operation.
#[derive(Clone, Copy)]
struct Row {
    point: &'static str,
    kind: Kind,
    /// Passages to choose from.
    passages: u64,
}

const fn row(point: &'static str, kind: Kind, passages: u64) -> Row {
    Row { point, kind, passages }
}

/// Rows at once: most of their time is waiting, and each is a gateway and a PG. A point is passed less often where they wait for each
/// other.
const AT_ONCE: usize = 10;

/// Every day each case has a folder of its own; in rounds the faults follow each other on one folder, crash after crash.
async fn survive(rows: Vec<Row>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (index, row) in rows.into_iter().enumerate() {
        let sum = |sum: u64, byte: u8| sum * 31 % 65_521 + u64::from(byte);
        let seed = row.point.bytes().fold(index as u64 + 1 + seed(), sum);
        if rounds() == 0 {
            for nth in 0..FAULTS_A_DAY {
                let fault = FAULTS[(seed as usize + nth * 2) % FAULTS.len()];
                running.spawn(in_turn(places.clone(), walk(row, vec![fault], seed + nth as u64)));
            }
        } else {
            let faults = (0..rounds()).flat_map(|_| FAULTS).collect();
            running.spawn(in_turn(places.clone(), walk(row, faults, seed)));
        }
    }
    while let Some(ended) = running.join_next().await {
        if let Err(error) = ended {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

async fn in_turn(places: Arc<Semaphore>, work: impl Future<Output = ()>) {
    let _place = places.acquire().await.expect("it stays open");
    work.await;
}

async fn walk(row: Row, faults: Vec<&'static str>, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut accounts = ACCOUNTS.to_vec();
    if rounds() > 0 && row.kind == Kind::Charge {
        accounts.push(SLOWEST);
    }
    let mut arena = Arena::open(&accounts).await;
    let mut orders = Vec::new();
    let mut cases = Vec::new();
    for (case, fault) in faults.iter().enumerate() {
        let armed = format!("{}:{}", row.point, 1 + dice.below(row.passages));
        cases.push(format!("{armed} {fault}"));
        let name = format!("{}-{:?}-{case}", row.point, row.kind).to_lowercase();
        orders.extend(one_case(&mut arena, &row, &name, fault, &armed).await);
        // The slowest account delays only the first case.
        arena.keys.retain(|(account, _)| *account != SLOWEST);
    }
    let name = format!("{:?} with {}", row.kind, cases.join(", "));
    judge(&name, faults.len(), arena, &orders).await;
}

async fn one_case(arena: &mut Arena, row: &Row, name: &str, fault: &str, armed: &str) -> Vec<Order> {
    let mut orders = Vec::new();
    for (number, (account, key)) in arena.keys.iter().enumerate() {
        // The late approval's time can only be set for a key that is there already.
        let is_fit = match row.kind {
            Kind::ToCancel => matches!(*account, "0000" | STANDING),
            // A payment has one cash receipt, and a standing one comes with the debit.
            Kind::Cash | Kind::CashToCancel | Kind::ToDestroy => *account == "0000",
            Kind::First => *account != "0010",
            Kind::Charge | Kind::Reserve => true,
        };
        let wanted = match row.kind {
            Kind::ToCancel | Kind::Cash | Kind::CashToCancel => 3,
            _ => 1,
        };
        for nth in 0..wanted * usize::from(is_fit) {
            orders.push(Order::new(
                row.kind,
                name,
                number + nth * arena.keys.len(),
                (account, key),
            ));
        }
    }
    if row.kind == Kind::First {
        let first = orders.len() * (name.bytes().map(usize::from).sum::<usize>() % 50);
        orders.iter_mut().for_each(|order| order.number += first);
    }
    let is_prepared = matches!(
        row.kind,
        Kind::ToCancel | Kind::Cash | Kind::CashToCancel | Kind::ToDestroy
    );
    if is_prepared {
        orders = run(arena, orders, Phase::First).finish().await;
    }
    arena.replace(&[("JADONG_CRASH_AT", armed)]).await;
    if fault != "none" {
        for (on, times) in break_where(row) {
            arena.pg.fault(on, fault, times).await;
        }
    }
    let running = run(arena, orders, if is_prepared { Phase::Second } else { Phase::First });
    let is_reached = arena.has_crashed(REACHED_WITHIN).await;
    assert!(
        is_reached,
        "{armed} with {fault} was never reached\n{}",
        arena.dir.log_text()
    );
    arena.restart(&[]).await;
    let orders = running.finish().await;
    arena.pg.clear_faults().await;
    orders
}

/// Which of the PG's calls go wrong, and how often.
fn break_where(row: &Row) -> Vec<(&'static str, u32)> {
    match row.kind {
        _ if row.point.starts_with("publish") => vec![("register", 2), ("charge", 3)],
        _ if row.point.starts_with("verdict") => vec![("charge", 3), ("find-payment", 2), ("net-cancel", 1)],
        Kind::ToCancel => vec![("cancel", 3)],
        Kind::Cash | Kind::CashToCancel => vec![("receipt", 3), ("find-receipt", 2)],
        Kind::ToDestroy => vec![("expire", 2)],
        _ => vec![("charge", 3)],
    }
}

/// What a merchant does: what it wants, or what follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    First,
    Second,
}

struct Running(JoinSet<Order>);

impl Running {
    async fn finish(mut self) -> Vec<Order> {
        let mut orders = Vec::new();
        while let Some(order) = self.0.join_next().await {
            orders.push(order.expect("a merchant does not panic"));
        }
        orders
    }
}

fn run(arena: &Arena, orders: Vec<Order>, phase: Phase) -> Running {
    let mut running = JoinSet::new();
    for order in orders {
        let api = arena.api.clone();
        match phase {
            Phase::First => running.spawn(pursue(api, order)),
            Phase::Second => running.spawn(go_on(api, order)),
        };
    }
    Running(running)
}

macro_rules! matrix {
    ($($test:ident { $($point:ident: $kind:ident / $passages:literal;)* })*) => {
        const COVERED: &[&str] = &[$($(stringify!($point)),*),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            #[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
            async fn $test() {
                survive(vec![$(row(stringify!($point), Kind::$kind, $passages)),*]).await;
            }
        )*
    };
}

matrix! {
    a_crash_around_a_charge_or_a_cancel {
        cancel_before_commit: ToCancel / 12;
        cancel_after_commit: ToCancel / 12;
        cancel_after_pg: ToCancel / 12;
        cancel_after_outcome_commit: ToCancel / 9;
        charge_before_commit: Charge / 9;
        charge_after_commit: Charge / 9;
        charge_after_pg: Charge / 6;
        charge_after_outcome_commit: Charge / 6;
        resolution_before_step: Charge / 6;
        resolution_after_pg: Charge / 6;
        resolution_before_finish: Charge / 3;
    }
    a_crash_around_a_cash_receipt_or_a_destroyed_key {
        cash_receipt_after_commit: Cash / 9;
        cash_receipt_after_pg: Cash / 9;
        cash_receipt_after_outcome_commit: Cash / 6;
        cash_receipt_cancel_after_commit: CashToCancel / 9;
        cash_receipt_cancel_after_pg: CashToCancel / 6;
        destroy_after_commit: ToDestroy / 5;
        destroy_after_pg: ToDestroy / 3;
    }
    a_crash_around_a_reserve_or_a_first_payment {
        reserve_before_commit: Reserve / 9;
        reserve_after_commit: Reserve / 9;
        charge_after_pg: Reserve / 6;
        charge_after_outcome_commit: Reserve / 6;
        resolution_before_step: Reserve / 6;
        resolution_after_pg: Reserve / 6;
        resolution_before_finish: Reserve / 3;
        publish_after_commit: First / 8;
        publish_after_pg: First / 8;
        publish_after_outcome_commit: First / 8;
        charge_after_pg: First / 5;
        charge_after_outcome_commit: First / 5;
        resolution_before_step: First / 4;
        resolution_after_pg: First / 4;
        resolution_before_finish: First / 2;
    }
}

#[test]
fn no_crash_point_of_money_is_left_out() {
    for point in MONEY_POINTS {
        assert!(COVERED.contains(point), "{point} is in no row");
    }
}
