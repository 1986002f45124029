//! The history: append-only and complete.

use domain::issuance::IssuanceState;
use jadong_store::{CommitError, CommitRefused, HistoryRow};

use crate::engine::Engine;
use crate::rows::{
    at, consenting, destroy, failed, issuance, issue, issued, key, key_id, moved, open, project_id, step,
};

fn row(seq: u32, from: &str, to: &str, seconds: i64, actor: &str, detail: &str) -> HistoryRow {
    HistoryRow {
        seq,
        from: from.to_owned(),
        to: to.to_owned(),
        at: at(seconds),
        actor: actor.to_owned(),
        detail: detail.to_owned(),
    }
}

pub async fn the_history_is_complete_and_in_order<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let mut now = issuance(1);
    store.commit(project_id(1), vec![open(&now)]).await.expect("opened");
    for to in [
        IssuanceState::Consenting,
        IssuanceState::Consented,
        IssuanceState::Publishing,
    ] {
        let step = step(&now, to);
        store.commit(project_id(1), vec![moved(&step)]).await.expect("moved");
        now = now.after(&step);
    }
    let born = key(&now, 1);
    store
        .commit(project_id(1), vec![moved(&issued(&now, &born)), issue(&born)])
        .await
        .expect("issued");
    store
        .commit(project_id(1), vec![destroy(1, 9)])
        .await
        .expect("destroyed");
    let history = store
        .history(project_id(1), now.receipt_id.to_string())
        .await
        .expect("a read");
    assert_eq!(
        history,
        [
            row(1, "", "requested", 0, "api", ""),
            row(2, "requested", "consenting", 1, "api", ""),
            row(3, "consenting", "consented", 2, "api", ""),
            row(4, "consented", "publishing", 3, "api", ""),
            row(5, "publishing", "issued", 4, "api", ""),
        ]
    );
    let destroyed = store
        .history(project_id(1), key_id(1).to_string())
        .await
        .expect("a read");
    assert_eq!(destroyed, [row(1, "active", "destroyed", 9, "api", "")]);

    let refused = issuance(2);
    store
        .commit(project_id(1), vec![open(&refused), moved(&failed(&refused))])
        .await
        .expect("ended");
    let history = store
        .history(project_id(1), refused.receipt_id.to_string())
        .await
        .expect("a read");
    assert_eq!(
        history[1],
        row(2, "requested", "failed", 1, "worker", "SUBSCRIBE_PUBLISH_FAILED")
    );
}

pub async fn a_refused_transition_leaves_no_trace<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store
        .commit(project_id(1), vec![open(&first), moved(&consenting(&first))])
        .await
        .expect("moved");
    let before = store
        .history(project_id(1), first.receipt_id.to_string())
        .await
        .expect("a read");
    for _ in 0..3 {
        let late = store.commit(project_id(1), vec![moved(&failed(&first))]).await;
        assert!(
            matches!(late, Err(CommitError::Refused(CommitRefused::LostRace))),
            "{late:?}"
        );
    }
    assert_eq!(
        store
            .history(project_id(1), first.receipt_id.to_string())
            .await
            .expect("a read"),
        before
    );
}

pub async fn a_second_transition_of_the_same_number_is_refused<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    // Both in one commit: the database itself forbids it, not a check before.
    let twice = vec![open(&first), moved(&consenting(&first)), moved(&failed(&first))];
    let result = store.commit(project_id(1), twice).await;
    assert!(
        matches!(result, Err(CommitError::Refused(CommitRefused::LostRace))),
        "{result:?}"
    );
    assert!(
        store
            .history(project_id(1), first.receipt_id.to_string())
            .await
            .expect("a read")
            .is_empty()
    );
}
