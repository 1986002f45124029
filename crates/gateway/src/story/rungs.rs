//! The rungs of a verdict ladder in sentences.

use domain::payment::{Act, Rung, RungOutcome};

use super::{Event, Tone, event, say};
use crate::http::language::Language;

/// One rung, as an event of a story.
#[must_use]
pub fn step(rung: &Rung, language: Language) -> Event {
    let (word, act) = (say(language, "단계", "rung"), act(rung.act, language));
    let told = format!("{word} {}: {act} → {}", rung.number, outcome(&rung.outcome, language));
    event(rung.at, "verdict", told, tone(&rung.outcome))
}

fn act(act: Act, language: Language) -> &'static str {
    let korean = match act {
        Act::Find => "조회",
        Act::NetCancel => "망취소",
        Act::Refund => "환불",
    };
    say(language, korean, act.name())
}

fn outcome(outcome: &RungOutcome, language: Language) -> String {
    let (korean, detail) = match outcome {
        RungOutcome::Paid(debit) => ("출금 확인", format!(", tid {}", debit.tid)),
        RungOutcome::Failed(words) => ("실패", format!(" {} {}", words.code, words.text)),
        RungOutcome::Refused(words) => ("거절", format!(" {} {}", words.code, words.text)),
        RungOutcome::Unknown => ("답 없음", String::new()),
        RungOutcome::Cancelled => ("취소됨", String::new()),
        RungOutcome::NotThere => ("거래 없음", String::new()),
        RungOutcome::Sent => ("보냄", String::new()),
    };
    format!("{}{detail}", say(language, korean, outcome.name()))
}

fn tone(outcome: &RungOutcome) -> Tone {
    match outcome {
        RungOutcome::Paid(_) => Tone::Good,
        RungOutcome::Failed(_) | RungOutcome::Refused(_) => Tone::Bad,
        RungOutcome::Unknown => Tone::Open,
        RungOutcome::Cancelled | RungOutcome::NotThere | RungOutcome::Sent => Tone::Calm,
    }
}
