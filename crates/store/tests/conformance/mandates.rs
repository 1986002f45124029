//! The record of a mandate.

use domain::change::Change;
use domain::mandate::MandateEvent;
use jadong_store::{CommitError, CommitRefused};

use crate::engine::Engine;
use crate::rows::{at, destroy, issuance, issue, key, project_id, receipt_id};

fn event(number: u32, entry: &str) -> MandateEvent {
    MandateEvent {
        project_id: project_id(1),
        receipt_id: receipt_id(1),
        number,
        at: at(number.into()),
        entry: entry.to_owned(),
        hash: format!("hash-{entry}"),
        signature: "signature".to_owned(),
    }
}

fn add(event: &MandateEvent) -> Change {
    Change::AddMandateEvent(Box::new(event.clone()))
}

pub async fn a_record_is_only_added_to_and_never_forks<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let (project, receipt) = (project_id(1), receipt_id(1));
    assert_eq!(store.last_mandate_event(project, receipt).await.expect("a read"), None);
    let (first, second) = (event(1, "{}"), event(2, r#"{"event":"agreed"}"#));
    let opened = vec![issue(&key(&issuance(1), 1)), add(&first), add(&second)];
    store.commit(project, opened).await.expect("recorded");

    // Another event of the same number: nothing of its commit is done.
    let forked = vec![destroy(1, 9), add(&event(2, "{\"event\":\"other\"}"))];
    let refused = store.commit(project, forked).await;
    assert!(
        matches!(refused, Err(CommitError::Refused(CommitRefused::LostRace))),
        "{refused:?}"
    );
    let found = store
        .billing_key(project, crate::rows::key_id(1))
        .await
        .expect("a read");
    assert!(!found.expect("a key").is_destroyed());

    assert_eq!(
        store.mandate_events(project, receipt).await.expect("a read"),
        [first, second.clone()]
    );
    assert_eq!(
        store.last_mandate_event(project, receipt).await.expect("a read"),
        Some(second)
    );
    assert_eq!(store.mandate_events(project_id(2), receipt).await.expect("a read"), []);
    drop(store);
    assert_eq!(
        engine
            .open()
            .mandate_events(project, receipt)
            .await
            .expect("a read")
            .len(),
        2
    );
}
