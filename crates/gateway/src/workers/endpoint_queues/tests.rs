use domain::ReceiptId;
use domain::due::Lease;
use domain::ids::ObjectId;
use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::{Delivery, DeliveryState};

use store::Leased;

use super::*;
use crate::support::ActivityTracker;

const NOW: EpochMs = EpochMs(1_000_000);
const QUICKLY: Duration = Duration::from_millis(5);
const SLOWLY: Duration = Duration::from_secs(4);

fn project(number: u32) -> ProjectId {
    ProjectId(ObjectId::from_parts(2, [0; 5], number))
}

fn held(of: u32, number: u32, url: &str) -> LeasedDelivery {
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
        state: DeliveryState::Pending,
        attempts: 0,
        next_at: NOW,
        last_result: String::new(),
        created_at: NOW,
        delivered_at: None,
    };
    let leased = Leased {
        project: project(of),
        lease: Lease(1),
        until: NOW.plus_ms(LEASE_MS),
        of: delivery,
    };
    LeasedDelivery {
        leased,
        at_work: ActivityTracker::default().begin(project(of)),
    }
}

fn put(queues: &mut EndpointQueues, of: u32, count: u32, origin: &str) {
    for number in 0..count {
        assert!(queues.put(origin, held(of, number, origin), NOW).is_none());
    }
}

fn sent(queues: &mut EndpointQueues) -> Vec<Started> {
    std::iter::from_fn(|| queues.next(NOW))
        .map(|(started, _)| started)
        .collect()
}

fn end(queues: &mut EndpointQueues, started: impl IntoIterator<Item = Started>, took: Duration) {
    for started in started {
        assert!(queues.ended(started, Responsiveness::Answered, took, NOW).is_empty());
    }
}

/// Queues to which this origin of the project is known.
fn known(of: u32, origin: &str, took: Duration) -> EndpointQueues {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    meet(&mut queues, of, origin, took);
    queues
}

fn meet(queues: &mut EndpointQueues, of: u32, origin: &str, took: Duration) {
    put(queues, of, 1, origin);
    let started = sent(queues);
    assert_eq!(started.len(), 1, "{origin}");
    end(queues, started, took);
}

fn busy(queues: &mut EndpointQueues, now: EpochMs) -> Vec<(ProjectId, String)> {
    queues.busy(now).queues
}

#[test]
fn one_at_first_and_then_four_at_once_of_one_lane() {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    put(&mut queues, 1, 10, "a");
    let first = sent(&mut queues);
    assert_eq!(first.len(), 1);
    assert_eq!(busy(&mut queues, NOW), [(project(1), "a".to_owned())]);
    end(&mut queues, first, QUICKLY);
    assert!(
        busy(&mut queues, NOW).is_empty(),
        "a quick one is claimed for in good time"
    );
    assert_eq!(sent(&mut queues).len(), 4);
}

#[test]
fn an_origin_is_sent_eight_at_once_by_however_many_projects() {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    for of in 1..=6 {
        meet(&mut queues, of, "a", QUICKLY);
    }
    for of in 1..=6 {
        put(&mut queues, of, 10, "a");
    }
    let started = sent(&mut queues);
    assert_eq!(started.len(), 8);
    let of: HashSet<_> = started.iter().map(|started| started.name.0).collect();
    assert_eq!(of.len(), 6, "in turns");
}

#[test]
fn slow_origins_leave_room_for_quick_ones_of_the_same_project() {
    let mut queues = known(1, "quick", QUICKLY);
    for number in 0..300 {
        put(&mut queues, 1, 4, &format!("slow{number}"));
    }
    let slow = sent(&mut queues);
    assert_eq!(slow.len(), 256, "those not known count as slow");
    put(&mut queues, 1, 10, "quick");
    assert_eq!(sent(&mut queues).len(), 4);
    end(&mut queues, slow, SLOWLY);
    assert_eq!(
        sent(&mut queues).len(),
        256 - 4 / 2,
        "nor are there more when they are known"
    );
}

#[test]
fn another_project_finds_room_at_once() {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    for number in 0..1_500 {
        if queues.busy(NOW).projects.is_empty() {
            put(&mut queues, 1, 1, &format!("a{number}"));
        }
    }
    assert_eq!(
        queues.busy(NOW).projects,
        [project(1)],
        "half of what is held is one project's at most"
    );
    let hung = sent(&mut queues);
    assert_eq!((hung.len(), queues.room()), (256, 512));
    for of in 2..=20 {
        put(&mut queues, of, 1, "b");
    }
    assert_eq!(sent(&mut queues).len(), OF_ORIGIN_MAX);
    put(&mut queues, 21, 1, "c");
    let last = sent(&mut queues);
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].name.0, project(21));
}

#[test]
fn lanes_take_turns_from_wherever_the_last_turn_ended() {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    let names = ["a", "b", "c", "d", "e"];
    for name in names {
        meet(&mut queues, 1, name, QUICKLY);
    }
    for name in names {
        put(&mut queues, 1, 3, name);
    }
    let order: Vec<String> = sent(&mut queues)
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
    let mut queues = known(1, "a", SLOWLY);
    put(&mut queues, 1, 10, "a");
    let mut hung = sent(&mut queues);
    let last = hung.pop().unwrap();
    for started in hung {
        assert!(queues.ended(started, Responsiveness::Silent, SLOWLY, NOW).is_empty());
    }
    let given_back = queues.ended(last, Responsiveness::Silent, SLOWLY, NOW);
    assert_eq!((given_back.len(), queues.room()), (6, HELD_MAX / 2));
    let closed = [(project(1), "a".to_owned())];
    assert_eq!(busy(&mut queues, NOW), closed);
    assert!(queues.put("a", held(1, 99, "a"), NOW).is_some());
    put(&mut queues, 2, 1, "a");
    let others = sent(&mut queues);
    assert_eq!(others.len(), 1, "another project's queue to the same origin is its own");
    end(&mut queues, others, QUICKLY);

    let later = NOW.plus_ms(CLOSED_MS);
    assert!(busy(&mut queues, later).is_empty());
    put(&mut queues, 1, 1, "a");
    let again = sent(&mut queues).pop().unwrap();
    queues.ended(again, Responsiveness::Silent, SLOWLY, later);
    assert_eq!(
        busy(&mut queues, later),
        closed,
        "one more silent attempt closes it again"
    );
}

#[test]
fn an_answer_keeps_a_queue_open() {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    let silences = [
        Responsiveness::Silent,
        Responsiveness::Silent,
        Responsiveness::Answered,
        Responsiveness::Silent,
        Responsiveness::Silent,
    ];
    for responsiveness in silences {
        put(&mut queues, 1, 1, "a");
        let started = sent(&mut queues).pop().unwrap();
        queues.ended(started, responsiveness, QUICKLY, NOW);
    }
    assert!(busy(&mut queues, NOW).is_empty());
}

#[test]
fn what_waited_too_long_for_its_claim_is_not_sent() {
    let mut queues = EndpointQueues::new(Box::new(|_| 0));
    put(&mut queues, 1, 2, "a");
    let late = NOW.plus_ms(LEASE_MS - ATTEMPT_MS + 1);
    assert!(queues.next(late).is_none());
    assert_eq!(queues.room(), HELD_MAX / 2);
    // Nor does it take room where its queue has no turn.
    put(&mut queues, 1, 8, "b");
    assert_eq!(sent(&mut queues).len(), 1);
    assert!(busy(&mut queues, late).is_empty());
    assert_eq!(queues.held.free(), HELD_MAX - 1);
}

#[test]
fn a_lane_without_work_is_forgotten_after_a_while() {
    let mut queues = known(1, "a", QUICKLY);
    queues.busy(NOW.plus_ms(REMEMBERED_MS - 1));
    assert_eq!(queues.queues.len(), 1);
    queues.busy(NOW.plus_ms(REMEMBERED_MS + FORGET_EVERY_MS));
    assert!(queues.queues.is_empty());
}

/// One that is leased again while it is held here would be sent twice.
#[test]
fn a_claim_ends_by_its_projects_clock() {
    let mut queues = EndpointQueues::new(Box::new(|of| if of == project(1) { 86_400_000 } else { 0 }));
    let ends_at = |held: &mut LeasedDelivery, ms: u64| held.leased.until = NOW.plus_ms(ms);
    let (mut moved, mut other) = (held(1, 0, "http://a"), held(2, 1, "http://a"));
    ends_at(&mut moved, 86_400_000 + ATTEMPT_MS - 1);
    ends_at(&mut other, ATTEMPT_MS);
    for held in [moved, other] {
        assert!(queues.put("http://a", held, NOW).is_none());
    }
    let left: Vec<_> = std::iter::from_fn(|| queues.next(NOW))
        .map(|(_, held)| held.leased.project)
        .collect();
    assert_eq!(left, [project(2)]);
}
