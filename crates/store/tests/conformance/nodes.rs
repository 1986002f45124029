//! The nodes: who is alive, for how long, under which number, with which key, and what they have leased.

use domain::change::Change;
use domain::due::{DueKind, Lease};
use domain::fingerprint::Fingerprint;
use jadong_store::{Busy, LeaseRequest, Node, NodeBeat};

use crate::engine::Engine;
use crate::rows::{at, issuance, issue, key as domain_key, key_id, project_id};

const LASTS_MS: u64 = 10_000;

fn node(number: u32) -> Node {
    Node {
        number,
        version: "0.2.0".to_owned(),
        address: format!("http://10.0.0.{number}:4141"),
        admin_address: format!("http://10.0.0.{number}:4142"),
        started_at: at(0),
        alive_until: at(0),
        is_draining: false,
    }
}

fn beat(number: u32, seconds: i64, is_draining: bool) -> NodeBeat {
    NodeBeat {
        number,
        now: at(seconds),
        lasts_ms: LASTS_MS,
        is_draining,
    }
}

pub async fn a_node_is_alive_as_long_as_it_says_so<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in [1, 2] {
        assert!(store.join_node(&node(number), LASTS_MS).await.expect("asked").is_some());
    }
    let twice = store.join_node(&node(2), LASTS_MS).await.expect("asked");
    assert_eq!(twice, None, "another has the number");
    // By the database's time, which is not everybody's.
    let now = store
        .beat_node(beat(1, 5, false))
        .await
        .expect("beaten")
        .expect("it is there");
    let alive = async |ms: u64| store.nodes_alive(now.plus_ms(ms)).await.expect("a read");
    assert_eq!(alive(0).await, 2);
    store.beat_node(beat(2, 5, true)).await.expect("beaten");
    assert_eq!(alive(0).await, 1, "one that drains takes no work");
    assert_eq!(alive(LASTS_MS).await, 0);
    let nodes = store.nodes().await.expect("a read");
    let told: Vec<_> = nodes.iter().map(|node| (node.number, node.is_draining)).collect();
    assert_eq!(told, [(1, false), (2, true)]);
    assert_eq!(nodes[0].admin_address, node(1).admin_address);
    store.leave_node(2).await.expect("left");
    store
        .forget_dead_nodes(now.plus_ms(LASTS_MS + 1_000))
        .await
        .expect("forgotten");
    assert!(store.nodes().await.expect("a read").is_empty());
    assert_eq!(
        store.beat_node(beat(1, 20, false)).await.expect("beaten"),
        None,
        "forgotten"
    );
}

pub async fn the_first_key_is_the_installations<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let (first, second) = (Fingerprint([1; 32]), Fingerprint([2; 32]));
    assert!(!store.has_pepper_print().await.expect("a read"));
    for print in [first, second] {
        assert_eq!(store.pepper_print(print).await.expect("asked"), first);
    }
    assert!(store.has_pepper_print().await.expect("a read"));
}

pub async fn a_node_gives_back_what_it_has_leased_and_nobody_elses<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let key = |number| Change::schedule(DueKind::KeyExpiry, key_id(number).0, at(10));
    let born = |number| issue(&domain_key(&issuance(number), number));
    for number in [1, 2] {
        let changes = vec![born(number), key(number)];
        store.commit(project_id(1), changes).await.expect("scheduled");
    }
    let request = |number| LeaseRequest {
        now: at(10),
        until: at(70),
        limit: 1,
        lease: Lease(number),
    };
    let mine = store
        .lease_key_expiries(request(100), &Busy::default())
        .await
        .expect("leased");
    let theirs = store
        .lease_key_expiries(request(200), &Busy::default())
        .await
        .expect("leased");
    assert_eq!((mine.len(), theirs.len()), (1, 1));
    store
        .give_back((Lease(100), Lease(199)), at(20))
        .await
        .expect("given back");
    let again = store
        .lease_key_expiries(request(300), &Busy::default())
        .await
        .expect("leased");
    assert!(again.is_empty(), "not before it is due again");
    let later = LeaseRequest {
        now: at(20),
        limit: 10,
        ..request(300)
    };
    let again = store.lease_key_expiries(later, &Busy::default()).await.expect("leased");
    let ids: Vec<_> = again.iter().map(|leased| leased.of.id).collect();
    assert_eq!(ids, [mine[0].of.id], "and nothing of the other's");
}
