//! The steps of a resolution in sentences.

use domain::payment::{Decline, ResolutionAction, ResolutionStep, StepOutcome};

use super::{Severity, TimelineEvent, event, say};
use crate::support::language::Language;

/// One step, as an event of a timeline.
#[must_use]
pub fn step(step: &ResolutionStep, language: Language) -> TimelineEvent {
    let (word, act) = (say(language, "단계", "step"), act(step.action, language));
    let told = format!("{word} {}: {act} → {}", step.number, outcome(&step.outcome, language));
    event(step.at, "verdict", told, tone(&step.outcome))
}

fn act(act: ResolutionAction, language: Language) -> &'static str {
    let korean = match act {
        ResolutionAction::Find => "조회",
        ResolutionAction::NetCancel => "망취소",
        ResolutionAction::Refund => "환불",
    };
    say(language, korean, act.name())
}

fn outcome(outcome: &StepOutcome, language: Language) -> String {
    let (korean, detail) = match outcome {
        StepOutcome::Paid(debit) => ("출금 확인", format!(", tid {}", debit.tid)),
        StepOutcome::Failed(Decline { pg, .. }) => ("실패", format!(" {} {}", pg.code, pg.text)),
        StepOutcome::Refused { pg, .. } => ("거절", format!(" {} {}", pg.code, pg.text)),
        StepOutcome::Unknown => ("답 없음", String::new()),
        StepOutcome::Cancelled => ("취소됨", String::new()),
        StepOutcome::NotThere => ("거래 없음", String::new()),
        StepOutcome::Sent => ("보냄", String::new()),
    };
    format!("{}{detail}", say(language, korean, outcome.name()))
}

fn tone(outcome: &StepOutcome) -> Severity {
    match outcome {
        StepOutcome::Paid(_) => Severity::Good,
        StepOutcome::Failed(_) | StepOutcome::Refused { .. } => Severity::Bad,
        StepOutcome::Unknown => Severity::Open,
        StepOutcome::Cancelled | StepOutcome::NotThere | StepOutcome::Sent => Severity::Calm,
    }
}
