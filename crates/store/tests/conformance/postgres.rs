//! A PostgreSQL database of a test's own; and what the one writer of SQLite guarantees by being one, with two engines on one
//! database.

use std::collections::HashSet;

use domain::change::Change;
use domain::due::Lease;
use domain::precondition::Precondition;
use domain::reserve::WAITING_MAX;
use futures_util::future::join_all;
use jadong_store::{Busy, CommitRefused, LeaseRequest, PostgresOptions, Store};
use pgcluster::{Database, Shared};
use tokio::runtime::Handle;

use crate::commits::refused;
use crate::deliveries::deliver;
use crate::engine::Engine;
use crate::money_rows::{open, open_reserve, payment, reserve};
use crate::rows::{at, issuance, issue, key, key_id, project_id, receipt_id};

pub struct Postgres {
    database: Database,
}

/// Nothing is synced there, and there is no standby.
fn options(url: &str) -> PostgresOptions {
    PostgresOptions {
        allow_asynchronous_replication: true,
        allow_unsynced: true,
        readers: 2,
        ..PostgresOptions::at(url)
    }
}

impl Postgres {
    pub fn options(&self) -> PostgresOptions {
        options(&self.database.url())
    }
}

impl Engine for Postgres {
    /// A copy of a database that is migrated once.
    fn fresh() -> Self {
        let migrate = |url: &str| {
            let run = || {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime
                    .block_on(Store::migrate_postgres(&options(url)))
                    .expect("migrated");
            };
            std::thread::scope(|scope| scope.spawn(run).join()).expect("no panic");
        };
        let database = Shared::server().database_like("jadong", migrate);
        Self { database }
    }

    fn open_with_queue(&self, write_queue_max: usize) -> Store {
        let options = PostgresOptions {
            write_queue_max,
            ..self.options()
        };
        let opening = Store::open_postgres(&options);
        tokio::task::block_in_place(|| Handle::current().block_on(opening)).expect("it opens")
    }
}

#[tokio::test]
async fn a_migrated_database_opens_and_needs_no_migration() {
    let engine = Postgres::fresh();
    let applied = Store::migrate_postgres(&engine.options()).await.expect("migrated");
    assert!(applied.is_empty(), "{applied:?}");
    let store = Store::open_postgres(&engine.options()).await.expect("it opens");
    store.close().await;
}

/// Two engines on one database, in which there are so many keys.
async fn two(keys: u32) -> (Postgres, [Store; 2]) {
    let engine = Postgres::fresh();
    let stores = [engine.open(), engine.open()];
    let keys = (1..=keys).map(|number| issue(&key(&issuance(number), number)));
    stores[0].commit(project_id(1), keys.collect()).await.expect("issued");
    (engine, stores)
}

/// One server's tables are not spread: the tests of the engine do it with what stands for a cluster.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_one_server_is_not_distributed() {
    let (engine, _stores) = two(1).await;
    let told = Store::distribute_postgres(&engine.options(), 32)
        .await
        .expect_err("no cluster");
    assert!(told.to_string().contains("extension `citus`"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_engines_never_lease_the_same_row() {
    let (_engine, stores) = two(10).await;
    for number in 0..80 {
        let mut due = reserve(number, &format!("order-{number}"));
        due.billing_key = key_id(1 + number / 8);
        let opened = stores[0].commit(project_id(1), vec![open_reserve(&due)]).await;
        opened.expect("opened");
    }
    let nobody = Busy::default();
    let leases = (0..16).map(|number| {
        let request = LeaseRequest {
            now: at(10_000_000),
            until: at(20_000_000),
            limit: 10,
            lease: Lease(number + 1),
        };
        stores[usize::from(number % 2 == 0)].lease_reserves(request, &nobody)
    });
    let mut leased = Vec::new();
    for lease in join_all(leases).await {
        leased.extend(lease.expect("leased").into_iter().map(|leased| leased.of.id));
    }
    let different: HashSet<_> = leased.iter().collect();
    assert_eq!(different.len(), leased.len(), "one was leased twice");
    assert_eq!(leased.len(), 80, "what one did not get, another did");
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_reserves_at_two_engines_leave_ten() {
    let (_engine, stores) = two(12).await;
    for round in 1..=12 {
        let commits = (0..=WAITING_MAX).map(|number| {
            let mut asked = reserve(100 * round + number, &format!("order-{round}-{number}"));
            asked.billing_key = key_id(round);
            stores[usize::from(number % 2 == 0)].commit(project_id(1), vec![open_reserve(&asked)])
        });
        let commits = join_all(commits.collect::<Vec<_>>()).await;
        let refusals: Vec<_> = commits.iter().filter_map(refused).collect();
        assert_eq!(refusals, [CommitRefused::TooManyReserves], "{commits:?}");
        let waiting = stores[0].waiting_reserves_of(project_id(1), key_id(round));
        assert_eq!(waiting.await.expect("a read").len(), WAITING_MAX as usize);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipts_webhooks_are_numbered_without_gaps_or_twins_by_four_engines() {
    let (engine, [one, two]) = two(1).await;
    let stores = [one, two, engine.open(), engine.open()];
    // The receipt has webhooks already: there is a row to lock.
    let first = stores[0].commit(project_id(1), vec![deliver(0, 1)]);
    first.await.expect("told");
    let told = (1..400).map(|number| stores[number as usize % 4].commit(project_id(1), vec![deliver(number, 1)]));
    for told in join_all(told.collect::<Vec<_>>()).await {
        told.expect("told");
    }
    let found = stores[0]
        .deliveries_of(project_id(1), receipt_id(1))
        .await
        .expect("a read");
    let numbers: Vec<u32> = found.iter().map(|delivery| delivery.sequence).collect();
    assert_eq!(numbers, (1..=400).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_charges_that_want_no_other_open_one_is_made() {
    let (_engine, stores) = two(20).await;
    for round in 1..=20 {
        let charges = (0..2).map(|number| {
            let mut charge = payment(100 * round + number, &format!("order-{round}-{number}"));
            charge.billing_key = key_id(round);
            let none_open = Precondition::NoneOpen {
                billing_key: charge.billing_key,
                price: charge.order.price,
            };
            let changes = vec![Change::Require(none_open), open(&charge)];
            stores[number as usize].commit(project_id(1), changes)
        });
        let charges = join_all(charges.collect::<Vec<_>>()).await;
        let refusals: Vec<_> = charges.iter().filter_map(refused).collect();
        assert_eq!(refusals, [CommitRefused::LostRace], "{charges:?}");
    }
}
