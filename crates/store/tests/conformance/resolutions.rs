//! The resolution of a debit without an outcome, and cancels without one.

use domain::change::Change;
use domain::due::{DueKind, Lease};
use domain::error::PgMessage;
use domain::payment::{
    CancelState, Decline, DeclineReason, PaymentState, ResolutionAction, ResolutionStep, StepOutcome,
};
use jadong_store::{Busy, CommitRefused, LeaseRequest, Store};

use crate::commits::refused;
use crate::engine::Engine;
use crate::money_rows::{cancel, debit, open, paid, payment, resolution_step, step};
use crate::rows::{at, project_id, receipt_id};

pub fn lease(seconds: i64) -> LeaseRequest {
    LeaseRequest {
        now: at(seconds),
        until: at(seconds + 60),
        limit: 10,
        lease: Lease(seconds),
    }
}

/// Whether any work of this kind is due, of anybody.
pub async fn has_due(store: &Store, kind: DueKind, seconds: i64) -> bool {
    let due = store.has_due(kind, at(seconds), &Busy::default()).await;
    due.expect("a read")
}

fn schedule(number: u32, seconds: Option<i64>) -> Change {
    Change::Schedule {
        kind: DueKind::Resolution,
        object: receipt_id(number).0,
        at: seconds.map(at),
        held: None,
    }
}

fn add(number: u32, outcome: StepOutcome) -> Change {
    Change::AddResolutionStep(Box::new(resolution_step(receipt_id(1), number, outcome)))
}

pub async fn the_steps_of_a_resolution_come_back_in_order<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let outcomes = [
        StepOutcome::Unknown,
        StepOutcome::Sent,
        StepOutcome::Refused {
            pg: PgMessage::new("2020", "기한 초과"),
            is_too_late: true,
        },
        StepOutcome::NotThere,
        StepOutcome::Failed(Decline {
            reason: DeclineReason::InsufficientFunds,
            pg: PgMessage::new("V301", "잔액 부족"),
        }),
        StepOutcome::Cancelled,
        StepOutcome::Paid(debit()),
    ];
    for (number, outcome) in (1..).zip(outcomes.clone()) {
        store
            .commit(project_id(1), vec![add(number, outcome)])
            .await
            .expect("added");
    }
    let twice = store.commit(project_id(1), vec![add(3, StepOutcome::Unknown)]).await;
    assert_eq!(refused(&twice), Some(CommitRefused::LostRace));
    let steps = store
        .resolution_steps(project_id(1), receipt_id(1))
        .await
        .expect("a read");
    let found: Vec<_> = steps.iter().map(|step| step.outcome.clone()).collect();
    assert_eq!(found, outcomes);
    let other = resolution_step(receipt_id(2), 1, StepOutcome::NotThere);
    store
        .commit(project_id(1), vec![Change::AddResolutionStep(Box::new(other.clone()))])
        .await
        .expect("added");
    let many = store
        .resolution_steps_of_many(project_id(1), vec![receipt_id(2), receipt_id(3), receipt_id(1)])
        .await;
    assert_eq!(many.expect("a read"), [steps, vec![other]].concat());
}

pub async fn a_debit_in_doubt_is_leased_when_it_is_due_and_by_one<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let asked = payment(1, "order-1");
    let in_doubt = step(&asked, PaymentState::InDoubt);
    store
        .commit(
            project_id(1),
            vec![open(&asked), in_doubt.into(), schedule(1, Some(500))],
        )
        .await
        .expect("in doubt");
    assert!(!has_due(&store, DueKind::Resolution, 499).await);
    assert!(
        store
            .lease_resolutions(lease(499), &Busy::default())
            .await
            .expect("leased")
            .is_empty()
    );
    assert!(has_due(&store, DueKind::Resolution, 500).await);
    assert_eq!(
        store
            .lease_resolutions(lease(500), &Busy::default())
            .await
            .expect("leased")[0]
            .of
            .receipt_id,
        receipt_id(1)
    );
    assert!(
        store
            .lease_resolutions(lease(559), &Busy::default())
            .await
            .expect("leased")
            .is_empty(),
        "leased already"
    );
    assert_eq!(
        store
            .lease_resolutions(lease(560), &Busy::default())
            .await
            .expect("leased")
            .len(),
        1,
        "the lease is over"
    );
    // One that a wrong clock has put years ahead is not lost.
    store
        .commit(project_id(1), vec![schedule(1, Some(90_000_000))])
        .await
        .expect("put off");
    assert_eq!(
        store
            .lease_resolutions(lease(560), &Busy::default())
            .await
            .expect("leased")
            .len(),
        1
    );
    // Also while another project's clock is moved further than that.
    store
        .set_clock_offset(project_id(2), 365 * 86_400_000)
        .await
        .expect("kept");
    store
        .commit(project_id(1), vec![schedule(1, Some(20_000_000))])
        .await
        .expect("put off");
    assert_eq!(
        store
            .lease_resolutions(lease(560), &Busy::default())
            .await
            .expect("leased")
            .len(),
        1
    );
    // Nor is it leased once there is a verdict.
    let mut now = asked;
    (now.state, now.seq) = (PaymentState::InDoubt, 2);
    store
        .commit(project_id(1), vec![paid(&now).into()])
        .await
        .expect("paid");
    assert!(!has_due(&store, DueKind::Resolution, 9_000).await);
}

pub async fn what_is_unresolved_is_told_with_its_next_step<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=3 {
        let asked = payment(number, &format!("order-{number}"));
        let step = step(&asked, PaymentState::InDoubt);
        let due = schedule(number, (number < 3).then_some(500));
        store
            .commit(project_id(1), vec![open(&asked), step.into(), due])
            .await
            .expect("in doubt");
    }
    let found = store.unresolved(10).await.expect("a read");
    let told: Vec<_> = found
        .iter()
        .map(|open| (open.payment.receipt_id, open.next_step_at))
        .collect();
    assert_eq!(told, [(receipt_id(1), Some(at(500))), (receipt_id(2), Some(at(500)))]);
    assert_eq!(store.unresolved_of(project_id(1), 1).await.expect("a read").len(), 1);
    // One that was given up and whose late debit is being given back has no end before that has one.
    let given_up = payment(4, "order-4");
    for outcome in [StepOutcome::Sent, StepOutcome::Unknown] {
        let number = if outcome == StepOutcome::Sent { 1 } else { 2 };
        let refund = ResolutionStep {
            action: ResolutionAction::Refund,
            ..resolution_step(given_up.receipt_id, number, outcome)
        };
        let mut changes = vec![Change::AddResolutionStep(Box::new(refund)), schedule(4, Some(500))];
        if number == 1 {
            changes.insert(0, step(&given_up, PaymentState::Voided).into());
            changes.insert(0, open(&given_up));
        }
        store.commit(project_id(1), changes).await.expect("refunding");
        let found = store.unresolved_of(project_id(1), 9).await.expect("a read");
        assert!(found.iter().any(|open| open.payment.receipt_id == given_up.receipt_id));
    }
    store
        .commit(project_id(1), vec![schedule(4, None)])
        .await
        .expect("ended");
    assert!(store.unresolved_of(project_id(2), 1).await.expect("a read").is_empty());
    assert_eq!(store.count_in_doubt(project_id(1)).await.expect("a read"), 2);
    let hasten = async |project, receipt| {
        let hastened = store
            .hasten_resolution(project_id(project), receipt_id(receipt), at(10))
            .await;
        hastened.expect("asked")
    };
    assert!(hasten(1, 1).await && !hasten(2, 2).await && !hasten(1, 3).await);
    assert_eq!(
        store
            .lease_resolutions(lease(10), &Busy::default())
            .await
            .expect("leased")
            .len(),
        1
    );
}

pub async fn what_the_asker_is_at_is_not_leased_by_it<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let opened = [1, 2].map(|number| open(&payment(number, &format!("order-{number}"))));
    let due = [1, 2].map(|number| schedule(number, Some(500)));
    let changes = opened.into_iter().chain(due).collect();
    store.commit(project_id(1), changes).await.expect("opened");
    let at_it = |numbers: &[u32]| Busy {
        objects: numbers.iter().map(|number| receipt_id(*number).0).collect(),
        ..Busy::default()
    };
    let both = store.has_due(DueKind::Resolution, at(500), &at_it(&[1, 2])).await;
    assert!(!both.expect("a read"), "nothing else is due");
    let leased = async |numbers: &[u32]| -> Vec<_> {
        let leased = store.lease_resolutions(lease(500), &at_it(numbers)).await;
        leased
            .expect("leased")
            .iter()
            .map(|leased| leased.of.receipt_id)
            .collect()
    };
    assert_eq!(leased(&[1, 2]).await, []);
    assert_eq!(leased(&[1]).await, [receipt_id(2)]);
    // Another one, who is at something else, takes it.
    assert_eq!(leased(&[2, 3]).await, [receipt_id(1)]);
}

pub async fn a_payment_has_one_cancel_under_way<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let asked = payment(1, "order-1");
    store
        .commit(project_id(1), vec![open(&asked), paid(&asked).into()])
        .await
        .expect("paid");
    let of = |number, id: &str| Change::OpenCancel(Box::new(cancel(number, receipt_id(1), id)));
    assert!(!store.has_any(DueKind::Cancel).await.expect("a read"));
    let first = cancel(1, receipt_id(1), "c-1");
    let due = Change::schedule(DueKind::Cancel, first.id.0, at(300));
    store
        .commit(project_id(1), vec![of(1, "c-1"), due])
        .await
        .expect("opened");
    assert!(store.has_any(DueKind::Cancel).await.expect("a read"));
    for id in ["c-1", "c-2"] {
        assert_eq!(
            refused(&store.commit(project_id(1), vec![of(2, id)]).await),
            Some(CommitRefused::CancelTaken),
            "{id}"
        );
    }
    let pending = store
        .pending_operations(project_id(1), at(999), 10)
        .await
        .expect("a read");
    assert_eq!((pending.len(), pending[0].receipt_id), (1, receipt_id(1)));
    let leased = store.lease_cancels(lease(300), &Busy::default()).await.expect("leased");
    assert_eq!((leased.len(), &leased[0].of), (1, &first));
    let postpone = |held| Change::Schedule {
        kind: DueKind::Cancel,
        object: first.id.0,
        at: Some(at(900)),
        held: Some(held),
    };
    let somebody = postpone(Lease(7));
    assert_eq!(
        refused(&store.commit(project_id(1), vec![somebody]).await),
        Some(CommitRefused::LostRace),
        "only who has leased it"
    );
    store
        .commit(project_id(1), vec![postpone(leased[0].lease)])
        .await
        .expect("postponed");
    assert!(
        store
            .lease_cancels(lease(899), &Busy::default())
            .await
            .expect("leased")
            .is_empty()
    );
    let again = Change::SendCancelAgain {
        id: first.id,
        at: at(700),
    };
    store
        .commit(project_id(1), vec![again.clone()])
        .await
        .expect("sent again");
    let open = store.cancels(project_id(1), receipt_id(1)).await.expect("a read");
    assert_eq!((open[0].requested_at, open[0].sent_at), (at(300), at(700)));
    let end = |state, pg| Change::EndCancel {
        id: first.id,
        state,
        pg,
    };
    let pg = PgMessage::new("2001", "취소 성공");
    store
        .commit(project_id(1), vec![end(CancelState::Done, Some(pg.clone()))])
        .await
        .expect("ended");
    for late in [end(CancelState::Refused, None), again] {
        let late = store.commit(project_id(1), vec![late]).await;
        assert_eq!(refused(&late), Some(CommitRefused::LostRace));
    }
    let found = store
        .cancel(project_id(1), receipt_id(1), "c-1")
        .await
        .expect("a read")
        .expect("there");
    assert_eq!((found.state, found.pg), (CancelState::Done, Some(pg)));
    // One that never left frees the merchant's id for it.
    store.commit(project_id(1), vec![of(3, "c-2")]).await.expect("opened");
    let unsent = Change::EndCancel {
        id: cancel(3, receipt_id(1), "c-2").id,
        state: CancelState::Refused,
        pg: None,
    };
    store.commit(project_id(1), vec![unsent]).await.expect("ended");
    assert_eq!(
        store.cancel(project_id(1), receipt_id(1), "c-2").await.expect("a read"),
        None
    );
    store
        .commit(project_id(1), vec![of(4, "c-2")])
        .await
        .expect("opened again");
    assert_eq!(
        store.cancels(project_id(1), receipt_id(1)).await.expect("a read").len(),
        3
    );
}
