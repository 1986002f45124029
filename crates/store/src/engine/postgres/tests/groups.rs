//! Commands that share a transaction.

use std::time::Duration;

use futures_util::future::join_all;

use super::{ADD, BREAK, DURABLE, add, bump, count, database, open, options, take, write};
use crate::engine::postgres::PostgresOptions;
use crate::engine::postgres::options::Target;
use crate::engine::postgres::session::{Role, Session};
use crate::error::{CommitError, CommitRefused};
use crate::place::Place;
use crate::row::only;
use crate::statement::Write;
use crate::value::values;

#[tokio::test]
async fn one_that_is_refused_and_one_that_fails_do_not_harm_their_neighbours() {
    let database = database();
    let store = open(&PostgresOptions {
        lanes: 1,
        ..options(database.url())
    })
    .await;
    write(&store, vec![add("taken"), add("broken")]).await.unwrap();
    let before = store.commits();
    let names: Vec<String> = (0..60).map(|number| format!("n{number}")).collect();
    let commands = names.iter().enumerate().map(|(number, name)| {
        let mut writes = vec![add(name)];
        match number % 10 {
            3 => writes.push(add("taken")),
            7 => writes.push(Write::any(&BREAK, values!["broken"])),
            _ => {}
        }
        write(&store, writes)
    });
    for (number, told) in join_all(commands).await.into_iter().enumerate() {
        let is_there = count(&store, &names[number]).await.unwrap().is_some();
        match number % 10 {
            3 => assert!(
                matches!(told, Err(CommitError::Refused(CommitRefused::NameTaken))),
                "{told:?}"
            ),
            7 => assert!(matches!(told, Err(CommitError::NotDone(_))), "{told:?}"),
            _ => assert_eq!(told.unwrap(), [1]),
        }
        assert_eq!(is_there, !matches!(number % 10, 3 | 7), "{number}");
    }
    let groups = store.commits() - before;
    assert!(groups < 20, "{groups} transactions for 48 commands: they shared none");
}

#[tokio::test]
async fn what_a_statement_gives_back_comes_from_the_group_it_was_committed_in() {
    let database = database();
    let store = open(&options(database.url())).await;
    write(&store, vec![add("a")]).await.unwrap();
    let told = join_all((0..50).map(|_| take(&store, "a"))).await;
    let mut numbers: Vec<i64> = told.into_iter().flat_map(Result::unwrap).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
    assert_eq!(count(&store, "a").await.unwrap(), Some(50));
    assert!(take(&store, "nobody").await.unwrap().is_empty());
}

/// Each takes two rows, in both orders: the server sees deadlocks, callers do not.
#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_run_again() {
    let database = database();
    let stores = [
        open(&options(database.url())).await,
        open(&options(database.url())).await,
    ];
    write(&stores[0], vec![add("a"), add("b")]).await.unwrap();
    for _ in 0..10 {
        let there = write(&stores[0], vec![bump("a"), bump("b")]);
        let back = write(&stores[1], vec![bump("b"), bump("a")]);
        let (there, back) = tokio::join!(there, back);
        assert_eq!((there.unwrap(), back.unwrap()), (vec![1, 1], vec![1, 1]));
    }
    assert_eq!(count(&stores[0], "a").await.unwrap(), Some(20));
}

/// Somebody else holds a row for longer than a statement waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_waits_for_a_lock_does_not_hold_up_its_neighbours() {
    let database = database();
    let long = PostgresOptions {
        lanes: 1,
        doubt_patience: Duration::from_secs(20),
        ..options(database.url())
    };
    let store = open(&long).await;
    write(&store, vec![add("a")]).await.unwrap();
    let holder = Session::connect(&Target::of(&long).unwrap(), Role::Migrates)
        .await
        .unwrap();
    let held = "BEGIN; UPDATE thing SET count = 7 WHERE name = 'a'";
    holder.client.batch_execute(held).await.unwrap();
    let neighbours = async {
        let names: Vec<String> = (0..20).map(|number| format!("n{number}")).collect();
        let told = join_all(names.iter().map(|name| write(&store, vec![add(name)]))).await;
        assert!(told.into_iter().all(|told| told.is_ok()));
        // Only now: they did not wait for it.
        holder.client.batch_execute("COMMIT").await.unwrap();
    };
    let (waited, ()) = tokio::join!(write(&store, vec![bump("a")]), neighbours);
    assert_eq!(waited.unwrap(), [1]);
    assert_eq!(count(&store, "a").await.unwrap(), Some(8));
}

#[tokio::test]
async fn a_role_that_commits_without_syncing_does_so_here_too_no_more() {
    let database = database();
    database.sql(&format!(
        "ALTER DATABASE {} SET synchronous_commit = off",
        database.name()
    ));
    let store = open(&options(database.url())).await;
    let found: Vec<String> = store.changed(Place::Shared, &DURABLE, values![], only).await.unwrap();
    assert_eq!(found, ["on"]);
    assert_eq!(database.sql("SHOW synchronous_commit"), "off", "it is, for others");
}

#[tokio::test]
async fn what_was_accepted_is_finished_at_the_close_and_nothing_after() {
    let database = database();
    let store = open(&options(database.url())).await;
    let names: Vec<String> = (0..200).map(|number| format!("n{number}")).collect();
    let writing = join_all(
        names
            .iter()
            .map(|name| store.write_one(Place::Shared, &ADD, values![name])),
    );
    let (told, ()) = tokio::join!(writing, store.close());
    assert!(told.into_iter().all(|told| told.unwrap()));
    assert_eq!(database.sql("SELECT count(*) FROM thing"), "200");
    let late = write(&store, vec![add("late")]).await;
    assert!(matches!(late, Err(CommitError::NotDone(_))), "{late:?}");
    store.ended().await;
}

/// The last two stay: by them it is told whether a server has all that was confirmed.
#[tokio::test]
async fn a_lane_keeps_the_mark_before_its_last() {
    let database = database();
    let one_lane = PostgresOptions {
        lanes: 1,
        ..options(database.url())
    };
    let store = open(&one_lane).await;
    write(&store, vec![add("a")]).await.unwrap();
    for _ in 1..256 {
        write(&store, vec![bump("a")]).await.unwrap();
    }
    let left = database.sql("SELECT string_agg(batch::text, ' ' ORDER BY batch) FROM commit_mark");
    assert_eq!(left, "255 256");
}

#[tokio::test]
async fn a_lane_forgets_its_marks() {
    let database = database();
    let store = open(&options(database.url())).await;
    write(&store, vec![add("a")]).await.unwrap();
    database.sql("INSERT INTO commit_mark SELECT n, 'another', 1, false, 0, now() - interval '2 days' FROM generate_series(0, 255) AS n");
    for _ in 0..600 {
        write(&store, vec![bump("a")]).await.unwrap();
    }
    let left: i64 = database
        .sql("SELECT count(*) FROM commit_mark WHERE lane <> 'another'")
        .parse()
        .unwrap();
    assert!(left < 520, "{left} marks");
    let others = database.sql("SELECT count(*) FROM commit_mark WHERE lane = 'another'");
    assert!(
        ["254", "255"].contains(&others.as_str()),
        "those of the lanes' buckets: {others}"
    );
}
