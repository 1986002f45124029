//! JSON that is kept as it was sent, and what must not be kept of it.

use domain::{ErrorCode, Refusal};
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

/// `user` as it may be kept: the telephone masked, and only the fields that the API documents for it.
pub fn user(sent: Option<&RawValue>) -> Result<String, Refusal> {
    let object = object(sent, "user")?;
    let Ok(Value::Object(mut user)) = serde_json::from_str(&object) else {
        return Err(Refusal::new(ErrorCode::FieldInvalid, "user"));
    };
    user.retain(|name, _| {
        matches!(
            name.as_str(),
            "id" | "user_id" | "username" | "email" | "phone" | "gender" | "area"
        )
    });
    for (name, value) in &mut user {
        if let Value::String(text) = value {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            *text = if name == "phone" {
                domain::mask::phone(&digits)
            } else {
                domain::mask::free_text(text)
            };
        }
    }
    Ok(Value::Object(user).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_telephone_is_masked_and_what_is_not_documented_is_dropped() {
        let sent = r#"{"id":"u1","phone":"010-1234-5678","username":"홍길동","birth":"900101","gender":-1}"#;
        let raw: Box<RawValue> = serde_json::from_str(sent).unwrap();
        let kept = user(Some(&raw)).unwrap();
        assert_eq!(
            kept,
            r#"{"gender":-1,"id":"u1","phone":"010****5678","username":"홍길동"}"#
        );
    }
}
