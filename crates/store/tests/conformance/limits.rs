//! Limits, closing and reopening.

use jadong_store::CommitError;

use crate::engine::Engine;
use crate::rows::{consenting, issuance, issue, key, key_id, moved, open, project, project_id, receipt_id};

pub async fn a_full_queue_refuses_and_changes_nothing<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open_with_queue(1);
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(project_id(1), vec![open(&issuance(number))]).await })
        })
        .collect();
    let (mut taken, mut refused) = (0, 0);
    for (number, task) in (0..).zip(tasks) {
        let found = match task.await.expect("no panic") {
            Ok(()) => {
                taken += 1;
                true
            }
            Err(CommitError::Overloaded) => {
                refused += 1;
                false
            }
            Err(other) => panic!("{other}"),
        };
        let there = store.issuance(project_id(1), receipt_id(number)).await.expect("a read");
        assert_eq!(there.is_some(), found, "{number}");
    }
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
    store
        .commit(project_id(1), vec![open(&issuance(999))])
        .await
        .expect("room again");
}

pub async fn what_was_committed_survives_a_reopen<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store.create_project(project(1)).await.expect("made");
    store
        .commit(
            project_id(1),
            vec![open(&first), moved(&consenting(&first)), issue(&key(&first, 1))],
        )
        .await
        .expect("committed");
    let before = store.issuance(project_id(1), first.receipt_id).await.expect("a read");
    assert!(before.is_some());
    store.close().await;
    drop(store);
    let store = engine.open();
    assert_eq!(
        store.issuance(project_id(1), first.receipt_id).await.expect("a read"),
        before
    );
    assert_eq!(
        store
            .history(project_id(1), first.receipt_id.to_string())
            .await
            .expect("a read")
            .len(),
        2
    );
    assert_eq!(
        store.billing_key(project_id(1), key_id(1)).await.expect("a read"),
        Some(key(&first, 1))
    );
    assert_eq!(store.projects().await.expect("a read")[0].secrets.len(), 2);
}

pub async fn a_closed_store_refuses_and_keeps_what_it_took<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(project_id(1), vec![open(&issuance(number))]).await })
        })
        .collect();
    store.close().await;
    assert!(matches!(
        store.commit(project_id(1), vec![open(&issuance(100))]).await,
        Err(CommitError::NotDone(_))
    ));
    assert!(store.check().await.is_err());
    let mut taken = Vec::new();
    for (number, task) in (0..).zip(tasks) {
        if task.await.expect("no panic").is_ok() {
            taken.push(receipt_id(number));
        }
    }
    drop(store);
    let store = engine.open();
    store.check().await.expect("it takes writes");
    let open = store.open_issuances(None, 1000).await.expect("a read");
    let mut there: Vec<_> = open.iter().map(|issuance| issuance.receipt_id).collect();
    there.sort_unstable();
    assert_eq!(there, taken);
}
