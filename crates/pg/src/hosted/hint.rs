//! A webhook of the hosted API. It is not signed, so nothing in it is believed: it says which receipt is worth a look.

use std::collections::BTreeMap;

use domain::ids::ObjectId;
use serde_json::Value;

/// What a webhook is about, by the ids that either side has given. Whoever sent it may have made them up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hint {
    /// Of this gateway: it is a debit's order id at the PG, and a consent's subscription id.
    pub own: Option<ObjectId>,
    /// The receipt id of the PG.
    pub at_pg: Option<ObjectId>,
    pub says: HintSays,
}

/// What a webhook says has happened: nothing to go by, but where that is known already no look is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HintSays {
    /// A debit, of which nothing was given back.
    Paid,
    /// Anything else.
    Other,
}

/// Reads the two ids of a body, a JSON object or a form; nothing else of it is looked at. `None`: there is none.
#[must_use]
pub fn hint(body: &[u8]) -> Option<Hint> {
    let members = match serde_json::from_slice::<BTreeMap<String, Value>>(body) {
        Ok(members) => members,
        Err(_) => form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect(),
    };
    let id = |name: &str| members.get(name)?.as_str()?.parse::<ObjectId>().ok();
    let own = id("order_id").or_else(|| id("subscription_id"));
    let at_pg = id("receipt_id");
    let is_number = |name: &str, wanted: f64| number(members.get(name)) == Some(wanted);
    let is_whole = !members.contains_key("cancelled_price") || is_number("cancelled_price", 0.0);
    let says = match is_number("status", 1.0) && is_whole {
        true => HintSays::Paid,
        false => HintSays::Other,
    };
    (own.is_some() || at_pg.is_some()).then_some(Hint { own, at_pg, says })
}

/// A form has it as text.
fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "66542dfb4d18d5fc7b43e1b6";
    const THEIRS: &str = "66542dfb4d18d5fc7b43e1a0";

    #[test]
    fn the_ids_are_read_from_json_and_from_a_form() {
        let both = Some(Hint {
            own: Some(OURS.parse().unwrap()),
            at_pg: Some(THEIRS.parse().unwrap()),
            says: HintSays::Paid,
        });
        let json = format!(r#"{{"receipt_id":"{THEIRS}","order_id":"{OURS}","status":1}}"#);
        assert_eq!(hint(json.as_bytes()), both);
        let form = format!("receipt_id={THEIRS}&order_id={OURS}&status=1");
        assert_eq!(hint(form.as_bytes()), both);
        let consent = format!(r#"{{"receipt_id":"{THEIRS}","order_id":null,"subscription_id":"{OURS}","status":1}}"#);
        assert_eq!(hint(consent.as_bytes()), both);
    }

    #[test]
    fn only_what_says_that_all_of_it_stands_says_that_it_was_paid() {
        let says = |rest: &str| {
            hint(format!(r#"{{"receipt_id":"{THEIRS}"{rest}}}"#).as_bytes())
                .unwrap()
                .says
        };
        assert_eq!(says(r#","status":1,"cancelled_price":0"#), HintSays::Paid);
        assert_eq!(says(r#","status":1.0,"cancelled_price":0.0"#), HintSays::Paid);
        for other in [
            "",
            r#","status":20"#,
            r#","status":null"#,
            r#","status":1,"cancelled_price":300"#,
            r#","status":1,"cancelled_price":null"#,
        ] {
            assert_eq!(says(other), HintSays::Other, "{other}");
        }
    }

    #[test]
    fn what_has_no_id_in_it_is_no_hint() {
        let nothing: [&[u8]; 9] = [
            b"",
            b"null",
            b"[]",
            b"{",
            b"\xff\xfe",
            br#"{"receipt_id":12345678901234}"#,
            br#"{"receipt_id":{"$oid":"66542dfb4d18d5fc7b43e1a0"}}"#,
            br#"{"receipt_id":"66542DFB4D18D5FC7B43E1A0"}"#,
            b"receipt_id=../../v2/cancel",
        ];
        for body in nothing {
            assert_eq!(hint(body), None, "{}", String::from_utf8_lossy(body));
        }
    }
}
