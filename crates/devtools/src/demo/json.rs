//! JSON whose keys stay in the order in which they came, and its compact layout for a terminal.

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use unicode_width::UnicodeWidthStr;

use super::style;

/// An object, each value as it came.
pub type Json = IndexMap<String, Box<RawValue>>;

/// The fields that the seven steps are about.
const KEY_FIELDS: &[&str] = &[
    "receipt_id",
    "status",
    "billing_key",
    "bank_account",
    "bank_account_masked",
    "error_code",
    "phone_masked",
    "says",
];
const WIDTH: usize = 108;

/// A member; `None` when there is none of this name that is a `T`.
pub fn member<T: DeserializeOwned>(json: &Json, name: &str) -> Option<T> {
    serde_json::from_str(json.get(name)?.get()).ok()
}

/// Lines of at most 108 columns (longer only for one long member), with names and key fields coloured.
pub fn lines(json: &Json) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), "{".to_owned());
    // With the space that comes next.
    let mut used = 2;
    for (at, (name, value)) in json.iter().enumerate() {
        let needed = written(name, value, str::to_owned, str::to_owned).width() + 2;
        if used + needed > WIDTH && used > 2 {
            lines.push(std::mem::replace(&mut line, " ".to_owned()));
            used = 2;
        }
        used += needed;
        let comma = if at + 1 < json.len() { "," } else { "" };
        line += &format!(" {}{comma}", written(name, value, style::name, style::key_field));
    }
    lines.push(line + " }");
    lines
}

/// `"name": value`, and the same of what is in the value.
fn written(name: &str, value: &RawValue, named: fn(&str) -> String, key_field: fn(&str) -> String) -> String {
    let value = match serde_json::from_str::<Json>(value.get()) {
        Ok(object) => {
            let members = object
                .iter()
                .map(|(name, value)| written(name, value, named, key_field));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Err(_) if KEY_FIELDS.contains(&name) => key_field(value.get()),
        Err(_) => value.get().to_owned(),
    };
    format!("{}: {value}", named(&serde_json::Value::from(name).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_objects_break_between_members_and_nothing_is_lost() {
        let members = (0..20).map(|at| format!(r#""z{at}":{{"q":[1.5,true,null],"a":"가나\"다라"}}"#));
        let wire = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        let json: Json = serde_json::from_str(&wire).expect("JSON");
        let lines = lines(&json);
        assert!(lines.len() > 3);
        // A test's output is no terminal, so there are no colour codes to count.
        assert!(lines.iter().all(|line| line.width() <= WIDTH), "{lines:#?}");
        assert_eq!(lines.concat().replace(' ', ""), wire);
    }

    #[test]
    fn a_member_is_read_as_what_it_is() {
        let json: Json = serde_json::from_str(r#"{"z": 1, "a": "홍\"길*", "m": {"q": 2}}"#).expect("JSON");
        assert_eq!(member(&json, "z"), Some(1));
        assert_eq!(member::<String>(&json, "a").as_deref(), Some("홍\"길*"));
        assert_eq!(member::<String>(&json, "z"), None);
        assert_eq!(member::<Json>(&json, "m").and_then(|m| member(&m, "q")), Some(2));
    }
}
