//! The resolution: what is asked of the PG about a debit whose outcome is unknown, and where each answer leads.

use crate::pictures::language::Tongue;
use crate::pictures::machine::Kind::{self, Bad, Doubt, Good, Open};
use crate::pictures::machine::{Machine, Place};

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Find,
    NetCancel,
    FindAgain,
    Quiet,
    Refund,
    Paid,
    Declined,
    Voided,
    NeedsReview,
}

use Step::{Declined, Find, FindAgain, NeedsReview, NetCancel, Paid, Quiet, Refund, Voided};

const ALL: [Step; 9] = [
    Find,
    NetCancel,
    FindAgain,
    Quiet,
    Refund,
    Paid,
    Declined,
    Voided,
    NeedsReview,
];

fn name(step: Step) -> &'static str {
    match step {
        Find | FindAgain => "find",
        NetCancel => "net_cancel",
        Quiet => "verdict_quiet, find",
        Refund => "refund",
        Paid => "paid",
        Declined => "declined",
        Voided => "voided",
        NeedsReview => "needs_person",
    }
}

fn leads_to(from: Step, to: Step) -> bool {
    matches!(
        (from, to),
        (Find, Paid | Declined | NetCancel)
            | (NetCancel, FindAgain)
            | (FindAgain, Voided | Quiet | Refund | NeedsReview)
            | (Quiet, Voided | Refund)
            | (Refund, Voided | NeedsReview)
    )
}

pub fn resolution(tongue: Tongue) -> String {
    let at = |column, row, kind: Kind, korean, english| Place {
        column,
        row,
        kind,
        caption: tongue.say(korean, english),
    };
    let place = |step| match step {
        Find => at(1.0, 0.0, Open, "주문번호로 조회", "by its order id"),
        NetCancel => at(1.0, 1.0, Open, "없거나 두 번 무응답", "not there, or silent twice"),
        FindAgain => at(1.0, 2.0, Open, "지금 어떤지 다시 조회", "what is it now?"),
        Quiet => at(
            1.0,
            3.1,
            Open,
            "아직 없으면 기다렸다 조회",
            "still not there: wait, look",
        ),
        Refund => at(1.0, 4.2, Open, "출금되어 있으면 되돌림", "paid after all: undo it"),
        Paid => at(0.0, 0.5, Good, "출금됨", "debited"),
        Declined => at(2.0, 0.5, Bad, "거절됨", "the bank said no"),
        Voided => at(2.0, 3.1, Bad, "출금되지 않음", "not debited in the end"),
        NeedsReview => at(0.0, 3.1, Doubt, "응답 없음, 망취소 시한 지남", "no answer, too late"),
    };
    let bend = |from, to| match (from, to) {
        (FindAgain, Refund) => 104.0,
        _ => 0.0,
    };
    Machine {
        all: &ALL,
        name,
        may_become: leads_to,
        place: &place,
        bend: &bend,
        left: 0.0,
    }
    .draw(tongue.code(), tongue.say("결과 확인", "The resolution"))
}
