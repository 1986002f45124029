//! Colours, when standard output is a terminal that has them (and `NO_COLOR` is not set).

use owo_colors::{OwoColorize, Stream};

/// A step's caption.
pub fn title(text: &str) -> String {
    text.if_supports_color(Stream::Stdout, |text| text.bold()).to_string()
}

/// What the eye should find.
pub fn key_field(text: &str) -> String {
    text.if_supports_color(Stream::Stdout, |text| text.bright_green())
        .to_string()
}

pub fn name(text: &str) -> String {
    text.if_supports_color(Stream::Stdout, |text| text.cyan()).to_string()
}

pub fn faint(text: &str) -> String {
    text.if_supports_color(Stream::Stdout, |text| text.dimmed()).to_string()
}

pub fn alarm(text: &str) -> String {
    text.if_supports_color(Stream::Stdout, |text| text.bright_red())
        .to_string()
}
