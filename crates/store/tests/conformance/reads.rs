//! Reads: what was written, to whom it belongs, and page by page.

use domain::change::Change;
use domain::due::DueKind;
use domain::issuance::IssuanceState;
use jadong_store::{Busy, OpenCursor};

use crate::engine::Engine;
use crate::resolutions::{has_due, lease};
use crate::rows::{
    at, consenting, destroy, failed, issuance, issue, issued, key, key_id, moved, open, project_id, receipt_id, step,
};

pub async fn an_issuance_comes_back_as_it_was_written<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let mut bare = issuance(2);
    bare.terms.cash_receipt_type = None;
    bare.terms.auth_type = domain::issuance::AuthType::Ars;
    "{}".clone_into(&mut bare.terms.metadata);
    for written in [issuance(1), bare] {
        store.commit(project_id(1), vec![open(&written)]).await.expect("opened");
        let found = store.issuance(project_id(1), written.receipt_id).await.expect("a read");
        assert_eq!(found, Some(written));
    }
}

pub async fn every_transition_is_read_back_whole<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let mut now = issuance(1);
    store.commit(project_id(1), vec![open(&now)]).await.expect("opened");
    let born = key(&now, 1);
    let steps: [fn(&domain::issuance::Issuance) -> domain::issuance::IssuanceTransition; 4] = [
        consenting,
        |now| step(now, IssuanceState::Consented),
        |now| step(now, IssuanceState::Publishing),
        |now| step(now, IssuanceState::InDoubt),
    ];
    for next in steps {
        let step = next(&now);
        store.commit(project_id(1), vec![moved(&step)]).await.expect("moved");
        now = now.after(&step);
        let found = store.issuance(project_id(1), now.receipt_id).await.expect("a read");
        assert_eq!(found.as_ref(), Some(&now));
    }
    let step = issued(&now, &born);
    store
        .commit(project_id(1), vec![moved(&step), issue(&born)])
        .await
        .expect("issued");
    let found = store.issuance(project_id(1), now.receipt_id).await.expect("a read");
    assert_eq!(found, Some(now.after(&step)));
    assert_eq!(
        store.billing_key(project_id(1), born.id).await.expect("a read"),
        Some(born.clone())
    );
    store
        .commit(project_id(1), vec![destroy(1, 77)])
        .await
        .expect("destroyed");
    let found = store
        .billing_key(project_id(1), born.id)
        .await
        .expect("a read")
        .expect("a key");
    assert_eq!(found.destroyed_at, Some(at(77)));

    let second = issuance(2);
    store
        .commit(project_id(1), vec![open(&second), moved(&failed(&second))])
        .await
        .expect("ended");
    let found = store.issuance(project_id(1), second.receipt_id).await.expect("a read");
    assert_eq!(found, Some(second.clone().after(&failed(&second))));
}

pub async fn a_reader_sees_its_own_commits<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    // Many writers and readers at once: whoever was told "committed" reads it at once.
    let tasks: Vec<_> = (0..20)
        .map(|client| {
            let store = store.clone();
            tokio::spawn(async move {
                for nth in 0..20 {
                    let mine = issuance(client * 100 + nth);
                    store.commit(project_id(1), vec![open(&mine)]).await.expect("opened");
                    let found = store.issuance(project_id(1), mine.receipt_id).await.expect("a read");
                    assert_eq!(found.as_ref(), Some(&mine));
                    let by_name = store.open_issuance(project_id(1), &mine.terms.subscription_id).await;
                    assert_eq!(by_name.expect("a read"), Some(mine));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("every reader saw its own");
    }
}

pub async fn a_project_sees_only_its_own<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = issuance(1);
    store
        .commit(project_id(1), vec![open(&first), issue(&key(&first, 1))])
        .await
        .expect("committed");
    let stranger = project_id(2);
    assert_eq!(store.issuance(stranger, receipt_id(1)).await.expect("a read"), None);
    assert_eq!(
        store
            .open_issuance(stranger, &first.terms.subscription_id)
            .await
            .expect("a read"),
        None
    );
    assert_eq!(store.billing_key(stranger, key_id(1)).await.expect("a read"), None);
    assert!(
        store
            .issuance(project_id(1), receipt_id(1))
            .await
            .expect("a read")
            .is_some()
    );
    assert!(
        store
            .billing_key(project_id(1), key_id(1))
            .await
            .expect("a read")
            .is_some()
    );
}

pub async fn open_issuances_come_page_by_page_each_once<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let mut expected = Vec::new();
    for number in 0..60 {
        let mut next = issuance(number);
        next.project_id = project_id(number % 3);
        // The same names in every project, so that the page's end must name both.
        next.terms.subscription_id = format!("sub_{:03}", number / 3);
        let mut changes = vec![open(&next)];
        if number % 5 == 0 {
            changes.push(moved(&failed(&next)));
        } else {
            expected.push(next.receipt_id);
        }
        store.commit(next.project_id, changes).await.expect("committed");
    }
    for limit in [1, 7, 48, 100] {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = store.open_issuances(cursor.take(), limit).await.expect("a read");
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            cursor = Some(OpenCursor {
                project_id: last.project_id,
                subscription_id: last.terms.subscription_id.clone(),
            });
            found.extend(page.iter().map(|issuance| issuance.receipt_id));
        }
        found.sort_unstable();
        assert_eq!(found, expected, "{limit} a page");
    }
}

pub async fn keys_to_expire_are_the_destroyed_ones_that_the_pg_has_not_confirmed<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=5 {
        store
            .commit(project_id(1), vec![issue(&key(&issuance(number), number))])
            .await
            .expect("issued");
    }
    assert!(!has_due(&store, DueKind::KeyExpiry, 9_000).await);
    for (number, seconds) in [(1, 30), (2, 10), (3, 20)] {
        store
            .commit(
                project_id(1),
                vec![
                    destroy(number, seconds),
                    Change::schedule(DueKind::KeyExpiry, key_id(number).0, at(seconds)),
                ],
            )
            .await
            .expect("destroyed");
    }
    let ids = async |seconds| -> Vec<_> {
        let leased = store
            .lease_key_expiries(lease(seconds), &Busy::default())
            .await
            .expect("leased");
        let mut ids: Vec<_> = leased.iter().map(|leased| leased.of.id).collect();
        ids.sort_unstable();
        ids
    };
    let late = async |seconds| store.count_late(DueKind::KeyExpiry, at(seconds)).await.expect("a read");
    assert_eq!((late(9).await, late(20).await, late(30).await), (0, 2, 3));
    assert_eq!(
        store.dead_due_rows().await.expect("a read").is_some(),
        store.has_many_servers()
    );
    assert_eq!(ids(20).await, [key_id(2), key_id(3)]);
    assert_eq!(late(30).await, 1, "what is leased is not late");
    assert_eq!(ids(30).await, [key_id(1)], "the others are leased");
    let told = Change::KeyExpiredAtPg {
        billing_key: key_id(2),
        at: at(40),
    };
    store.commit(project_id(1), vec![told.clone()]).await.expect("told");
    store
        .commit(project_id(1), vec![told])
        .await
        .expect("told twice is told once");
    assert_eq!(ids(900).await, [key_id(1), key_id(3)]);
}
