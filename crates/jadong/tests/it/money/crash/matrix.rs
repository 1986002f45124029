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
use testkit::{Dice, Loses, PgUnderTest};

/// What goes wrong at the PG besides, in turn.
const FAULTS: [&str; 5] = ["none", "drop-after", "hang", "bad-gateway-after", "drop-before"];
/// Of the hosted API: what the line to it loses, its own end, and what goes wrong at the PG behind it.
const FAULTS_OF_HOSTED: [&str; 5] = ["none", LOST_REQUESTS, THERE_DIES, LOST_ANSWERS, "drop-after"];
const LOST_REQUESTS: &str = "lost requests";
const LOST_ANSWERS: &str = "lost answers";
const THERE_DIES: &str = "death there";

/// What goes wrong, and every day how much of it; with `JADONG_CRASH_ROUNDS`, all of it.
fn faults(pg: PgUnderTest) -> ([&'static str; 5], usize) {
    match pg {
        PgUnderTest::Hosted => (FAULTS_OF_HOSTED, 1),
        _ => (FAULTS, 2),
    }
}
/// Accounts that are resolved within seconds.
const ACCOUNTS: [&str; 13] = [
    "0000", "0000", "0000", "0000", "0001", "0006", "0007", "0008", "0010", "0011", "0000", STANDING, STANDING,
];
/// The same in front of another gateway: fewer, for there is one more process.
const ACCOUNTS_OF_HOSTED: [&str; 9] = ["0001", "0000", "0007", "0000", "0008", "0000", "0010", "0011", STANDING];
/// In rounds only: its verdict takes a minute.
const SLOWEST: &str = "0009";
const REACHED_WITHIN: Duration = Duration::from_secs(25);

/// One row of the matrix: a point and an operation.
#[derive(Clone, Copy)]
pub struct Row {
    pg: PgUnderTest,
    point: &'static str,
    kind: Kind,
    /// Passages to choose from.
    passages: u64,
}

pub const fn row(pg: PgUnderTest, point: &'static str, kind: Kind, passages: u64) -> Row {
    Row {
        pg,
        point,
        kind,
        passages,
    }
}

/// Rows at once: most of their time is waiting, and each is a gateway and a PG. A point is passed less often where they wait for each
/// other.
const AT_ONCE: usize = 10;

/// Every day each case has a folder of its own; in rounds the faults follow each other on one folder, crash after crash.
pub async fn survive(rows: Vec<Row>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (index, row) in rows.into_iter().enumerate() {
        let sum = |sum: u64, byte: u8| sum * 31 % 65_521 + u64::from(byte);
        let seed = row.point.bytes().fold(index as u64 + 1 + seed(), sum);
        let (faults, a_day) = faults(row.pg);
        if rounds() == 0 {
            for nth in 0..a_day {
                let fault = faults[(seed as usize + nth * 2) % faults.len()];
                running.spawn(in_turn(places.clone(), walk(row, vec![fault], seed + nth as u64)));
            }
        } else if row.pg == PgUnderTest::Hosted {
            // Hours have passed at the end of each: the next is on a folder of its own.
            for (nth, fault) in (0..rounds()).flat_map(|_| faults).enumerate() {
                running.spawn(in_turn(places.clone(), walk(row, vec![fault], seed + nth as u64)));
            }
        } else {
            let faults = (0..rounds()).flat_map(|_| faults).collect();
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
    let is_hosted = row.pg == PgUnderTest::Hosted;
    let mut accounts = if is_hosted {
        ACCOUNTS_OF_HOSTED.to_vec()
    } else {
        ACCOUNTS.to_vec()
    };
    if rounds() > 0 && row.kind == Kind::Charge {
        accounts.push(SLOWEST);
    }
    let mut arena = Arena::open(row.pg, &accounts).await;
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
    let name = format!("{:?}: {:?} with {}", row.pg, row.kind, cases.join(", "));
    judge(&name, faults.len(), arena, &orders).await;
}

async fn one_case(arena: &mut Arena, row: &Row, name: &str, fault: &str, armed: &str) -> Vec<Order> {
    let mut orders = wanted(arena, row, name);
    let is_prepared = matches!(
        row.kind,
        Kind::ToCancel | Kind::Cash | Kind::CashToCancel | Kind::ToDestroy
    );
    if is_prepared {
        orders = arena.in_time(run(arena, orders, Phase::First).finish()).await;
    }
    arena.replace(&[("JADONG_CRASH_AT", armed)]).await;
    go_wrong(arena, row, fault).await;
    let requests = requests(arena).await;
    let running = run(arena, orders, if is_prepared { Phase::Second } else { Phase::First });
    if fault == THERE_DIES {
        some_of_it_is_done(arena, requests).await;
        let there = arena.there.as_mut().expect("it is in front of another");
        there.dies(&arena.pg).await;
    }
    let is_reached = arena.has_crashed(REACHED_WITHIN).await;
    assert!(
        is_reached,
        "{armed} with {fault} was never reached\n{}",
        arena.dir.log_text()
    );
    arena.restart(&[]).await;
    if let Some(there) = &arena.there {
        there.loses(None);
    }
    let orders = arena.in_time(running.finish()).await;
    arena.pg.clear_faults().await;
    orders
}

fn wanted(arena: &Arena, row: &Row, name: &str) -> Vec<Order> {
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
            let number = number + nth * arena.keys.len();
            orders.push(Order::new(row.kind, name, number, (account, key)));
        }
    }
    if row.pg == PgUnderTest::Hosted && matches!(row.kind, Kind::Cash | Kind::CashToCancel) {
        // Of one that stands alone nobody can tell what became of it.
        orders.retain(|order| !order.stands_alone());
    }
    if row.kind == Kind::First {
        let first = orders.len() * (name.bytes().map(usize::from).sum::<usize>() % 50);
        orders.iter_mut().for_each(|order| order.number += first);
    }
    orders
}

/// What has reached the PG.
async fn requests(arena: &Arena) -> u32 {
    let requests = arena.pg.ledger().await.requests;
    requests.charge + requests.cancel + requests.receipt + requests.register + requests.expire
}

/// Waits until something has reached the PG; a little longer, and some of it is answered and some is not.
async fn some_of_it_is_done(arena: &Arena, before: u32) {
    for _look in 0..100 {
        if requests(arena).await >= before + 3 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Lets go wrong what is to go wrong besides.
async fn go_wrong(arena: &Arena, row: &Row, fault: &str) {
    match fault {
        "none" | THERE_DIES => {}
        LOST_REQUESTS | LOST_ANSWERS => {
            let path = match row.kind {
                Kind::ToCancel => "/v2/cancel",
                Kind::Cash | Kind::CashToCancel => "/v2/request/receipt/cash",
                Kind::ToDestroy => "/v2/subscribe/billing_key",
                Kind::Charge | Kind::Reserve | Kind::First => "/v2/subscribe/payment",
            };
            let lost = if fault == LOST_REQUESTS {
                Loses::Requests(path)
            } else {
                Loses::Answers(path)
            };
            arena.there.as_ref().expect("a line").loses(Some(lost));
        }
        _ => {
            for (on, times) in break_where(row) {
                arena.pg.fault(on, fault, times).await;
            }
        }
    }
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

/// Tests of rows, on one PG; every point of money is in one of them.
macro_rules! matrix {
    ($pg:ident, $($test:ident { $($point:ident: $kind:ident / $passages:literal;)* })*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            #[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
            async fn $test() {
                use crate::money::crash::{matrix, orders::Kind};

                let pg = testkit::PgUnderTest::$pg;
                matrix::survive(vec![$(matrix::row(pg, stringify!($point), Kind::$kind, $passages)),*]).await;
            }
        )*

        #[test]
        fn no_crash_point_of_money_is_left_out() {
            const COVERED: &[&str] = &[$($(stringify!($point)),*),*];

            for point in crate::money::points::MONEY_POINTS {
                assert!(COVERED.contains(point), "{point} is in no row");
            }
        }
    };
}

pub(crate) use matrix;
