//! What only a file can have: a lock, a schema of another age, a power cut.

use std::time::Duration;

use domain::change::Change;
use domain::error::PgMessage;
use domain::payment::{Decline, DeclineReason, ResolutionAction, ResolutionStep, StepOutcome};
use domain::{EpochMs, ReceiptId};
use jadong_store::{OpenError, OpenMode, SqliteOptions, Store};
use rusqlite::{Connection, params};

use crate::engine::{Engine, Sqlite};
use crate::rows::{consenting, issuance, moved, open, project, project_id, receipt_id};

fn reason(options: &SqliteOptions) -> OpenError {
    match Store::open_sqlite(options) {
        Ok(_) => panic!("it must not open"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_folder_has_one_owner_and_is_free_when_it_closes() {
    let engine = Sqlite::fresh();
    let first = engine.open();
    assert!(matches!(reason(&engine.options()), OpenError::Locked(_)));
    first.close().await;
    drop(first);
    engine.open().close().await;
}

#[tokio::test]
async fn a_guest_works_beside_the_owner_and_both_see_the_same() {
    let engine = Sqlite::fresh();
    let owner = engine.open();
    let shared = Store::open_sqlite(&SqliteOptions {
        mode: OpenMode::Shared,
        ..engine.options()
    })
    .expect("a guest may come in");
    shared.create_project(project(1)).await.expect("made");
    assert_eq!(owner.projects().await.expect("a read").len(), 1);
    owner
        .commit(project_id(1), vec![open(&issuance(1))])
        .await
        .expect("opened");
    assert_eq!(shared.open_issuances(None, 10).await.expect("a read").len(), 1);
    shared.close().await;
    owner
        .commit(project_id(1), vec![open(&issuance(2))])
        .await
        .expect("opened after the guest has left");
}

#[tokio::test]
async fn a_schema_of_the_future_is_refused() {
    let engine = Sqlite::fresh();
    engine.open().close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    db.execute("INSERT INTO migration (number, checksum) VALUES (9999, 1)", [])
        .expect("inserted");
    drop(db);
    let error = reason(&engine.options());
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("newer jadong"), "{error}");
}

#[tokio::test]
async fn a_migration_that_was_edited_afterwards_is_refused() {
    let engine = Sqlite::fresh();
    engine.open().close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    let changed = db.execute("UPDATE migration SET checksum = checksum + 1 WHERE number = 1", []);
    assert_eq!(changed.expect("updated"), 1);
    drop(db);
    let error = reason(&engine.options());
    assert!(matches!(error, OpenError::Changed(1)), "{error}");
}

/// Before ids had one spelling they were stored as they were sent.
#[tokio::test]
async fn ids_of_an_older_schema_are_found_in_every_spelling_and_answered_as_sent() {
    let (nfc, nfd) = ("주문", "\u{110c}\u{116e}\u{1106}\u{116e}\u{11ab}");
    let engine = Sqlite::fresh();
    let store = engine.open();
    let mut first = issuance(1);
    first.terms.subscription_id = nfc.to_owned();
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    store.close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    for (table, column) in [
        ("payment", "order_id"),
        ("reserve", "order_id"),
        ("cash_receipt", "order_id"),
        ("issuance", "subscription_id"),
    ] {
        db.execute(&format!("ALTER TABLE {table} DROP COLUMN {column}_as_sent"), [])
            .expect("as before");
    }
    db.execute("UPDATE issuance SET subscription_id = ?1", [nfd])
        .expect("as sent");
    db.execute("DELETE FROM migration WHERE number = 11", [])
        .expect("as before");
    drop(db);
    let store = engine.open();
    for asked in [nfc, nfd] {
        let found = store.open_issuance(first.project_id, asked).await.expect("a read");
        assert_eq!(found.map(|found| found.terms.subscription_id).as_deref(), Some(nfd));
    }
}

/// The steps of a resolution as a program wrote them that knew no reasons, and what each means: what its code meant there.
fn steps_by_code() -> Vec<(ResolutionAction, &'static str, StepOutcome)> {
    use DeclineReason as Reason;
    let pg = |code| PgMessage::new(code, "거절");
    let declines = [
        ("V301", Reason::InsufficientFunds),
        ("V302", Reason::AccountClosed),
        ("V303", Reason::AccountFrozen),
        ("V304", Reason::MandateEnded),
        ("V305", Reason::OverLimit),
        ("U127", Reason::AmountRefused),
        ("U502", Reason::AmountRefused),
        ("P017", Reason::AmountRefused),
        ("U115", Reason::KeyRefused),
        ("U309", Reason::KeyRefused),
        ("A255", Reason::KeyRefused),
        ("4001", Reason::BankRefused),
        ("2020", Reason::BankRefused),
        ("V301 ", Reason::BankRefused),
        ("v302", Reason::BankRefused),
        ("", Reason::BankRefused),
    ];
    let declines = declines.map(|(code, reason)| {
        let decline = Decline { reason, pg: pg(code) };
        (ResolutionAction::Find, code, StepOutcome::Failed(decline))
    });
    let refusals = [
        (ResolutionAction::NetCancel, "2020", true),
        (ResolutionAction::NetCancel, "2020 ", false),
        (ResolutionAction::NetCancel, "V301", false),
        (ResolutionAction::NetCancel, "", false),
        (ResolutionAction::Find, "2020", false),
        (ResolutionAction::Refund, "2020", false),
    ];
    let refusals = refusals.map(|(action, code, is_too_late)| {
        let pg = pg(code);
        (action, code, StepOutcome::Refused { pg, is_too_late })
    });
    declines.into_iter().chain(refusals).collect()
}

#[tokio::test]
async fn a_step_without_a_reason_gets_that_of_its_code_and_a_new_one_keeps_its_own() {
    let engine = Sqlite::fresh();
    engine.open().close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    let before = "ALTER TABLE verdict_rung DROP COLUMN reason; DELETE FROM migration WHERE number = 15;";
    db.execute_batch(before).expect("as before");
    let insert = "INSERT INTO verdict_rung (receipt_id, number, act, at_ms, outcome, pg_code, pg_text)
        VALUES (?1, ?2, ?3, 0, ?4, ?5, '거절')";
    let write = |db: &Connection, receipt: ReceiptId, number: u32, (action, code, outcome): &(_, _, StepOutcome)| {
        let action: &ResolutionAction = action;
        let values = params![receipt.to_string(), number, action.name(), outcome.name(), code];
        db.execute(insert, values).expect("inserted");
    };
    for (number, step) in (1..).zip(&steps_by_code()) {
        write(&db, receipt_id(1), number, step);
    }
    let store = engine.open();
    for (number, (action, _, outcome)) in (1..).zip(steps_by_code()) {
        let step = ResolutionStep {
            receipt_id: receipt_id(2),
            number,
            action,
            at: EpochMs(0),
            outcome,
        };
        let added = store
            .commit(project_id(1), vec![Change::AddResolutionStep(Box::new(step))])
            .await;
        added.expect("added");
    }
    for receipt in [receipt_id(1), receipt_id(2)] {
        let steps = store.resolution_steps(project_id(1), receipt).await.expect("a read");
        let read: Vec<_> = steps.into_iter().map(|step| (step.action, step.outcome)).collect();
        let written: Vec<_> = steps_by_code()
            .into_iter()
            .map(|(action, _, outcome)| (action, outcome))
            .collect();
        assert_eq!(read, written);
    }
    // Whatever wrote one without a reason afterwards: nothing is concluded from it.
    for (number, step) in (1..).zip([&steps_by_code()[0], &steps_by_code()[16]]) {
        write(&db, receipt_id(3), number, step);
    }
    let steps = store
        .resolution_steps(project_id(1), receipt_id(3))
        .await
        .expect("a read");
    let (refused, declined) = (&steps[1].outcome, &steps[0].outcome);
    assert!(matches!(declined, StepOutcome::Failed(decline) if decline.reason == DeclineReason::BankRefused));
    assert!(matches!(refused, StepOutcome::Refused { is_too_late: false, .. }));
}

#[tokio::test]
async fn a_guest_takes_the_schema_as_it_is_and_makes_none() {
    let engine = Sqlite::fresh();
    let opened_as = |mode| SqliteOptions {
        mode,
        ..engine.options()
    };
    assert!(matches!(reason(&opened_as(OpenMode::Shared)), OpenError::Nothing(_)));
    let founder = Store::open_sqlite(&opened_as(OpenMode::SharedOrNew)).expect("it makes one");
    founder.close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    db.execute(
        "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)",
        [],
    )
    .expect("deleted");
    let newest: u32 = db
        .query_row("SELECT max(number) FROM migration", [], |row| row.get(0))
        .expect("a number");
    drop(db);
    for mode in [OpenMode::Shared, OpenMode::SharedOrNew] {
        let error = reason(&opened_as(mode));
        assert!(
            matches!(error, OpenError::Older { found, .. } if found == newest),
            "{error}"
        );
        assert!(error.to_string().contains("jadong serve"), "{error}");
    }
}

#[tokio::test]
async fn a_beat_only_grows_and_a_hold_stays_until_it_is_released() {
    let engine = Sqlite::fresh();
    let store = engine.open();
    let first = store.installation().await.expect("a read");
    assert_eq!((first.beat, first.beat_at, first.held), (0, None, None));
    store.check().await.expect("written");
    let beat = store.heartbeat(EpochMs(1_000)).await.expect("written");
    assert_eq!(beat, 2, "a look is one too");
    store.confirm_timeline().await.expect("a file has none");
    assert!(!store.are_debits_held().await.expect("a read"));
    store.check().await.expect("written");
    store.hold(40, EpochMs(5_000)).await.expect("held");
    store.hold(40, EpochMs(9_000)).await.expect("held already");
    store.close().await;
    let store = engine.open();
    let held = store.installation().await.expect("a read");
    assert_eq!(held.id, first.id);
    assert_eq!(held.beat, 42, "more than was seen, and still growing");
    assert!(store.are_debits_held().await.expect("a read"));
    let gap = held.held.expect("held");
    assert_eq!((gap.since, gap.gap_from), (EpochMs(5_000), Some(EpochMs(1_000))));
    store.release().await.expect("released");
    assert_eq!(store.installation().await.expect("a read").held, None);
}

/// A database that has lost it is damaged, and not one that can be written to.
#[tokio::test]
async fn without_the_installations_row_nothing_says_that_all_is_well() {
    let engine = Sqlite::fresh();
    engine.open().close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    db.execute("DELETE FROM installation", []).expect("deleted");
    drop(db);
    let store = engine.open();
    assert!(store.check().await.is_err());
    assert!(store.heartbeat(EpochMs(1_000)).await.is_err());
    assert!(store.installation().await.is_err());
}

#[tokio::test]
async fn a_check_is_a_write() {
    let engine = Sqlite::fresh();
    let store = engine.open();
    let before = std::fs::metadata(engine.path().with_file_name("jadong.db-wal"))
        .expect("a log")
        .len();
    store.check().await.expect("written");
    let after = std::fs::metadata(engine.path().with_file_name("jadong.db-wal"))
        .expect("a log")
        .len();
    assert!(after > before, "{before} {after}");
}

#[tokio::test]
async fn a_look_for_damage_ends_when_its_time_is_over_and_finds_what_is_there() {
    let engine = Sqlite::fresh();
    engine.open().close().await;
    let checking = |within| SqliteOptions {
        check_within: within,
        ..engine.options()
    };
    for within in [Duration::from_nanos(1), Duration::from_secs(30)] {
        Store::open_sqlite(&checking(within)).expect("whole").close().await;
    }
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(engine.path())
        .expect("a file");
    std::os::unix::fs::FileExt::write_all_at(&file, &[0xff; 64], 3 * 4096).expect("damaged");
    let error = reason(&checking(Duration::from_secs(30)));
    assert!(
        matches!(error, OpenError::Damaged { .. } | OpenError::Engine { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn that_a_thread_of_the_store_has_ended_is_known() {
    let engine = Sqlite::fresh();
    let store = engine.open();
    let ended = tokio::time::timeout(Duration::from_millis(100), store.ended()).await;
    assert!(ended.is_err(), "it has not");
    store.close().await;
    tokio::time::timeout(Duration::from_secs(10), store.ended())
        .await
        .expect("it has");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let engine = Sqlite::fresh();
    let text = "not a database, but long enough to have a header of one hundred bytes ".repeat(20);
    std::fs::write(engine.path(), &text).expect("a file");
    assert!(matches!(reason(&engine.options()), OpenError::Engine { .. }));
    assert_eq!(std::fs::read_to_string(engine.path()).expect("a file"), text);
}

#[tokio::test]
async fn the_history_cannot_be_changed_not_even_by_hand() {
    let engine = Sqlite::fresh();
    let store = engine.open();
    let first = issuance(1);
    store
        .commit(project_id(1), vec![open(&first), moved(&consenting(&first))])
        .await
        .expect("moved");
    store.close().await;
    let db = Connection::open(engine.path()).expect("it opens");
    for sql in [
        "UPDATE transition SET to_state = 'issued'",
        "DELETE FROM transition",
        "INSERT INTO transition SELECT * FROM transition",
    ] {
        assert!(db.execute(sql, []).is_err(), "{sql}");
    }
    let rows: i64 = db
        .query_row("SELECT count(*) FROM transition", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(rows, 2);
}

/// The files as they are while the store is open are what a power cut leaves.
#[tokio::test]
async fn a_copy_of_the_files_taken_at_any_moment_has_every_answered_commit() {
    let engine = Sqlite::fresh();
    let store = engine.open();
    let first = issuance(1);
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["jadong.db", "jadong.db-wal"] {
        let from = engine.path().with_file_name(name);
        std::fs::copy(from, copy.path().join(name)).expect("copied");
    }
    let revived = Store::open_sqlite(&SqliteOptions::in_folder(copy.path())).expect("it opens");
    let found = revived.issuance(project_id(1), first.receipt_id).await.expect("a read");
    assert_eq!(found, Some(first));
}

/// `synchronous = FULL` cannot be seen from outside the connection; that the log is one, and folded in at the end, can.
#[tokio::test]
async fn closing_folds_the_write_ahead_log_in() {
    let engine = Sqlite::fresh();
    let store = engine.open();
    store
        .commit(project_id(1), vec![open(&issuance(1))])
        .await
        .expect("opened");
    let log = engine.path().with_file_name("jadong.db-wal");
    assert!(std::fs::metadata(&log).expect("a log").len() > 0);
    store.close().await;
    assert_eq!(std::fs::metadata(&log).map_or(0, |file| file.len()), 0);
}
