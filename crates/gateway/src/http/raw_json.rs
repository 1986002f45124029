//! JSON that is kept as it was sent, and what must not be kept of it.

use std::collections::BTreeMap;

use domain::text::{line, nfc, nfkc};
use domain::{ErrorCode, Refusal, mask};
use serde_json::Value;
use serde_json::value::RawValue;

/// An object, as sent; nothing, in any spelling, is `{}`. Errors: `FIELD_INVALID` for anything else.
pub fn object(sent: Option<&RawValue>, name: &'static str) -> Result<String, Refusal> {
    match sent.map(|sent| sent.get().trim()) {
        None | Some("null" | "\"\"" | "[]" | "{}" | "0" | "false") => Ok("{}".to_owned()),
        Some(object) if object.starts_with('{') => Ok(object.to_owned()),
        Some(_) => Err(Refusal::new(ErrorCode::FieldInvalid, name).hint("{…}")),
    }
}

/// A list, as sent; nothing, in any spelling, is `[]`. Errors: `FIELD_INVALID` for anything else.
pub fn list(sent: Option<&RawValue>, name: &'static str) -> Result<String, Refusal> {
    match sent.map(|sent| sent.get().trim()) {
        None | Some("null" | "\"\"" | "[]" | "{}" | "0" | "false") => Ok("[]".to_owned()),
        Some(list) if list.starts_with('[') => Ok(list.to_owned()),
        Some(_) => Err(Refusal::new(ErrorCode::FieldInvalid, name).hint("[{…}]")),
    }
}

/// `user` as it may be kept: only texts and numbers of the fields that the API documents for it, with no number that is somebody's.
pub fn user(sent: Option<&RawValue>) -> Result<String, Refusal> {
    let object = object(sent, "user")?;
    let Ok(user) = serde_json::from_str::<BTreeMap<String, &RawValue>>(&object) else {
        return Err(Refusal::new(ErrorCode::FieldInvalid, "user"));
    };
    let kept = user
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), person(name, value.get())?)));
    Ok(Value::Object(kept.map(|(name, value)| (name.to_owned(), value)).collect()).to_string())
}

/// One field of a person, masked. A number is masked as the text that it would be, and stays a number where nothing is hidden.
fn person(name: &str, json: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(json).ok()?;
    let text = match &value {
        Value::String(text) => nfc(text).into_owned(),
        Value::Number(_) => json.to_owned(),
        _ => return None,
    };
    let text = line(&text);
    let masked = match name {
        "phone" => {
            let digits: String = nfkc(&text).chars().filter(char::is_ascii_digit).collect();
            mask::phone(&digits)
        }
        "username" => mask::digits(&text),
        "id" | "user_id" | "email" | "gender" | "area" => mask::free_text(&text),
        _ => return None,
    };
    Some(if masked == json { value } else { Value::String(masked) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_telephone_is_masked_and_what_is_not_documented_is_dropped() {
        for (sent, stored) in [
            (
                r#"{"id":"u1","phone":"010-1234-5678","username":"홍길동","birth":"900101","gender":-1}"#,
                r#"{"gender":-1,"id":"u1","phone":"010****5678","username":"홍길동"}"#,
            ),
            (
                r#"{"phone":821079318264,"id":1079318264,"username":["홍길동","73916408257731"],"email":{"a":"01079318264"}}"#,
                r#"{"id":"******","phone":"821*****8264"}"#,
            ),
            (
                r#"{"phone":"793-1826","username":"홍길동 7391640"}"#,
                r#"{"phone":"793***6","username":"홍길동 *******"}"#,
            ),
            (
                r#"{"phone":7931826.0,"gender":true,"area":null,"id":12}"#,
                r#"{"id":12,"phone":"793***60"}"#,
            ),
            (
                r#"{"phone":"０１０／１２３４／５６７８","id":"a010\u200b1234\u200b5678"}"#,
                r#"{"id":"a******","phone":"010****5678"}"#,
            ),
            (
                r#"{"user_id":1e10,"email":"01079318264@x.kr","area":"서울\u001b[2J"}"#,
                r#"{"area":"서울 [2J","email":"******@x.kr","user_id":10000000000.0}"#,
            ),
            (
                r#"{"phone":"","username":"","id":""}"#,
                r#"{"id":"","phone":"","username":""}"#,
            ),
        ] {
            let raw: Box<RawValue> = serde_json::from_str(sent).unwrap();
            assert_eq!(user(Some(&raw)).unwrap(), stored, "{sent}");
        }
    }
}
