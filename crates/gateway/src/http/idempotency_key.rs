//! `Idempotency-Key`: read, or refused. One that is not honoured would let a client repeat what it thinks is guarded.

use domain::{ErrorCode, Refusal, sensitive_text};
use http::HeaderMap;

const NAME: &str = "Idempotency-Key";
const BYTES_MAX: usize = 255;

/// The key; quoted (as the draft of the standard writes it) and bare are one.
///
/// Errors: `FIELD_INVALID` when there are several, or it is empty, too long or no visible ASCII; `SUBSCRIBE_AT_SENSITIVE_TEXT`.
pub fn read(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut sent = headers.get_all(NAME).iter();
    let Some(first) = sent.next() else { return Ok(None) };
    let invalid = |hint: &str| Refusal::new(ErrorCode::FieldInvalid, NAME).hint(hint);
    if sent.next().is_some() {
        return Err(invalid("한 번만 보내 주세요 (send one)"));
    }
    // Also refuses tabs and what is no ASCII.
    let text = first.to_str().ok().filter(|text| !text.contains('\t'));
    let text = text.ok_or_else(|| invalid("ASCII"))?.trim();
    let key = match text.strip_prefix('"') {
        None => text.to_owned(),
        Some(quoted) => unquoted(quoted).ok_or_else(|| invalid("\"…\""))?,
    };
    if key.trim().is_empty() || key.len() > BYTES_MAX {
        return Err(invalid("1–255 bytes"));
    }
    sensitive_text::refuse_shapes(&key, NAME)?;
    Ok(Some(key))
}

/// What is between the quotes, with `\"` and `\\` undone.
fn unquoted(text: &str) -> Option<String> {
    let mut key = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return characters.next().is_none().then_some(key),
            '\\' => key.push(characters.next().filter(|c| matches!(c, '"' | '\\'))?),
            other => key.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn of(sent: &[&[u8]]) -> Result<Option<String>, ErrorCode> {
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append(NAME, HeaderValue::from_bytes(value).unwrap());
        }
        read(&headers).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_key_is_read_or_refused_and_never_dropped() {
        let long = "k".repeat(255);
        assert_eq!(of(&[]), Ok(None));
        for sent in ["abc", "\"abc\"", "  abc "] {
            assert_eq!(of(&[sent.as_bytes()]), Ok(Some("abc".to_owned())), "{sent}");
        }
        assert_eq!(of(&[br#""a\"b\\c""#]), Ok(Some(r#"a"b\c"#.to_owned())));
        assert_eq!(of(&[long.as_bytes()]), Ok(Some(long.clone())));
        assert_eq!(of(&[format!("\"{long}\"").as_bytes()]), Ok(Some(long.clone())));
        let longer = format!("{long}k");
        let unreadable: [&[&[u8]]; 9] = [
            &[longer.as_bytes()],
            &[b""],
            &[b"  "],
            &[b"\"\""],
            &[b"\"abc"],
            &[b"\"a\"b\""],
            &[b"a\tb"],
            &["주문".as_bytes()],
            &[b"a", b"a"],
        ];
        for sent in unreadable {
            assert_eq!(of(sent), Err(ErrorCode::FieldInvalid), "{sent:?}");
        }
        assert_eq!(of(&[b"pay-010-1234-5678"]), Err(ErrorCode::SensitiveText));
    }
}
