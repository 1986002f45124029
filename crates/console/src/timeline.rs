//! A story as a page tells it. A PG that is silent for an hour leaves a ladder of the same rung many times: its middle is
//! folded.

use domain::EpochMs;
use domain::payment::Rung;
use gateway::{Language, Story, StoryEvent, Tone, step_of_rung};

use crate::show::to_the_ms;
use crate::words::Money;

/// Rungs that are shown before and after a fold.
const SHOWN: usize = 2;
/// Fewer are not worth a fold.
const FOLDED_MIN: usize = 3;

/// One thing that happened.
pub struct Told {
    pub at: String,
    pub what: &'static str,
    pub told: String,
    pub class: &'static str,
    /// A rung that found nothing out.
    is_silent: bool,
}

/// Events in a row, all to be seen or all behind one fold.
pub struct Stretch {
    pub is_folded: bool,
    pub told: Vec<Told>,
}

/// What colours it.
pub fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Calm => "calm",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Open => "open",
    }
}

/// A story's events.
pub fn of(story: &Story, w: &'static Money) -> Vec<Stretch> {
    fold(story.events.iter().map(|event| told(event, w)))
}

/// The rungs of one ladder.
pub fn of_rungs(rungs: &[Rung], language: Language) -> Vec<Stretch> {
    let w = Money::of(language);
    fold(rungs.iter().map(|rung| told(&step_of_rung(rung, language), w)))
}

fn told(event: &StoryEvent, w: &'static Money) -> Told {
    let what = match event.what {
        "pg" => w.pg_exchange,
        "verdict" => w.verdict,
        "cancel" => w.cancel_event,
        "webhook" => w.webhook,
        "receipt" => w.cash_receipt,
        _ => w.commit,
    };
    Told {
        at: to_the_ms(EpochMs(event.at_ms)),
        what,
        told: event.told.clone(),
        class: class(event.tone),
        is_silent: event.what == "verdict" && matches!(event.tone, Tone::Open | Tone::Calm),
    }
}

fn fold(all: impl Iterator<Item = Told>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
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

/// A run of silent rungs: its ends, and between them the fold.
fn lay(stretches: &mut Vec<Stretch>, mut run: Vec<Told>) {
    if run.len() < 2 * SHOWN + FOLDED_MIN {
        return show(stretches, run);
    }
    let last = run.split_off(run.len() - SHOWN);
    let middle = run.split_off(SHOWN);
    show(stretches, run);
    stretches.push(Stretch {
        is_folded: true,
        told: middle,
    });
    show(stretches, last);
}

fn show(stretches: &mut Vec<Stretch>, told: Vec<Told>) {
    match stretches.last_mut() {
        Some(stretch) if !stretch.is_folded => stretch.told.extend(told),
        _ if told.is_empty() => {}
        _ => stretches.push(Stretch { is_folded: false, told }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(silent: &str) -> Vec<(bool, usize)> {
        let told = silent.chars().map(|one| Told {
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
