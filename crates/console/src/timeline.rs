//! A timeline as a page tells it. A PG that is silent for an hour leaves a resolution of the same step many times: its middle is
//! folded.

use domain::EpochMs;
use domain::payment::ResolutionStep;
use gateway::{Language, Severity, Timeline, TimelineEvent, step_of_resolution};

use crate::format::to_the_ms;
use crate::words::Money;

/// Steps that are shown before and after a fold.
const SHOWN: usize = 2;
/// Fewer are not worth a fold.
const FOLDED_MIN: usize = 3;

/// One thing that happened.
pub struct TimelineEntry {
    pub at: String,
    pub what: &'static str,
    pub told: String,
    pub class: &'static str,
    /// A step that found nothing out.
    is_silent: bool,
}

/// Events in a row, all to be seen or all behind one fold.
pub struct TimelineSegment {
    pub is_folded: bool,
    pub told: Vec<TimelineEntry>,
}

/// What colours it.
pub fn class(tone: Severity) -> &'static str {
    match tone {
        Severity::Calm => "calm",
        Severity::Good => "good",
        Severity::Bad => "bad",
        Severity::Open => "open",
    }
}

/// A timeline's events.
pub fn of(timeline: &Timeline, w: &'static Money) -> Vec<TimelineSegment> {
    fold(timeline.events.iter().map(|event| told(event, w)))
}

/// The steps of one resolution.
pub fn of_steps(steps: &[ResolutionStep], language: Language) -> Vec<TimelineSegment> {
    let w = Money::of(language);
    fold(steps.iter().map(|step| told(&step_of_resolution(step, language), w)))
}

fn told(event: &TimelineEvent, w: &'static Money) -> TimelineEntry {
    let what = match event.what {
        "pg" => w.pg_exchange,
        "verdict" => w.verdict,
        "cancel" => w.cancel_event,
        "webhook" => w.webhook,
        "receipt" => w.cash_receipt,
        _ => w.commit,
    };
    TimelineEntry {
        at: to_the_ms(EpochMs(event.at_ms)),
        what,
        told: event.told.clone(),
        class: class(event.tone),
        is_silent: event.what == "verdict" && matches!(event.tone, Severity::Open | Severity::Calm),
    }
}

fn fold(all: impl Iterator<Item = TimelineEntry>) -> Vec<TimelineSegment> {
    let mut stretches: Vec<TimelineSegment> = Vec::new();
    let mut run = Vec::new();
    for told in all {
        if told.is_silent {
            run.push(told);
        } else {
            lay(&mut stretches, std::mem::take(&mut run));
            show(&mut stretches, vec![told]);
        }
    }
    lay(&mut stretches, run);
    stretches
}

/// A run of silent steps: its ends, and between them the fold.
fn lay(stretches: &mut Vec<TimelineSegment>, mut run: Vec<TimelineEntry>) {
    if run.len() < 2 * SHOWN + FOLDED_MIN {
        return show(stretches, run);
    }
    let last = run.split_off(run.len() - SHOWN);
    let middle = run.split_off(SHOWN);
    show(stretches, run);
    stretches.push(TimelineSegment {
        is_folded: true,
        told: middle,
    });
    show(stretches, last);
}

fn show(stretches: &mut Vec<TimelineSegment>, told: Vec<TimelineEntry>) {
    match stretches.last_mut() {
        Some(stretch) if !stretch.is_folded => stretch.told.extend(told),
        _ if told.is_empty() => {}
        _ => stretches.push(TimelineSegment { is_folded: false, told }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(silent: &str) -> Vec<(bool, usize)> {
        let told = silent.chars().map(|one| TimelineEntry {
            at: String::new(),
            what: "",
            told: String::new(),
            class: "",
            is_silent: one == '.',
        });
        let stretches = fold(told);
        stretches.iter().map(|one| (one.is_folded, one.told.len())).collect()
    }

    #[test]
    fn only_the_middle_of_a_long_silence_is_folded_and_nothing_is_lost() {
        assert_eq!(laid(""), []);
        assert_eq!(laid("!!......!"), [(false, 9)], "six are shown");
        assert_eq!(laid("!.......!"), [(false, 3), (true, 3), (false, 3)]);
        assert_eq!(laid(".........."), [(false, 2), (true, 6), (false, 2)]);
        let twice = laid("!..........!..........");
        assert_eq!(twice, [(false, 3), (true, 6), (false, 5), (true, 6), (false, 2)]);
    }
}
