//! A story as a page tells it.

use gateway::{Story, Tone};

use crate::show::kst;
use crate::words::Money;

/// One thing that happened.
pub struct Told {
    pub at: String,
    pub what: &'static str,
    pub told: String,
    pub class: &'static str,
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
pub fn of(story: &Story, w: &'static Money) -> Vec<Told> {
    let what = |what: &str| match what {
        "pg" => w.pg_exchange,
        "verdict" => w.verdict,
        "cancel" => w.cancel_event,
        "webhook" => w.webhook,
        "receipt" => w.cash_receipt,
        _ => w.commit,
    };
    let told = story.events.iter().map(|event| Told {
        at: kst(&event.at),
        what: what(event.what),
        told: event.told.clone(),
        class: class(event.tone),
    });
    told.collect()
}
