use super::*;
use crate::hosted::measure::{Found, Probe};

fn row(question: Question, says: &str) -> Row {
    Row {
        question,
        probe: Probe::Lookup,
        found: Found::Measured(says.to_owned()),
    }
}

fn stored(rows: &[(Question, &str)]) -> Option<PgAnswers> {
    let rows: Vec<_> = rows.iter().map(|(question, says)| row(*question, says)).collect();
    merged(None, &rows, EpochMs(1))
}

#[test]
fn absence_is_believed_only_where_all_of_it_was_seen() {
    let all = [
        (Question::UnknownOrder, "empty_list"),
        (Question::PaidOrder, "listed"),
        (Question::SeenAfterMs, "800"),
    ];
    assert_eq!(absence_proven_after(stored(&all).as_ref()), Some(DOUBT_LASTS));
    for left_out in 0..all.len() {
        let mut some = all.to_vec();
        some.remove(left_out);
        assert_eq!(absence_proven_after(stored(&some).as_ref()), None, "{left_out}");
    }
    for (at, says) in [
        (0, "refused RC_OTHER: x"),
        (0, "listed"),
        (1, "not_listed"),
        (2, "never"),
        (2, "-1"),
    ] {
        let mut other = all;
        other[at].1 = says;
        assert_eq!(absence_proven_after(stored(&other).as_ref()), None, "{says}");
    }
    let mut late = all;
    (late[0].1, late[2].1) = ("refused RC_NOT_FOUND: 없음", "90000");
    assert_eq!(
        absence_proven_after(stored(&late).as_ref()),
        Some(Duration::from_secs(90 * 60))
    );
    assert_eq!(absence_proven_after(None), None);
}

#[test]
fn what_makes_it_more_careful_stays_and_the_rest_is_the_newest() {
    let mut answers = None;
    let at = |at| EpochMs(at).to_wire();
    let mut see = |question, says: &str, at| {
        answers = merged(answers.as_ref(), &[row(question, says)], EpochMs(at));
        let all = answers.as_ref().unwrap().list();
        let found = all.into_iter().find(|answer| answer.of == question.name()).unwrap();
        (found.says, found.measured_at)
    };
    assert_eq!(see(Question::SeenAfterMs, "900", 1000), ("900".to_owned(), at(1000)));
    assert_eq!(see(Question::SeenAfterMs, "300", 2000), ("900".to_owned(), at(1000)));
    assert_eq!(
        see(Question::SeenAfterMs, "never", 3000),
        ("never".to_owned(), at(3000))
    );
    assert_eq!(see(Question::SeenAfterMs, "900", 4000), ("never".to_owned(), at(3000)));
    see(Question::RepeatedRefund, "gives_again: done", 5000);
    assert_eq!(see(Question::RepeatedRefund, "gives_once: done", 6000).1, at(5000));
    see(Question::UsedOrderId, "debited_again", 7000);
    assert_eq!(see(Question::UsedOrderId, "refused RC_USED: x", 8000).1, at(8000));
    // The account was empty by then.
    assert_eq!(
        see(Question::UsedOrderId, "refused RC_CONFIRM_FAILED: x", 8500).1,
        at(8000)
    );
}

#[test]
fn what_was_not_measured_leaves_what_was() {
    let was = stored(&[(Question::SeenAfterMs, "900")]);
    let rows = [
        Found::NotMeasured("timed_out".to_owned()),
        Found::Skipped("not allowed".to_owned()),
    ]
    .map(|found| Row {
        question: Question::SeenAfterMs,
        probe: Probe::Charge,
        found,
    });
    assert_eq!(merged(was.as_ref(), &rows, EpochMs(2)), was);
    assert_eq!(merged(None, &rows, EpochMs(2)), None);
}

/// One that gave back once was seen on a good day, within seconds: it makes nothing less careful.
#[test]
fn a_repeated_refund_counts_only_where_it_gave_back_again() {
    let (later, at_once) = (Question::RepeatedRefund, Question::RepeatedRefundAtOnce);
    let of = |rows: &[(Question, &str)]| measured(stored(rows).as_ref()).gives_again;
    assert!(!of(&[
        (later, "gives_once: refused RC_X: x"),
        (at_once, "gives_once: done")
    ]));
    assert!(of(&[(later, "gives_once: done"), (at_once, "gives_again: done")]));
    assert!(of(&[(later, "gives_again")]));
}

#[test]
fn a_used_order_ids_code_is_one_that_says_nothing_else() {
    let of = |says| measured(stored(&[(Question::UsedOrderId, says)]).as_ref()).used_order_id;
    assert_eq!(of("refused RC_ORDER_USED: 이미"), Some("RC_ORDER_USED".to_owned()));
    assert_eq!(of("refused RC_ORDER_USED"), Some("RC_ORDER_USED".to_owned()));
    for other in [
        "refused RC_CONFIRM_FAILED: 잔액",
        "same_receipt",
        "debited_again",
        "refused",
    ] {
        assert_eq!(of(other), None, "{other}");
    }
}

#[test]
fn answers_of_a_later_probe_are_not_believed() {
    let all = stored(&[(Question::RepeatedRefund, "gives_again")]).unwrap();
    let later = PgAnswers(all.0.replace("\"probe\":1", "\"probe\":2"));
    assert_ne!(all, later);
    assert_eq!(measured(Some(&later)), Measured::default());
}
