//! What is wrong with a server or a database is told in words for whoever must mend it.

use std::time::Duration;

use pgcluster::{Own, Shared};

use super::{add, block, count, database, open, options, write};
use crate::Store;
use crate::engine::postgres::{PostgresOptions, migrate};
use crate::error::{OpenError, PostgresFault};

async fn fault(options: &PostgresOptions) -> PostgresFault {
    match Store::open_postgres(options).await {
        Err(OpenError::Postgres(fault)) => {
            assert!(!fault.to_string().contains(pgcluster::PASSWORD), "{fault}");
            fault
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it must not open"),
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_does_not_admit_is_told_apart() {
    let database = database();
    let free = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let found = fault(&options(database.url_at(free))).await;
    assert!(matches!(found, PostgresFault::Unreachable { .. }), "{found}");
    assert!(found.to_string().contains(&format!("127.0.0.1:{free}: ")), "{found}");

    // One that accepts and says nothing.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let asked = PostgresOptions {
        connect_timeout: Duration::from_millis(200),
        ..options(database.url_at(silent.local_addr().unwrap().port()))
    };
    let found = fault(&asked).await;
    assert!(matches!(found, PostgresFault::Unreachable { .. }), "{found}");

    let found = fault(&options(database.url().replace(pgcluster::PASSWORD, "wrong"))).await;
    assert!(matches!(found, PostgresFault::Password { .. }), "{found}");
    let found = fault(&options(format!("{}_not", database.url()))).await;
    assert!(matches!(found, PostgresFault::NoDatabase { .. }), "{found}");
    let found = fault(&options(format!("{}?sslmode=require", database.url()))).await;
    assert!(matches!(found, PostgresFault::Tls { .. }), "{found}");
    assert!(found.to_string().contains("server does not support TLS"), "{found}");
}

#[tokio::test]
async fn a_database_that_is_not_this_programs_is_told_with_what_to_do() {
    let empty = Shared::server().empty_database();
    let found = fault(&options(empty.url())).await;
    assert!(matches!(found, PostgresFault::NotMigrated { .. }), "{found}");
    assert!(found.to_string().contains("`jadong db migrate`"), "{found}");

    let database = database();
    database.sql("INSERT INTO migration VALUES (9999, 1, 'expand')");
    open(&options(database.url())).await.close().await;
    database.sql("UPDATE installation SET min_program = 9999");
    let found = fault(&options(database.url())).await;
    assert!(
        matches!(found, PostgresFault::NewerOnly { min_program: 9999, .. }),
        "{found}"
    );
    database.sql("UPDATE migration SET checksum = checksum + 1 WHERE number = 1");
    let found = fault(&options(database.url())).await;
    assert!(matches!(found, PostgresFault::Changed { number: 1, .. }), "{found}");
    database.sql("DELETE FROM migration WHERE number = 1");
    let found = fault(&options(database.url())).await;
    assert!(matches!(found, PostgresFault::Older { found: 9999, .. }), "{found}");
}

#[tokio::test]
async fn a_server_that_may_forget_a_commit_is_refused() {
    let database = database();
    let asked = PostgresOptions {
        allow_unsynced: false,
        ..options(database.url())
    };
    let found = fault(&asked).await;
    assert!(
        matches!(found, PostgresFault::Unsynced { setting: "fsync", .. }),
        "{found}"
    );
    let asked = PostgresOptions {
        allow_asynchronous_replication: false,
        ..options(database.url())
    };
    let found = fault(&asked).await;
    assert!(matches!(found, PostgresFault::Asynchronous { .. }), "{found}");
    database.sql(&format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        database.name()
    ));
    let found = fault(&options(database.url())).await;
    assert!(matches!(found, PostgresFault::ReadOnly { .. }), "{found}");
}

#[tokio::test]
async fn a_database_is_migrated_once_also_by_two_at_once() {
    let empty = Shared::server().empty_database();
    let options = options(empty.url());
    let (one, other) = tokio::join!(migrate(&options), migrate(&options));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.is_empty() != other.is_empty(), "{one:?} {other:?}");
    assert!(migrate(&options).await.unwrap().is_empty());
    open(&options).await.close().await;
}

#[tokio::test]
async fn tls_is_spoken_where_the_url_wants_it() {
    let server = Own::start(&["fsync = off"]);
    let certificate = |names: Vec<String>| rcgen::generate_simple_self_signed(names).unwrap();
    let (ours, others) = (
        certificate(vec!["localhost".to_owned()]),
        certificate(vec!["localhost".to_owned()]),
    );
    let data = server.path().join("data");
    for (name, text) in [
        ("server.crt", ours.cert.pem()),
        ("server.key", ours.signing_key.serialize_pem()),
    ] {
        // Made anew, the files would be of the wrong owner, and a key that others can read is refused.
        std::fs::copy(data.join("PG_VERSION"), data.join(name)).unwrap();
        std::fs::write(data.join(name), text).unwrap();
        let owner = std::fs::metadata(&data).unwrap();
        let (user, group) = (
            std::os::unix::fs::MetadataExt::uid(&owner),
            std::os::unix::fs::MetadataExt::gid(&owner),
        );
        std::os::unix::fs::chown(data.join(name), Some(user), Some(group)).unwrap();
    }
    server.sql("postgres", "ALTER SYSTEM SET ssl = on");
    server.sql("postgres", "SELECT pg_reload_conf()");
    while server.sql("postgres", "SHOW ssl") != "on" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let roots = |name: &str, text: String| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).display().to_string()
    };
    let base = server.url("postgres").replace("127.0.0.1", "localhost");
    let good = format!(
        "{base}?sslmode=verify-full&sslrootcert={}",
        roots("good", ours.cert.pem())
    );
    block(migrate(&options(&good))).unwrap();
    server.sql("postgres", super::TABLE);
    let store = open(&options(&good)).await;
    write(&store, vec![add("a")]).await.unwrap();
    assert!(count(&store, "a").await.unwrap().is_some());
    assert_eq!(
        server.sql(
            "postgres",
            "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'jadong'"
        ),
        "t"
    );
    store.close().await;

    let bad = format!(
        "{base}?sslmode=verify-full&sslrootcert={}",
        roots("bad", others.cert.pem())
    );
    let found = fault(&options(bad)).await;
    assert!(matches!(found, PostgresFault::Tls { .. }), "{found}");
    open(&options(format!("{base}?sslmode=require"))).await.close().await;
}
