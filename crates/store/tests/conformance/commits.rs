//! Commits: all or nothing, and only one may win.

use domain::change::Change;
use domain::issuance::IssuanceState;
use jadong_store::{CommitError, CommitRefused, Store};

use crate::engine::Engine;
use crate::rows::{
    consenting, destroy, failed, issuance, issue, key, key_id, moved, open, project_id, receipt_id, step,
};

pub fn refused(result: &Result<(), CommitError>) -> Option<CommitRefused> {
    match result {
        Err(CommitError::Refused(refused)) => Some(*refused),
        _ => None,
    }
}

pub async fn a_commit_is_all_or_nothing<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let (first, second) = (issuance(1), issuance(2));
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    // Good, good, and one that loses: the first is opened already.
    let third = vec![open(&second), moved(&consenting(&first)), open(&first)];
    assert_eq!(
        refused(&store.commit(project_id(1), third).await),
        Some(CommitRefused::AlreadyOpen)
    );
    assert_eq!(
        store.issuance(project_id(1), second.receipt_id).await.expect("a read"),
        None
    );
    let found = store.issuance(project_id(1), first.receipt_id).await.expect("a read");
    assert_eq!(found, Some(first.clone()));
    assert_eq!(
        store
            .history(project_id(1), first.receipt_id.to_string())
            .await
            .expect("a read")
            .len(),
        1
    );
    assert!(
        store
            .history(project_id(1), second.receipt_id.to_string())
            .await
            .expect("a read")
            .is_empty()
    );

    // A key never comes without its transition.
    let born = key(&first, 1);
    let lost = vec![issue(&born), moved(&step(&second, IssuanceState::Issued))];
    assert_eq!(
        refused(&store.commit(project_id(1), lost).await),
        Some(CommitRefused::LostRace)
    );
    assert_eq!(store.billing_key(project_id(1), born.id).await.expect("a read"), None);
}

pub async fn a_refused_commit_does_not_harm_its_neighbours<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store
        .commit(project_id(1), vec![open(&issuance(0))])
        .await
        .expect("opened");
    // Committed together, as one group where the engine forms groups.
    let mut tasks = Vec::new();
    for number in 1..=100 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let is_bad = number % 2 == 0;
            let mut changes = vec![open(&issuance(number))];
            if is_bad {
                changes.push(open(&issuance(0)));
            }
            (number, is_bad, store.commit(project_id(1), changes).await)
        }));
    }
    for task in tasks {
        let (number, is_bad, result) = task.await.expect("no panic");
        let found = store.issuance(project_id(1), receipt_id(number)).await.expect("a read");
        assert_eq!(refused(&result).is_some(), is_bad, "{number}: {result:?}");
        assert_eq!(found.is_none(), is_bad, "{number}");
    }
}

pub async fn a_subscription_has_one_open_issuance<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    let mut same = issuance(2);
    same.terms.subscription_id.clone_from(&first.terms.subscription_id);
    assert_eq!(
        refused(&store.commit(project_id(1), vec![open(&same)]).await),
        Some(CommitRefused::AlreadyOpen)
    );
    // Another project's subscription of that name is another one.
    same.project_id = project_id(2);
    store.commit(project_id(1), vec![open(&same)]).await.expect("opened");
    let found = store
        .open_issuance(project_id(1), &first.terms.subscription_id)
        .await
        .expect("a read");
    assert_eq!(found.map(|found| found.receipt_id), Some(first.receipt_id));
}

pub async fn an_ended_issuance_frees_its_subscription<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store
        .commit(project_id(1), vec![open(&first), moved(&failed(&first))])
        .await
        .expect("ended");
    let subscription = first.terms.subscription_id.clone();
    assert_eq!(
        store.open_issuance(project_id(1), &subscription).await.expect("a read"),
        None
    );
    let mut second = issuance(2);
    second.terms.subscription_id.clone_from(&subscription);
    store.commit(project_id(1), vec![open(&second)]).await.expect("opened");
    let found = store.open_issuance(project_id(1), &subscription).await.expect("a read");
    assert_eq!(found.map(|found| found.receipt_id), Some(second.receipt_id));
}

pub async fn only_one_transition_leaves_a_state<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    store
        .commit(project_id(1), vec![moved(&consenting(&first))])
        .await
        .expect("moved");
    for late in [
        consenting(&first),
        failed(&first),
        step(&first, IssuanceState::Consented),
    ] {
        assert_eq!(
            refused(&store.commit(project_id(1), vec![moved(&late)]).await),
            Some(CommitRefused::LostRace),
            "{late:?}"
        );
    }
    // Nor from a state that it is not in, or one that nobody opened.
    let mut ahead = step(&first, IssuanceState::Publishing);
    (ahead.seq, ahead.from) = (3, IssuanceState::Consented);
    assert_eq!(
        refused(&store.commit(project_id(1), vec![moved(&ahead)]).await),
        Some(CommitRefused::LostRace)
    );
    let unknown = step(&issuance(2), IssuanceState::Consented);
    assert_eq!(
        refused(&store.commit(project_id(1), vec![moved(&unknown)]).await),
        Some(CommitRefused::LostRace)
    );
}

/// Runs `change` fifty times at once; gives how many were committed. All others must have been refused with `refusal`.
async fn winners(store: &Store, refusal: CommitRefused, change: impl Fn(u32) -> domain::change::Change) -> usize {
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let (store, change) = (store.clone(), change(number));
            tokio::spawn(async move { store.commit(project_id(1), vec![change]).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(()) => won += 1,
            Err(CommitError::Refused(why)) => assert_eq!(why, refusal),
            Err(other) => panic!("{other}"),
        }
    }
    won
}

pub async fn of_fifty_at_once_exactly_one_wins<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    let won = winners(&store, CommitRefused::LostRace, |number| {
        moved(&if number % 2 == 0 {
            consenting(&first)
        } else {
            failed(&first)
        })
    });
    assert_eq!(won.await, 1);
    assert_eq!(
        store
            .history(project_id(1), first.receipt_id.to_string())
            .await
            .expect("a read")
            .len(),
        2
    );
}

pub async fn of_fifty_openings_at_once_exactly_one_wins<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let won = winners(&store, CommitRefused::AlreadyOpen, |number| {
        let mut same = issuance(number);
        "sub".clone_into(&mut same.terms.subscription_id);
        open(&same)
    });
    assert_eq!(won.await, 1);
    assert_eq!(store.open_issuances(None, 100).await.expect("a read").len(), 1);
}

pub async fn a_key_is_destroyed_once<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store
        .commit(project_id(1), vec![issue(&key(&issuance(1), 1))])
        .await
        .expect("issued");
    assert_eq!(
        winners(&store, CommitRefused::LostRace, |number| destroy(1, number.into())).await,
        1
    );
    let found = store
        .billing_key(project_id(1), key_id(1))
        .await
        .expect("a read")
        .expect("a key");
    assert!(found.is_destroyed());
    assert_eq!(
        store
            .history(project_id(1), key_id(1).to_string())
            .await
            .expect("a read")
            .len(),
        1
    );
    assert_eq!(
        refused(&store.commit(project_id(1), vec![destroy(2, 0)]).await),
        Some(CommitRefused::LostRace),
        "no such key"
    );
}

/// Whoever is second, at the same moment or later, has changed nothing, and finds the first one's key.
pub async fn a_key_is_taken_over_once_and_by_one_project<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    assert_eq!(store.adopted_key_owner(key_id(1)).await.expect("a read"), None);
    let owner = async |number| {
        store
            .claim_adopted_key(project_id(number), key_id(1))
            .await
            .expect("a write")
    };
    assert_eq!(
        (owner(1).await, owner(2).await, owner(1).await),
        (project_id(1), project_id(1), project_id(1))
    );
    let adopting = |number| {
        let adopted = Change::AdoptKey(Box::new(key(&issuance(number), 1)));
        store.commit(project_id(1), vec![open(&issuance(number)), adopted])
    };
    let (one, other) = tokio::join!(adopting(1), adopting(2));
    let refusals: Vec<_> = [&one, &other].into_iter().filter_map(refused).collect();
    assert_eq!(refusals, [CommitRefused::LostRace], "{one:?} {other:?}");
    let kept = store
        .billing_key(project_id(1), key_id(1))
        .await
        .expect("a read")
        .expect("a key");
    let first = if one.is_ok() { 1 } else { 2 };
    assert_eq!(kept.receipt_id, receipt_id(first));
    let opened = store.issuance(project_id(1), receipt_id(3 - first)).await;
    assert!(opened.expect("a read").is_none(), "all or nothing");
}
