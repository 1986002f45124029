//! What is wrong with a setting: which, where it was set, and a value that would be right.

use std::net::{Ipv4Addr, SocketAddr};

use toml::Value;

use super::given::{Source, shown, told};

/// A configuration that cannot be meant. The program ends with the exit code of wrong usage.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {0}")]
pub struct Wrong(pub String);

/// A setting that there is not.
pub fn unknown<'a>(name: &str, source: &Source, known: impl Iterator<Item = &'a str>) -> Wrong {
    let near = domain::suggest::suggestions(name, known);
    let perhaps = if near.is_empty() {
        "`jadong config` prints them all".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Wrong(format!("{source}: there is no setting {name:?}; {perhaps}"))
}

/// The text of a variable that is not of the setting's kind.
pub fn of_text(name: &str, text: &str, source: &Source, expected: &str) -> Wrong {
    let sent = Value::String(text.to_owned());
    Wrong(format!("{}: expected {expected}", told(name, &sent, source)))
}

/// A value that the setting does not take; `why` is what reading it said.
pub fn value(name: &str, value: &Value, source: &Source, why: &str, default: Option<&Value>) -> Wrong {
    let named = told(name, value, source);
    if name.ends_with("listen") {
        return Wrong(format!("{named}: is no address; write {}", address(value)));
    }
    let example = match default {
        Some(Value::String(text)) if text.is_empty() => "text in quotes".to_owned(),
        Some(default) => shown(default),
        None => "another".to_owned(),
    };
    // serde's own words for a number where a text belongs say nothing of how to write it.
    let why = if why.starts_with("invalid type") || why.starts_with("invalid value") {
        "is not of its kind"
    } else {
        why
    };
    Wrong(format!(
        "{named}: {why}; for example {name} = {}",
        suggested(value, &example)
    ))
}

/// The same digits as a length of time, where only the unit is missing.
fn suggested(value: &Value, example: &str) -> String {
    match value {
        Value::Integer(number) if example.ends_with("s\"") || example.ends_with("m\"") => format!("\"{number}s\""),
        _ => example.to_owned(),
    }
}

/// What was probably meant by half an address.
pub fn address(value: &Value) -> SocketAddr {
    let text = value.as_str().map_or_else(|| shown(value), str::to_owned);
    let port = text.rsplit(':').next().and_then(|port| port.trim().parse().ok());
    SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(4141)))
}
