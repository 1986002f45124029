//! Telling the story to a person.

use std::io::stdout;

use owo_colors::{OwoColorize, Stream};

use gateway::Story;

pub fn tell(story: &Story) {
    let bold = story
        .verdict
        .if_supports_color(Stream::Stdout, |text| text.bold())
        .to_string();
    println!("{} {}\n  {bold}\n", story.kind, story.receipt_id);
    for (name, value) in &story.facts {
        println!("  {name:<16} {value}");
    }
    println!();
    for event in &story.events {
        let what = format!("{:<8}", event.what);
        let what = what.if_supports_color(Stream::Stdout, |text| text.cyan()).to_string();
        println!("  {}  {what} {}", event.at, event.told);
    }
    // What is piped onward should not wait.
    let _ = std::io::Write::flush(&mut stdout());
}
