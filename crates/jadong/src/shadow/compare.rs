//! The upstream's answer against the one that Jadong gave to the same request: shape throughout, values where they are codes,
//! states or constants.

use super::difference::{Difference, Kind, below, word};
use super::json::{Json, form};

/// Fields whose values must be the same.
const CODES: &[&str] = &[
    "error_code",
    "status",
    "status_locale",
    "method",
    "method_symbol",
    "method_origin",
    "method_origin_symbol",
    "pg",
    "currency",
    "version",
    "success",
    "expire_at",
    "billing_expire_at",
];
/// The same, and not shown.
const AMOUNTS: &[&str] = &["price", "tax_free", "cancelled_price", "cancelled_tax_free"];
/// What the merchant has sent, and was disguised on its way: looked at from outside only.
const MERCHANTS: &[&str] = &[
    "order_id",
    "subscription_id",
    "order_name",
    "metadata",
    "user",
    "items",
    "extra",
    "feedback_url",
];
/// What Jadong adds to every error, and says so.
pub const OURS_IN_ERRORS: &[&str] = &["code", "field", "hint", "receipt_id", "doc"];

/// Two bodies of one kind: both successes, or both errors.
pub fn compare(upstream: &Json, jadong: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", upstream, jadong, &mut found);
    if upstream.get("error_code").is_some() {
        found.retain(|one| one.kind != Kind::OnlyJadong || !OURS_IN_ERRORS.contains(&one.path.as_str()));
    }
    found
}

fn walk(path: &str, there: &Json, here: &Json, found: &mut Vec<Difference>) {
    let name = path.rsplit('.').next().unwrap_or_default();
    if there.kind() != here.kind() {
        found.push(Difference::new(Kind::Type, path, there.kind(), here.kind()));
        return;
    }
    if MERCHANTS.contains(&name) {
        return;
    }
    match (there, here) {
        (Json::Object(_), Json::Object(_)) => members(path, there, here, found),
        (Json::List(those), Json::List(these)) => {
            if those.len() != these.len() {
                let [there, here] = [those, these].map(|list| list.len().to_string());
                found.push(Difference::new(Kind::Length, path, there, here));
            }
            let path = format!("{path}[]");
            for (there, here) in those.iter().zip(these) {
                walk(&path, there, here, found);
            }
        }
        _ if CODES.contains(&name) && there != here => {
            found.push(Difference::new(Kind::Value, path, shown(there), shown(here)));
        }
        _ if AMOUNTS.contains(&name) && there != here => found.push(Difference::new(Kind::Value, path, "", "")),
        (Json::Text(there), Json::Text(here)) if form(there) != form(here) => {
            found.push(Difference::new(Kind::Form, path, form(there), form(here)));
        }
        _ => {}
    }
}

fn members(path: &str, there: &Json, here: &Json, found: &mut Vec<Difference>) {
    let (Json::Object(those), Json::Object(these)) = (there, here) else {
        return;
    };
    for (name, value) in those {
        match these.get(name) {
            Some(here) => walk(&below(path, name), value, here, found),
            None => found.push(Difference::new(
                Kind::OnlyUpstream,
                &below(path, name),
                value.kind(),
                "",
            )),
        }
    }
    for (name, value) in these.iter().filter(|(name, _)| !those.contains_key(*name)) {
        found.push(Difference::new(Kind::OnlyJadong, &below(path, name), "", value.kind()));
    }
    let there = those.keys().filter(|name| these.contains_key(*name));
    let here = these.keys().filter(|name| those.contains_key(*name));
    if let Some((there, here)) = there.zip(here).find(|(there, here)| there != here) {
        found.push(Difference::new(Kind::Order, path, below("", there), below("", here)));
    }
}

/// A code, as far as it is one.
pub fn shown(value: &Json) -> String {
    match value {
        Json::Number(number) => word(&number.to_string(), 8).unwrap_or("…").to_owned(),
        Json::Bool(truth) => truth.to_string(),
        // Korean words of a status are the wire's own.
        Json::Text(text) if text.chars().count() <= 20 && text.chars().all(|c| ('가'..='힣').contains(&c)) => {
            text.clone()
        }
        Json::Text(text) => word(text, 64).unwrap_or("…").to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(upstream: &str, jadong: &str) -> Vec<String> {
        let [upstream, jadong] = [upstream, jadong].map(|text| Json::read(text.as_bytes()).unwrap());
        let differences = compare(&upstream, &jadong);
        let told = |one: Difference| format!("{:?} {} {}>{}", one.kind, one.path, one.upstream, one.jadong);
        differences.into_iter().map(told).collect()
    }

    #[test]
    fn other_ids_times_names_and_notes_are_no_difference() {
        let one = r#"{"receipt_id":"66542dfb4d18d5fc7b43e1b6","order_id":"a","metadata":{"a":1},"requested_at":"2024-05-28T07:18:04+09:00","sandbox":false,"status":1}"#;
        let two = r#"{"receipt_id":"6b0433f8a29c955619f018ad","order_id":"b","metadata":{},"requested_at":"2026-11-23T21:39:20+09:00","sandbox":true,"status":1}"#;
        assert_eq!(found(one, two), Vec::<String>::new());
    }

    #[test]
    fn each_kind_is_found_with_its_path() {
        for (upstream, jadong, told) in [
            (r#"{"a":1}"#, r#"{}"#, "OnlyUpstream a integer>"),
            (r#"{}"#, r#"{"b":{"c":1}}"#, "OnlyJadong b >object"),
            (
                r#"{"a":{"price":1}}"#,
                r#"{"a":{"price":1.0}}"#,
                "Type a.price integer>number",
            ),
            (r#"{"a":null}"#, r#"{"a":""}"#, "Type a null>string"),
            (r#"[{"status":1}]"#, r#"[{"status":2}]"#, "Value [].status 1>2"),
            (
                r#"{"status_locale":"결제완료"}"#,
                r#"{"status_locale":"취소"}"#,
                "Value status_locale 결제완료>취소",
            ),
            (r#"{"price":100}"#, r#"{"price":200}"#, "Value price >"),
            (
                r#"{"x_at":"2024-05-28"}"#,
                r#"{"x_at":"2026-11-23T21:39:20+09:00"}"#,
                "Form x_at text>date",
            ),
            (r#"{"a":1,"b":1,"c":1}"#, r#"{"a":1,"c":1,"b":1}"#, "Order  b>c"),
            (r#"[1,2]"#, r#"[1]"#, "Length  2>1"),
            (r#"{"metadata":[]}"#, r#"{"metadata":{}}"#, "Type metadata array>object"),
        ] {
            assert_eq!(found(upstream, jadong), [told]);
        }
    }

    #[test]
    fn no_value_of_a_person_is_told() {
        let upstream = r#"{"01012345678":1,"error_code":"01012345678","message":"홍길동"}"#;
        let told = found(
            upstream,
            r#"{"error_code":"RC_NOT_FOUND","message":"x","doc":"http://h/"}"#,
        );
        assert_eq!(told, ["OnlyUpstream {…} integer>", "Value error_code …>RC_NOT_FOUND"]);
    }
}
