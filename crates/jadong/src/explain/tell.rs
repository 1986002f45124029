//! Telling the timeline to a person.

use domain::Language;
use domain::text::printable;
use owo_colors::{OwoColorize, Stream};
use serde::Deserialize;
use terminal::lang::in_language;
use terminal::stdout;

use crate::table::padded;

/// As much of a timeline as a person is told.
#[derive(Deserialize)]
pub struct ExplainOutput {
    receipt_id: String,
    kind: String,
    verdict: String,
    facts: Vec<(String, String)>,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    at: String,
    what: String,
    told: String,
}

pub fn tell(timeline: &ExplainOutput, language: Language) {
    let bold = printable(&timeline.verdict)
        .if_supports_color(Stream::Stdout, |text| text.bold())
        .to_string();
    println!("{} {}\n  {bold}\n", kind(&timeline.kind, language), timeline.receipt_id);
    for (name, value) in &timeline.facts {
        println!("  {} {}", padded(name, 16), printable(value));
    }
    println!();
    for event in &timeline.events {
        let what = padded(what(&event.what, language), 8);
        let what = what.if_supports_color(Stream::Stdout, |text| text.cyan()).to_string();
        println!("  {}  {what} {}", event.at, printable(&event.told));
    }
    // What is piped onward should not wait.
    stdout::flush();
}

fn kind(name: &str, language: Language) -> &str {
    let korean = match name {
        "payment" => "결제",
        "issuance" => "빌링키 발급",
        "reserve" => "예약",
        "cash_receipt" => "현금영수증",
        _ => name,
    };
    in_language(language, korean, name)
}

fn what(name: &str, language: Language) -> &str {
    let korean = match name {
        "commit" => "기록",
        "pg" => "PG",
        "verdict" => "판정",
        "cancel" => "취소",
        "receipt" => "현금영수증",
        "webhook" => "웹훅",
        _ => name,
    };
    in_language(language, korean, name)
}
