//! Reserves: so many of a key, each executed by one, and all of a key revoked at once.

use domain::change::Change;
use domain::due::{DueKind, Lease};
use domain::payment::{PaymentSource, PaymentState};
use domain::precondition::Precondition;
use domain::reserve::{ReserveState, ReserveTransition, WAITING_MAX};
use domain::transition::Actor;
use jadong_store::{Busy, CommitRefused, OrderOwner};

use crate::commits::refused;
use crate::engine::Engine;
use crate::money_rows::{open, open_reserve, payment, reserve, reserve_id, step};
use crate::resolutions::lease;
use crate::rows::{at, destroy, issuance, issue, key, key_id, project_id, receipt_id};

pub async fn a_key_has_so_many_waiting_reserves_also_when_asked_for_at_once<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let issued = store.commit(project_id(1), vec![issue(&key(&issuance(1), 1))]);
    issued.await.expect("issued");
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            let asked = reserve(number, &format!("order-{number}"));
            tokio::spawn(async move { store.commit(project_id(1), vec![open_reserve(&asked)]).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(()) => taken += 1,
            refusal => assert_eq!(refused(&refusal), Some(CommitRefused::TooManyReserves)),
        }
    }
    assert_eq!(taken, WAITING_MAX);
    let waiting = store
        .waiting_reserves_of(project_id(1), key_id(1))
        .await
        .expect("a read");
    assert_eq!(waiting.len(), WAITING_MAX as usize);
    // Those that were refused hold no order.
    let mut other = reserve(100, "order-0");
    other.billing_key = key_id(2);
    let holders = store.order_owner(project_id(1), "order-0").await.expect("a read");
    let again = store.commit(project_id(1), vec![open_reserve(&other)]).await;
    assert_eq!(again.is_ok(), holders.is_none());
}

pub async fn a_reserve_is_leased_when_it_is_due_but_not_of_a_busy_project<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let written = reserve(1, "order-1");
    store
        .commit(project_id(1), vec![open_reserve(&written)])
        .await
        .expect("opened");
    let found = store.reserve(project_id(1), reserve_id(1)).await.expect("a read");
    assert_eq!(found, Some(written));
    assert_eq!(store.reserve(project_id(2), reserve_id(1)).await.expect("a read"), None);
    let (nobody, busy) = (Busy::default(), Busy::of([project_id(1)]));
    assert!(!store.has_due(DueKind::Reserve, at(999), &nobody).await.expect("a read"));
    assert!(
        store
            .has_due(DueKind::Reserve, at(1_000), &nobody)
            .await
            .expect("a read")
    );
    assert!(!store.has_due(DueKind::Reserve, at(1_000), &busy).await.expect("a read"));
    assert!(
        store
            .lease_reserves(lease(1_000), &busy)
            .await
            .expect("leased")
            .is_empty()
    );
    assert_eq!(store.due_reserves(at(1_000), 5).await.expect("a read").len(), 1);
    let leased = store.lease_reserves(lease(1_000), &nobody).await.expect("leased");
    assert_eq!(leased.len(), 1);
    assert!(
        store
            .lease_reserves(lease(1_059), &nobody)
            .await
            .expect("leased")
            .is_empty()
    );
    let postpone = |held| Change::PostponeReserve {
        reserve_id: reserve_id(1),
        until: at(5_000),
        held,
    };
    let late = store.commit(project_id(1), vec![postpone(Lease(7))]).await;
    assert_eq!(refused(&late), Some(CommitRefused::LostRace));
    store
        .commit(project_id(1), vec![postpone(leased[0].lease)])
        .await
        .expect("postponed");
    assert!(
        !store
            .has_due(DueKind::Reserve, at(4_999), &nobody)
            .await
            .expect("a read")
    );
    assert_eq!(
        store.lease_reserves(lease(5_000), &nobody).await.expect("leased")[0]
            .of
            .due_at,
        at(5_000)
    );
}

pub async fn a_reserve_that_is_given_back_has_its_order_again<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let waiting = reserve(1, "order-1");
    store
        .commit(project_id(1), vec![open_reserve(&waiting)])
        .await
        .expect("opened");
    let started = ReserveTransition {
        receipt_id: Some(receipt_id(1)),
        ..waiting.step(ReserveState::Executing, at(1_000), Actor::Worker)
    };
    let mut executed = payment(1, "order-1");
    executed.source = PaymentSource::Reserve(reserve_id(1));
    store
        .commit(project_id(1), vec![started.clone().into(), open(&executed)])
        .await
        .expect("started");
    assert_eq!(
        refused(&store.commit(project_id(1), vec![started.into()]).await),
        Some(CommitRefused::LostRace)
    );
    let mut executing = waiting;
    (executing.state, executing.seq) = (ReserveState::Executing, 2);
    let back = ReserveTransition {
        receipt_id: Some(receipt_id(1)),
        again_at: Some(at(2_000)),
        note: "the PG cannot be reached",
        ..executing.step(ReserveState::Waiting, at(1_001), Actor::Worker)
    };
    // Its payment must have given the order up in the same commit.
    assert_eq!(
        refused(&store.commit(project_id(1), vec![back.clone().into()]).await),
        Some(CommitRefused::OrderTaken)
    );
    let voided = step(&executed, PaymentState::Voided);
    store
        .commit(project_id(1), vec![voided.into(), back.into()])
        .await
        .expect("given back");
    let owner = store.order_owner(project_id(1), "order-1").await.expect("a read");
    assert_eq!(owner, Some(OrderOwner::Reserve(reserve_id(1))));
    assert!(
        store
            .lease_reserves(lease(1_999), &Busy::default())
            .await
            .expect("leased")
            .is_empty()
    );
    assert_eq!(
        store
            .lease_reserves(lease(2_000), &Busy::default())
            .await
            .expect("leased")
            .len(),
        1
    );
    let history = store
        .history(project_id(1), reserve_id(1).to_string())
        .await
        .expect("a read");
    assert_eq!(history[2].detail, format!("{} the PG cannot be reached", receipt_id(1)));
}

pub async fn with_a_key_its_waiting_reserves_are_revoked_and_their_orders_freed<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let born = key(&issuance(1), 1);
    store.commit(project_id(1), vec![issue(&born)]).await.expect("issued");
    for number in 1..=3 {
        let asked = reserve(number, &format!("order-{number}"));
        store
            .commit(project_id(1), vec![open_reserve(&asked)])
            .await
            .expect("opened");
    }
    let started = reserve(3, "order-3").step(ReserveState::Executing, at(1_000), Actor::Worker);
    store
        .commit(project_id(1), vec![started.into()])
        .await
        .expect("started");
    let revoke = Change::RevokeReserves {
        billing_key: key_id(1),
        at: at(7),
    };
    // Destroyed and reserved at once: whichever is first, no reserve waits of a dead key.
    let late = vec![
        Precondition::KeyActive(key_id(1)).into(),
        open_reserve(&reserve(4, "order-4")),
    ];
    let (destroyed, reserved) = tokio::join!(
        store.commit(project_id(1), vec![destroy(1, 7), revoke]),
        store.commit(project_id(1), late)
    );
    destroyed.expect("destroyed");
    assert!(matches!(refused(&reserved), None | Some(CommitRefused::LostRace)));
    assert!(
        store
            .waiting_reserves_of(project_id(1), key_id(1))
            .await
            .expect("a read")
            .is_empty()
    );
    for number in [1, 2] {
        let found = store
            .reserve(project_id(1), reserve_id(number))
            .await
            .expect("a read")
            .expect("there");
        assert_eq!(
            (found.state, found.seq, found.revoked_at),
            (ReserveState::Revoked, 2, Some(at(7)))
        );
        let order = format!("order-{number}");
        assert_eq!(store.order_owner(project_id(1), &order).await.expect("a read"), None);
        let history = store
            .history(project_id(1), reserve_id(number).to_string())
            .await
            .expect("a read");
        assert_eq!(
            (history[1].from.as_str(), history[1].to.as_str()),
            ("waiting", "revoked")
        );
    }
    // The one that is being executed keeps its order.
    let owner = store.order_owner(project_id(1), "order-3").await.expect("a read");
    assert_eq!(owner, Some(OrderOwner::Reserve(reserve_id(3))));
}

pub async fn reserves_of_a_time_come_page_by_page<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for (number, seconds) in [(1, 10), (2, 10), (3, 20), (4, 30)] {
        let mut asked = reserve(number, &format!("order-{number}"));
        asked.due_at = at(seconds);
        store
            .commit(project_id(1), vec![open_reserve(&asked)])
            .await
            .expect("opened");
    }
    let between = async |after, limit| {
        let found = store.reserves_between(project_id(1), after, at(30), limit).await;
        found
            .expect("a read")
            .into_iter()
            .map(|reserve| reserve.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(between((at(10), None), 2).await, [reserve_id(1), reserve_id(2)]);
    assert_eq!(
        between((at(10), Some(reserve_id(1))), 9).await,
        [reserve_id(2), reserve_id(3)]
    );
    assert_eq!(
        store
            .count_reserves(project_id(1), at(10), at(30), 9)
            .await
            .expect("a read"),
        3
    );
    assert_eq!(
        store
            .count_reserves(project_id(1), at(10), at(31), 2)
            .await
            .expect("a read"),
        2
    );
    assert_eq!(
        store
            .count_reserves(project_id(2), at(10), at(31), 2)
            .await
            .expect("a read"),
        0
    );
}
