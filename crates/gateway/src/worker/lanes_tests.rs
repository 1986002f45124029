use domain::ReceiptId;
use domain::delivery::{Delivery, State};
use domain::ids::ObjectId;
use domain::payment::ContentType;

use super::*;
use crate::bustle::Bustle;

const NOW: EpochMs = EpochMs(1_000_000);
const QUICKLY: Duration = Duration::from_millis(5);
const SLOWLY: Duration = Duration::from_secs(4);

fn project(number: u32) -> ProjectId {
    ProjectId(ObjectId::from_parts(2, [0; 5], number))
}

fn held(of: u32, number: u32, url: &str) -> Held {
    let id = ReceiptId(ObjectId::from_parts(1, [0; 5], number));
    let delivery = Delivery {
        id,
        project_id: project(of),
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
        at_work: Bustle::default().work(project(of)),
    }
}

fn put(lanes: &mut Lanes, of: u32, count: u32, origin: &str) {
    for number in 0..count {
        assert!(lanes.put(origin, held(of, number, origin), NOW).is_none());
    }
}

fn sent(lanes: &mut Lanes) -> Vec<Started> {
    std::iter::from_fn(|| lanes.next(NOW))
        .map(|(started, _)| started)
        .collect()
}

fn end(lanes: &mut Lanes, started: impl IntoIterator<Item = Started>, took: Duration) {
    for started in started {
        assert!(lanes.ended(started, Silence::Answered, took, NOW).is_empty());
    }
}

/// Lanes to which this origin of the project is known.
fn known(of: u32, origin: &str, took: Duration) -> Lanes {
    let mut lanes = Lanes::default();
    meet(&mut lanes, of, origin, took);
    lanes
}

fn meet(lanes: &mut Lanes, of: u32, origin: &str, took: Duration) {
    put(lanes, of, 1, origin);
    let started = sent(lanes);
    assert_eq!(started.len(), 1, "{origin}");
    end(lanes, started, took);
}

fn busy(lanes: &mut Lanes, now: EpochMs) -> Vec<(ProjectId, String)> {
    lanes.busy(now).lanes
}

#[test]
fn one_at_first_and_then_four_at_once_of_one_lane() {
    let mut lanes = Lanes::default();
    put(&mut lanes, 1, 10, "a");
    let first = sent(&mut lanes);
    assert_eq!(first.len(), 1);
    assert_eq!(busy(&mut lanes, NOW), [(project(1), "a".to_owned())]);
    end(&mut lanes, first, QUICKLY);
    assert!(
        busy(&mut lanes, NOW).is_empty(),
        "a quick one is claimed for in good time"
    );
    assert_eq!(sent(&mut lanes).len(), 4);
}

#[test]
fn an_origin_is_sent_eight_at_once_by_however_many_projects() {
    let mut lanes = Lanes::default();
    for of in 1..=6 {
        meet(&mut lanes, of, "a", QUICKLY);
    }
    for of in 1..=6 {
        put(&mut lanes, of, 10, "a");
    }
    let started = sent(&mut lanes);
    assert_eq!(started.len(), 8);
    let of: HashSet<_> = started.iter().map(|started| started.name.0).collect();
    assert_eq!(of.len(), 6, "in turns");
}

#[test]
fn slow_origins_leave_room_for_quick_ones_of_the_same_project() {
    let mut lanes = known(1, "quick", QUICKLY);
    for number in 0..300 {
        put(&mut lanes, 1, 4, &format!("slow{number}"));
    }
    let slow = sent(&mut lanes);
    assert_eq!(slow.len(), 256, "those not known count as slow");
    put(&mut lanes, 1, 10, "quick");
    assert_eq!(sent(&mut lanes).len(), 4);
    end(&mut lanes, slow, SLOWLY);
    assert_eq!(
        sent(&mut lanes).len(),
        256 - 4 / 2,
        "nor are there more when they are known"
    );
}

#[test]
fn another_project_finds_room_at_once() {
    let mut lanes = Lanes::default();
    for number in 0..1_500 {
        if lanes.busy(NOW).projects.is_empty() {
            put(&mut lanes, 1, 1, &format!("a{number}"));
        }
    }
    assert_eq!(
        lanes.busy(NOW).projects,
        [project(1)],
        "half of what is held is one project's at most"
    );
    let hung = sent(&mut lanes);
    assert_eq!((hung.len(), lanes.room()), (256, 512));
    for of in 2..=20 {
        put(&mut lanes, of, 1, "b");
    }
    assert_eq!(sent(&mut lanes).len(), OF_ORIGIN_MAX);
    put(&mut lanes, 21, 1, "c");
    let last = sent(&mut lanes);
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].name.0, project(21));
}

#[test]
fn lanes_take_turns_from_wherever_the_last_turn_ended() {
    let mut lanes = Lanes::default();
    let names = ["a", "b", "c", "d", "e"];
    for name in names {
        meet(&mut lanes, 1, name, QUICKLY);
    }
    for name in names {
        put(&mut lanes, 1, 3, name);
    }
    let order: Vec<String> = sent(&mut lanes)
        .iter()
        .map(|started| started.name.1.to_string())
        .collect();
    assert_eq!(order.len(), 15);
    for turn in order.chunks(5) {
        let all: HashSet<_> = turn.iter().map(String::as_str).collect();
        assert_eq!(all, HashSet::from(names), "{order:?}");
    }
}

#[test]
fn silence_closes_a_lane_and_gives_back_what_waits() {
    let mut lanes = known(1, "a", SLOWLY);
    put(&mut lanes, 1, 10, "a");
    let mut hung = sent(&mut lanes);
    let last = hung.pop().unwrap();
    for started in hung {
        assert!(lanes.ended(started, Silence::Silent, SLOWLY, NOW).is_empty());
    }
    let given_back = lanes.ended(last, Silence::Silent, SLOWLY, NOW);
    assert_eq!((given_back.len(), lanes.room()), (6, HELD_MAX / 2));
    let closed = [(project(1), "a".to_owned())];
    assert_eq!(busy(&mut lanes, NOW), closed);
    assert!(lanes.put("a", held(1, 99, "a"), NOW).is_some());
    put(&mut lanes, 2, 1, "a");
    let others = sent(&mut lanes);
    assert_eq!(others.len(), 1, "another project's lane to the same origin is its own");
    end(&mut lanes, others, QUICKLY);

    let later = NOW.plus_ms(CLOSED_MS);
    assert!(busy(&mut lanes, later).is_empty());
    put(&mut lanes, 1, 1, "a");
    let again = sent(&mut lanes).pop().unwrap();
    lanes.ended(again, Silence::Silent, SLOWLY, later);
    assert_eq!(busy(&mut lanes, later), closed, "one more silence closes it again");
}

#[test]
fn an_answer_keeps_a_lane_open() {
    let mut lanes = Lanes::default();
    let silences = [
        Silence::Silent,
        Silence::Silent,
        Silence::Answered,
        Silence::Silent,
        Silence::Silent,
    ];
    for silence in silences {
        put(&mut lanes, 1, 1, "a");
        let started = sent(&mut lanes).pop().unwrap();
        lanes.ended(started, silence, QUICKLY, NOW);
    }
    assert!(busy(&mut lanes, NOW).is_empty());
}

#[test]
fn what_waited_too_long_for_its_claim_is_not_sent() {
    let mut lanes = Lanes::default();
    put(&mut lanes, 1, 2, "a");
    let late = NOW.plus_ms(LEASE_MS - ATTEMPT_MS + 1);
    assert!(lanes.next(late).is_none());
    assert_eq!(lanes.room(), HELD_MAX / 2);
    // Nor does it take room where its lane has no turn.
    put(&mut lanes, 1, 8, "b");
    assert_eq!(sent(&mut lanes).len(), 1);
    assert!(busy(&mut lanes, late).is_empty());
    assert_eq!(lanes.held.free(), HELD_MAX - 1);
}

#[test]
fn a_lane_without_work_is_forgotten_after_a_while() {
    let mut lanes = known(1, "a", QUICKLY);
    lanes.busy(NOW.plus_ms(REMEMBERED_MS - 1));
    assert_eq!(lanes.lanes.len(), 1);
    lanes.busy(NOW.plus_ms(REMEMBERED_MS + FORGET_EVERY_MS));
    assert!(lanes.lanes.is_empty());
}
