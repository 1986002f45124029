//! A primary and its synchronous standby.

use std::time::Duration;

use domain::due::{DueKind, Lease};
use domain::{EpochMs, ProjectId};
use pgcluster::Own;

use super::{TABLE, add, block, bump, count, open, options, write};
use crate::Store;
use crate::engine::postgres::{PostgresOptions, migrate};
use crate::error::{CommitError, OpenError, PostgresFault};
use crate::lease::{Busy, LeaseRequest};
use crate::place::Place;

const SYNCED: [&str; 2] = ["fsync = off", "wal_level = replica"];

fn migrated(settings: &[&str]) -> Own {
    let server = Own::start(settings);
    block(migrate(&options(server.url("postgres")))).unwrap();
    server.sql("postgres", TABLE);
    server
}

fn wait_for(server: &Own, names: &str) {
    server.sql(
        "postgres",
        &format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'"),
    );
    server.sql("postgres", "SELECT pg_reload_conf()");
    while server.sql("postgres", "SHOW synchronous_standby_names") != names {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A cluster with strict synchronous replication loses its primary under load: what was confirmed is there afterwards, each once.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_survives_the_loss_of_the_primary() {
    let mut primary = migrated(&SYNCED);
    let standby = Own::standby_of(&primary);
    wait_for(&primary, "*");
    let (one, two) = (primary.port(), standby.port());
    let only_standby = Store::open_postgres(&options(standby.url("postgres"))).await;
    assert!(matches!(
        only_standby,
        Err(OpenError::Postgres(PostgresFault::ReadOnly { .. }))
    ));

    let both = primary
        .url("postgres")
        .replace(&format!("127.0.0.1:{one}"), &format!("127.0.0.1:{two},127.0.0.1:{one}"));
    let store = open(&PostgresOptions {
        doubt_patience: Duration::from_secs(20),
        // The new primary has no standby of its own.
        ..options(both)
    })
    .await;
    let writers = (0..8).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut confirmed = Vec::new();
            for number in 0..150 {
                let name = format!("{writer}-{number}");
                write(&store, vec![add(&name), bump(&name)]).await.unwrap();
                confirmed.push(name);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            confirmed
        })
    });
    let writers: Vec<_> = writers.collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    tokio::task::block_in_place(|| {
        primary.stop();
        standby.promote();
    });
    let mut confirmed = Vec::new();
    for writer in writers {
        confirmed.extend(writer.await.unwrap());
    }
    assert_eq!(confirmed.len(), 1200);
    for name in confirmed {
        assert_eq!(count(&store, &name).await.unwrap(), Some(1), "{name}");
    }
}

/// The standby takes its place while the old primary goes on: nothing that it says is believed, also by those who only read.
#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_was_replaced_and_goes_on_is_asked_nothing() {
    let primary = migrated(&SYNCED);
    let standby = Own::standby_of(&primary);
    wait_for(&primary, "*");
    let both = primary.url("postgres").replace(
        &format!("127.0.0.1:{}", primary.port()),
        &format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port()),
    );
    let store = open(&PostgresOptions {
        doubt_patience: Duration::from_secs(20),
        ..options(both)
    })
    .await;
    write(&store, vec![add("a")]).await.unwrap();
    // Its commits wait for a standby that follows nobody any more.
    tokio::task::block_in_place(|| standby.promote());
    assert_eq!(write(&store, vec![bump("a")]).await.unwrap(), [1]);
    assert_eq!(standby.sql("postgres", "SELECT count FROM thing"), "1");
    for _read in 0..50 {
        assert_eq!(count(&store, "a").await.unwrap(), Some(1));
    }
    // But for the commit that waits there: its server process does not hear that nobody waits for it.
    let connected =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jadong' AND wait_event <> 'SyncRep'";
    while primary.sql("postgres", connected) != "0" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Somebody cancels a commit that waits for its standby. The server says all is well, and in a notice that it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_did_not_wait_for_its_standby_is_in_doubt_until_one_has_it() {
    let server = migrated(&SYNCED);
    let store = open(&PostgresOptions {
        doubt_patience: Duration::from_secs(3),
        lanes: 1,
        ..options(server.url("postgres"))
    })
    .await;
    write(&store, vec![add("a")]).await.unwrap();
    wait_for(&server, "nobody");
    let writing = tokio::spawn({
        let store = store.clone();
        async move { write(&store, vec![bump("a")]).await }
    });
    let cancelled = "SELECT count(*) FROM (SELECT pg_cancel_backend(pid) FROM pg_stat_activity
        WHERE wait_event = 'SyncRep' AND application_name = 'jadong') AS c";
    while server.sql("postgres", cancelled) == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // It can be seen, and is on no standby: nobody may be told that it is done.
    let told = writing.await.unwrap();
    assert!(matches!(told, Err(CommitError::InDoubt(_))), "{told:?}");
    wait_for(&server, "");
    assert_eq!(write(&store, vec![bump("a")]).await.unwrap(), [1]);
    assert_eq!(count(&store, "a").await.unwrap(), Some(2));
}

/// A standby that was not synchronous lacks the last commits. Whoever knows of them holds debits before it writes anything there.
#[tokio::test(flavor = "multi_thread")]
async fn a_promoted_standby_without_what_was_confirmed_holds_debits_first() {
    let mut primary = migrated(&SYNCED);
    let mut standby = Own::standby_of(&primary);
    let both = primary.url("postgres").replace(
        &format!("127.0.0.1:{}", primary.port()),
        &format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port()),
    );
    let store = open(&PostgresOptions {
        doubt_patience: Duration::from_secs(20),
        lanes: 3,
        ..options(both)
    })
    .await;
    for name in ["a", "b", "c", "d"] {
        write(&store, vec![add(name)]).await.unwrap();
    }
    store.confirm_timeline().await.unwrap();
    let arrived = || standby.sql("postgres", "SELECT count(*) FROM thing") == "4";
    while !arrived() {
        std::thread::sleep(Duration::from_millis(20));
    }
    tokio::task::block_in_place(|| standby.stop());
    write(&store, vec![add("forgotten")]).await.unwrap();
    assert!(!store.has_lost());
    tokio::task::block_in_place(|| {
        primary.stop();
        standby.start_again();
        standby.promote();
    });
    // It was decided on what is gone.
    let told = write(&store, vec![add("e")]).await;
    assert!(matches!(told, Err(CommitError::NotDone(_))), "{told:?}");
    assert!(store.has_lost(), "before anybody reads it in the database");
    assert!(store.are_debits_held().await.unwrap());
    assert_eq!(write(&store, vec![add("f")]).await.unwrap(), [1], "what is decided now");
    assert_eq!(
        standby.sql("postgres", "SELECT string_agg(name, '' ORDER BY name) FROM thing"),
        "abcdf"
    );
    assert_eq!(
        standby.sql(
            "postgres",
            "SELECT timeline FROM installation WHERE held_at_ms IS NOT NULL"
        ),
        "2"
    );
    store.heard_of_loss();
    assert!(!store.has_lost() && store.are_debits_held().await.unwrap());
    store.release().await.unwrap();
    assert!(!store.are_debits_held().await.unwrap());
    // The same server, after a restart: nothing more is missing.
    tokio::task::block_in_place(|| {
        standby.stop();
        standby.start_again();
    });
    assert_eq!(write(&store, vec![add("g")]).await.unwrap(), [1]);
    assert!(!store.has_lost() && !store.are_debits_held().await.unwrap());
}

/// With a promotion that lost nothing it goes on, and says so for whoever starts later.
#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_that_lost_nothing_is_on_record() {
    let mut primary = migrated(&SYNCED);
    let standby = Own::standby_of(&primary);
    wait_for(&primary, "*");
    let both = primary.url("postgres").replace(
        &format!("127.0.0.1:{}", primary.port()),
        &format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port()),
    );
    let store = open(&PostgresOptions {
        doubt_patience: Duration::from_secs(20),
        ..options(both)
    })
    .await;
    write(&store, vec![add("a")]).await.unwrap();
    store.confirm_timeline().await.unwrap();
    tokio::task::block_in_place(|| {
        primary.stop();
        standby.promote();
        standby.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''");
        standby.sql("postgres", "SELECT pg_reload_conf()");
    });
    assert_eq!(write(&store, vec![add("b")]).await.unwrap(), [1]);
    assert!(!store.has_lost());
    assert_eq!(store.installation().await.unwrap().timeline, Some(2));
}

/// Cancelled while it waits for its standby, a commit would be confirmed without it. Nothing is asked of the server that was given up.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_was_given_up_goes_on_waiting_for_its_standby() {
    let server = migrated(&SYNCED);
    let store = open(&options(server.url("postgres"))).await;
    write(&store, vec![add("a")]).await.unwrap();
    wait_for(&server, "nobody");
    let writing = tokio::spawn({
        let store = store.clone();
        async move { write(&store, vec![bump("a")]).await }
    });
    let waiting = "SELECT coalesce(min(pid), 0) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'jadong'";
    let mut pid = server.sql("postgres", waiting);
    while pid == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
        pid = server.sql("postgres", waiting);
    }
    let told = writing.await.unwrap();
    assert!(matches!(told, Err(CommitError::InDoubt(_))), "{told:?}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let waits = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'SyncRep'");
    assert_eq!(server.sql("postgres", &waits), "1");
    wait_for(&server, "");
    while server.sql("postgres", waiting) != "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(write(&store, vec![bump("a")]).await.unwrap(), [1]);
}

/// Lost in a failover, a lease's number would be given out again, and whoever had it first could write late.
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_waits_for_its_standby_as_any_commit_does() {
    let server = migrated(&SYNCED);
    let store = open(&options(server.url("postgres"))).await;
    let project: ProjectId = "0123456789abcdef01234567".parse().unwrap();
    let bucket = Place::Of(project).bucket().unwrap();
    let kind = DueKind::KeyExpiry.name();
    server.sql(
        "postgres",
        &format!("INSERT INTO due (bucket, project_id, kind, object, at_ms) VALUES ({bucket}, '{project}', '{kind}', '{project}', 0)"),
    );
    wait_for(&server, "nobody");
    let request = LeaseRequest {
        now: EpochMs(1_000),
        until: EpochMs(2_000),
        limit: 1,
        lease: Lease(7),
    };
    let told = store.lease_key_expiries(request, &Busy::default()).await;
    assert!(matches!(told, Err(CommitError::InDoubt(_))), "{told:?}");
    wait_for(&server, "");
    write(&store, vec![add("a")]).await.unwrap();
    assert_eq!(server.sql("postgres", "SELECT lease FROM due"), "7");
}
