//! How a command answers: for people, or for programs.

use clap::Args;
use serde::Serialize;

/// The option of every command that prints data.
#[derive(Args, Debug, Clone, Copy)]
pub struct JsonOption {
    /// Print JSON, for programs
    #[arg(long, global = true)]
    json: bool,
}

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Text,
    Json,
}

impl JsonOption {
    pub fn output(self) -> Output {
        Output::of(self.json)
    }
}

impl Output {
    pub fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// Prints a value as JSON that people can read too.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", escaped(&serde_json::to_string_pretty(value)?));
    Ok(())
}

/// JSON with every character that steers a terminal as an escape: the same value to a program.
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && domain::text::is_steering(c) {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn escaped_json_is_the_same_value() {
        let value = serde_json::json!({ "order_id": "o\u{202e}\u{9b}\u{e0041}\u{1b}\n가" });
        let json = serde_json::to_string_pretty(&value).unwrap();
        let shown = escaped(&json);
        assert!(
            !shown.chars().any(|c| c != '\n' && domain::text::is_steering(c)),
            "{shown}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
