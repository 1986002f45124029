//! The console's people, their sessions and the audit log.

use jadong_store::{AuditEntry, CommitRefused, ConsoleSession, ConsoleUser};

use crate::commits::refused;
use crate::engine::Engine;
use crate::rows::{at, hash};

fn user(name: &str) -> ConsoleUser {
    ConsoleUser {
        name: name.to_owned(),
        role: "operator".to_owned(),
        password_hash: "$argon2id$first".to_owned(),
        created_at: at(0),
    }
}

fn session(name: &str, token: &str) -> ConsoleSession {
    ConsoleSession {
        token_hash: hash(token),
        name: name.to_owned(),
        created_at: at(10),
        expires_at: at(70),
    }
}

pub async fn a_session_ends_with_its_person_and_with_a_new_password<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.add_console_user(user("kim")).await.expect("added");
    assert_eq!(
        refused(&store.add_console_user(user("kim")).await),
        Some(CommitRefused::NameTaken)
    );
    let signed_in = async |token: &str| store.console_session(hash(token)).await.expect("a read");
    store.begin_console_session(session("kim", "a")).await.expect("begun");
    let (found, person) = signed_in("a").await.expect("there");
    assert_eq!((found.name.as_str(), found.expires_at), ("kim", at(70)));
    assert_eq!((person.role.as_str(), person.created_at), ("operator", at(0)));
    assert!(signed_in("b").await.is_none());
    store.end_console_session(hash("a")).await.expect("ended");
    assert!(signed_in("a").await.is_none());
    store.begin_console_session(session("kim", "b")).await.expect("begun");
    let change = store
        .set_console_password("kim".to_owned(), "$argon2id$second".to_owned())
        .await;
    assert!(change.expect("changed"));
    assert!(signed_in("b").await.is_none());
    assert_eq!(
        store.console_users().await.expect("a read")[0].password_hash,
        "$argon2id$second"
    );
    assert!(
        !store
            .set_console_password("lee".to_owned(), String::new())
            .await
            .expect("asked")
    );
    // Removed, and signing in at once: no session of nobody.
    store.begin_console_session(session("kim", "c")).await.expect("begun");
    assert!(store.remove_console_user("kim".to_owned()).await.expect("removed"));
    assert!(!store.remove_console_user("kim".to_owned()).await.expect("asked"));
    assert!(signed_in("c").await.is_none());
    let late = store.begin_console_session(session("kim", "d")).await;
    assert_eq!(refused(&late), Some(CommitRefused::LostRace));
    assert!(store.console_users().await.expect("a read").is_empty());
}

pub async fn expired_sessions_are_forgotten_when_one_begins<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.add_console_user(user("kim")).await.expect("added");
    store.begin_console_session(session("kim", "a")).await.expect("begun");
    let mut later = session("kim", "b");
    (later.created_at, later.expires_at) = (at(70), at(130));
    store.begin_console_session(later).await.expect("begun");
    assert!(store.console_session(hash("a")).await.expect("a read").is_none());
    assert!(store.console_session(hash("b")).await.expect("a read").is_some());
}

pub async fn the_audit_log_comes_newest_first<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let entry = |number: u32| AuditEntry {
        at: at(i64::from(number)),
        person: "kim".to_owned(),
        role: "operator".to_owned(),
        act: "cancel".to_owned(),
        object: format!("receipt {number}"),
        outcome: "done".to_owned(),
        note: "변심".to_owned(),
        address: "127.0.0.1".to_owned(),
    };
    for number in 1..=3 {
        store.add_audit_entry(entry(number)).await.expect("added");
    }
    let first = store.audit_entries(None, 2).await.expect("a read");
    let entries: Vec<_> = first.iter().map(|(_, entry)| entry.clone()).collect();
    assert_eq!(entries, [entry(3), entry(2)]);
    let rest = store.audit_entries(Some(first[1].0), 2).await.expect("a read");
    assert_eq!((rest.len(), &rest[0].1), (1, &entry(1)));
}
