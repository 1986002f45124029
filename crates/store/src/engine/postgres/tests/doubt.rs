//! Answers that are lost, servers that are not there.

use std::time::{Duration, Instant};

use pgcluster::Database;

use super::proxy::{Mode, Next, Proxy};
use super::{add, bump, count, database, open, options, take, write};
use crate::Store;
use crate::engine::postgres::PostgresOptions;
use crate::error::{CommitError, ReadError};
use crate::statement::Write;

/// Longer than a server is away here.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_secs(2);

/// A store behind a proxy, with the thing `a` in it.
async fn behind_a_proxy(doubt_patience: Duration) -> (Database, Proxy, Store) {
    let database = database();
    let proxy = Proxy::of(pgcluster::Shared::server().port()).await;
    let store = open(&PostgresOptions {
        lanes: 1,
        doubt_patience,
        ..options(database.url_at(proxy.port))
    })
    .await;
    write(&store, vec![add("a")]).await.unwrap();
    (database, proxy, store)
}

/// The server is there again, and the store finds it by itself.
async fn is_back(proxy: &Proxy, store: &Store) {
    proxy.set(Mode::Pass);
    for number in 0.. {
        match write(store, vec![add(&format!("back{number}"))]).await {
            Ok(_) => return,
            Err(error) => assert!(matches!(error, CommitError::NotDone(_)) && number < 9, "{error}"),
        }
    }
}

fn fences(database: &Database) -> String {
    database.sql("SELECT count(*) FROM commit_mark WHERE is_fence")
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_answered_and_made_once() {
    let (database, proxy, store) = behind_a_proxy(LONG).await;
    proxy.set(Mode::CutAfterCommit(Next::Pass));
    assert_eq!(take(&store, "a").await.unwrap(), [1]);
    assert_eq!(proxy.cuts(), 1);
    assert_eq!(count(&store, "a").await.unwrap(), Some(1));
    assert_eq!(fences(&database), "0", "it was found");
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_run_again_and_made_once() {
    let (database, proxy, store) = behind_a_proxy(LONG).await;
    proxy.set(Mode::CutBeforeCommit(Next::Pass));
    assert_eq!(take(&store, "a").await.unwrap(), [1]);
    assert_eq!(proxy.cuts(), 1);
    assert_eq!(count(&store, "a").await.unwrap(), Some(1));
    assert_eq!(fences(&database), "1", "it was fenced off");
}

/// The fence is found by the second look, and is not taken for the commit.
#[tokio::test]
async fn a_look_at_the_mark_whose_answer_was_lost_makes_nothing_true() {
    let (database, proxy, store) = behind_a_proxy(LONG).await;
    proxy.set(Mode::CutBeforeCommit(Next::CutAfterLook));
    assert_eq!(take(&store, "a").await.unwrap(), [1]);
    assert_eq!(proxy.cuts(), 2);
    assert_eq!(count(&store, "a").await.unwrap(), Some(1));
    assert_eq!(fences(&database), "1");
}

#[tokio::test]
async fn without_a_server_nothing_is_done_in_time_and_it_goes_on_by_itself_later() {
    let (_database, proxy, store) = behind_a_proxy(SHORT).await;
    proxy.set(Mode::Refuse);
    let began = Instant::now();
    let (first, second) = tokio::join!(write(&store, vec![bump("a")]), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        write(&store, vec![bump("a")]).await
    });
    let took = began.elapsed();
    assert!(matches!(first, Err(CommitError::NotDone(_))), "{first:?}");
    assert!(matches!(second, Err(CommitError::NotDone(_))), "{second:?}");
    assert!(
        took > Duration::from_secs(2) && took < Duration::from_secs(4),
        "{took:?}"
    );
    let read = count(&store, "a").await;
    assert!(matches!(read, Err(ReadError::Failed(_))), "{read:?}");
    is_back(&proxy, &store).await;
    assert_eq!(write(&store, vec![bump("a")]).await.unwrap(), [1]);
    assert_eq!(count(&store, "a").await.unwrap(), Some(1), "what was not done stays so");
}

/// The server comes back within the time that a caller waits: it sees nothing of it.
#[tokio::test]
async fn a_short_loss_of_the_server_is_not_seen_by_callers() {
    let (_database, proxy, store) = behind_a_proxy(LONG).await;
    proxy.set(Mode::Refuse);
    let writing = write(&store, vec![bump("a")]);
    let (written, read, ()) = tokio::join!(writing, count(&store, "a"), async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        proxy.set(Mode::Pass);
    });
    assert_eq!(written.unwrap(), [1]);
    assert!(read.unwrap().is_some());
}

/// Sends `bump` into a commit that is cut, without a server after it; what the caller was told, and the count once it is back.
async fn in_doubt(cut: Mode) -> (Duration, Option<i64>) {
    let (_database, proxy, store) = behind_a_proxy(SHORT).await;
    proxy.set(cut);
    let began = Instant::now();
    let told = write(&store, vec![bump("a")]).await;
    let took = began.elapsed();
    assert!(matches!(told, Err(CommitError::InDoubt(_))), "{told:?}");
    // What comes meanwhile is not done, and told so in time.
    let other = write(&store, vec![add("b")]).await;
    assert!(matches!(other, Err(CommitError::NotDone(_))), "{other:?}");
    is_back(&proxy, &store).await;
    assert_eq!(count(&store, "b").await.unwrap(), None);
    (took, count(&store, "a").await.unwrap())
}

#[tokio::test]
async fn a_commit_stays_in_doubt_without_a_server_and_is_found_later() {
    let (took, count) = in_doubt(Mode::CutAfterCommit(Next::Refuse)).await;
    assert!(
        took > Duration::from_secs(2) && took < Duration::from_secs(4),
        "{took:?}"
    );
    assert_eq!(count, Some(1));
}

#[tokio::test]
async fn what_a_caller_was_told_is_in_doubt_is_never_run_again() {
    let (took, count) = in_doubt(Mode::CutBeforeCommit(Next::Refuse)).await;
    assert!(
        took > Duration::from_secs(2) && took < Duration::from_secs(4),
        "{took:?}"
    );
    assert_eq!(count, Some(0));
}

/// A machine that stops in the middle of a transaction holds what it has taken for five seconds, not for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_paused_client_does_not_keep_its_locks() {
    let (database, proxy, store) = behind_a_proxy(SHORT).await;
    proxy.set(Mode::Pause);
    let paused = store.clone();
    let stuck = tokio::spawn(async move { write(&paused, vec![bump("a"), add("b")]).await });
    while proxy.cuts() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let other = open(&PostgresOptions {
        doubt_patience: Duration::from_secs(20),
        ..options(database.url())
    })
    .await;
    let began = Instant::now();
    write(&other, vec![add("b")]).await.unwrap();
    let took = began.elapsed();
    assert!(
        took > Duration::from_secs(1) && took < Duration::from_secs(8),
        "{took:?}"
    );
    // It was paused, not ended: its commit is asked about, was not made, and the name is taken by now.
    proxy.set(Mode::Pass);
    let told = stuck.await.unwrap();
    assert!(!matches!(told, Ok(_) | Err(CommitError::NotDone(_))), "{told:?}");
    assert_eq!(count(&other, "a").await.unwrap(), Some(0), "all or nothing");
}

#[tokio::test]
async fn a_full_queue_refuses_and_keeps_nothing() {
    let database = database();
    let proxy = Proxy::of(pgcluster::Shared::server().port()).await;
    let store = open(&PostgresOptions {
        lanes: 1,
        doubt_patience: LONG,
        write_queue_max: 3,
        ..options(database.url_at(proxy.port))
    })
    .await;
    write(&store, vec![add("a")]).await.unwrap();
    proxy.set(Mode::Refuse);
    let bumps = (0..20).map(|_| write(&store, vec![bump("a")] as Vec<Write>));
    let told = tokio::join!(futures_util::future::join_all(bumps), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.set(Mode::Pass);
    });
    let done = told.0.iter().filter(|told| told.is_ok()).count();
    let refused = told
        .0
        .iter()
        .filter(|told| matches!(told, Err(CommitError::Overloaded)))
        .count();
    assert_eq!(done + refused, 20, "{:?}", told.0);
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done");
    assert_eq!(count(&store, "a").await.unwrap(), i64::try_from(done).ok());
}
