use domain::delivery::{Delivery, State};
use domain::ids::ObjectId;
use domain::payment::ContentType;
use domain::{EpochMs, ProjectId, ReceiptId};

use super::*;
use crate::bustle::Bustle;

const NOW: EpochMs = EpochMs(1_000_000);

fn held(number: u32, url: &str) -> Held {
    let id = ReceiptId(ObjectId::from_parts(1, [0; 5], number));
    let delivery = Delivery {
        id,
        project_id: ProjectId(id.0),
        receipt_id: id,
        sequence: 1,
        url: url.to_owned(),
        content_type: ContentType::Json,
        webhook_type: String::new(),
        payload: String::new(),
        state: State::Pending,
        attempts: 0,
        next_at: NOW.plus_ms(LEASE_MS),
        last_result: String::new(),
        created_at: NOW,
        delivered_at: None,
    };
    Held {
        delivery,
        at_work: Bustle::default().work(ProjectId(id.0)),
    }
}

fn put(lanes: &mut Lanes, count: u32, url: &str) {
    for number in 0..count {
        assert!(lanes.put(url, held(number, url), NOW).is_none());
    }
}

fn sent(lanes: &mut Lanes) -> Vec<String> {
    std::iter::from_fn(|| lanes.next(NOW))
        .map(|(origin, _)| origin)
        .collect()
}

#[test]
fn four_at_once_of_one_endpoint_and_256_in_all() {
    let mut lanes = Lanes::default();
    put(&mut lanes, 10, "a");
    assert_eq!(sent(&mut lanes).len(), 4);
    assert_eq!(lanes.busy(NOW), ["a"]);
    for number in 0..100 {
        put(&mut lanes, 4, &format!("b{number}"));
    }
    assert_eq!(sent(&mut lanes).len(), 252);
    assert_eq!(lanes.room(), HELD_MAX - 410);
}

#[test]
fn silence_closes_a_lane_and_gives_back_what_waits() {
    let mut lanes = Lanes::default();
    put(&mut lanes, 10, "a");
    assert_eq!(sent(&mut lanes).len(), 4);
    for _answer in 0..3 {
        assert!(lanes.ended("a", "a", Silence::Silent, NOW).is_empty());
    }
    let given_back = lanes.ended("a", "a", Silence::Silent, NOW);
    assert_eq!((given_back.len(), lanes.room()), (6, HELD_MAX));
    assert_eq!(lanes.busy(NOW), ["a"]);
    assert!(lanes.put("a", held(99, "a"), NOW).is_some());
    let later = NOW.plus_ms(CLOSED_MS);
    assert!(lanes.busy(later).is_empty());
    put(&mut lanes, 1, "a");
    assert_eq!(sent(&mut lanes).len(), 1);
    lanes.ended("a", "a", Silence::Silent, later);
    assert_eq!(lanes.busy(later), ["a"], "one more silence closes it again");
}

#[test]
fn an_answer_keeps_a_lane_open() {
    let mut lanes = Lanes::default();
    for silence in [
        Silence::Silent,
        Silence::Silent,
        Silence::Answered,
        Silence::Silent,
        Silence::Silent,
    ] {
        put(&mut lanes, 1, "a");
        assert_eq!(sent(&mut lanes).len(), 1);
        lanes.ended("a", "a", silence, NOW);
    }
    assert!(lanes.busy(NOW).is_empty());
}

#[test]
fn what_waited_too_long_for_its_claim_is_not_sent() {
    let mut lanes = Lanes::default();
    put(&mut lanes, 2, "a");
    assert!(lanes.next(NOW.plus_ms(LEASE_MS - ATTEMPT_MS + 1)).is_none());
    assert_eq!(lanes.room(), HELD_MAX);
}
