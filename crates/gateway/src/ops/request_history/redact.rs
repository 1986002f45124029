//! What may be shown of a request. A list of what is allowed, never of what is forbidden: a field that is not on it,
//! and a value that does not have its field's shape, become a placeholder that a shell fills in.

use domain::ids::ObjectId;
use serde_json::{Map, Value};

/// The longest body that is kept, as it is shown.
const BODY_BYTES_MAX: usize = 2048;
/// The same of an answer.
const ANSWER_BYTES_MAX: usize = 4096;
const FIELDS_MAX: usize = 40;
const TEXT_CHARS_MAX: usize = 100;
/// Account, identity and telephone numbers have more.
const DIGITS_MAX: usize = 5;
/// The digits of an amount: business and telephone numbers have more.
const AMOUNT_DIGITS_MAX: usize = 8;

enum Shape {
    /// Words without a number in them.
    Text,
    /// Whole won.
    Amount,
    /// 24 hexadecimal characters.
    Id,
    /// A moment in a format that the API reads.
    Moment,
    /// Never shown; the second is what a sandbox can work with.
    Never(&'static str),
}

fn shape(field: &str) -> Option<Shape> {
    Some(match field {
        "pg" | "order_name" | "subscription_id" | "order_id" | "auth_type" | "bank_name" | "bank_code" | "currency"
        | "cash_receipt_type" | "content_type" | "card_quota" | "cancel_id" | "method" | "feedback_url" | "answer"
        | "webhook_url" | "scenario" | "mode" => Shape::Text,
        "price" | "tax_free" | "cancel_price" | "cancel_tax_free" | "card_interest" => Shape::Amount,
        "receipt_id" | "billing_key" | "reserve_id" => Shape::Id,
        "reserve_execute_at" | "purchased_at" | "set" => Shape::Moment,
        "username" | "cancel_username" => Shape::Never("홍길동"),
        "bank_account" => Shape::Never("12345678901234"),
        "identity_no" => Shape::Never("900101"),
        "phone" | "cash_receipt_identity_no" => Shape::Never("01012345678"),
        _ => return None,
    })
}

/// The body as it may be shown: JSON on one line for an unquoted here-document, with placeholders such as
/// `${JADONG_PHONE:-01012345678}`. `None` when it is no JSON object, or too long to keep.
pub fn body(sent: &[u8]) -> Option<String> {
    let fields: Map<String, Value> = serde_json::from_slice(sent).ok()?;
    if fields.len() > FIELDS_MAX {
        return None;
    }
    let shown: Map<String, Value> = fields
        .into_iter()
        .filter(|(name, _)| is_field_name(name))
        .map(|(name, value)| {
            let value = field(&name, value);
            (name, value)
        })
        .collect();
    let text = Value::Object(shown).to_string();
    (text.len() <= BODY_BYTES_MAX).then_some(text)
}

/// What stands for a value that is not shown.
const MASK: &str = "••••";

/// An answer as it may be shown, by what each value is: an id, an amount, a moment, or words with few digits. Nothing of what a merchant
/// keeps with an order, and no token. `None` when it is no JSON, or too long to keep.
pub fn answer(given: &[u8]) -> Option<String> {
    if given.len() > 2 * ANSWER_BYTES_MAX {
        return None;
    }
    let given: Value = serde_json::from_slice(given).ok()?;
    let text = answered(given).to_string();
    (text.len() <= ANSWER_BYTES_MAX).then_some(text)
}

fn answered(value: Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value,
        Value::Array(values) => values.into_iter().map(answered).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| is_field_name(name));
            fields
                .map(|(name, value)| {
                    let is_hidden = matches!(shape(&name), Some(Shape::Never(_))) && !is_masked(&value)
                        || KEPT_FOR_THE_MERCHANT.contains(&name.as_str()) && !is_empty(&value)
                        || name.contains("token")
                        || name.contains("secret");
                    let value = if is_hidden { Value::from(MASK) } else { answered(value) };
                    (name, value)
                })
                .collect()
        }
        Value::String(ref text) if is_text(text) || is_id(text) || is_moment(text) => value,
        Value::Number(ref number) if is_amount(&number.to_string()) => value,
        Value::String(_) | Value::Number(_) => Value::from(MASK),
    }
}

/// What comes back as the merchant has sent it, and may hold anything.
const KEPT_FOR_THE_MERCHANT: [&str; 3] = ["metadata", "user", "items"];

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(values) => values.is_empty(),
        value => value.is_null(),
    }
}

/// A person's name or number as answers carry it.
fn is_masked(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.is_empty() || text.contains('*') && few_digits(text))
}

/// A name without digits, which the shell may have as a variable.
fn is_field_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn field(name: &str, value: Value) -> Value {
    match &value {
        Value::Null | Value::Bool(_) => return value,
        Value::Array(_) => return Value::Array(Vec::new()),
        Value::Object(_) => return Value::Object(Map::new()),
        Value::String(text) if text.trim().is_empty() => return Value::String(String::new()),
        Value::String(_) | Value::Number(_) => {}
    }
    let text = match &value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let (may_be_shown, otherwise) = match shape(name) {
        Some(Shape::Text) => (is_text(&text), ""),
        Some(Shape::Amount) => (is_amount(&text), "1000"),
        Some(Shape::Id) => (is_id(&text), ""),
        Some(Shape::Moment) => (is_moment(&text), ""),
        Some(Shape::Never(otherwise)) => (false, otherwise),
        None => (false, ""),
    };
    if may_be_shown {
        return value;
    }
    let variable = format!("JADONG_{}", name.to_ascii_uppercase());
    Value::String(match name {
        // A new name: with the old one the same answer would come again.
        "subscription_id" => format!("${{{variable}:-again-$(date +%s)}}"),
        // With a new name it would be another debit, or another refund: only who knows the old one repeats it.
        "order_id" | "cancel_id" => format!("${{{variable}:?set it to the {name} that was sent}}"),
        _ => format!("${{{variable}:-{otherwise}}}"),
    })
}

/// Words: few digits in any script, and nothing that a shell or JSON gives a meaning to.
fn is_text(text: &str) -> bool {
    let has_meaning =
        |character: char| character.is_control() || matches!(character, '"' | '\\' | '$' | '`' | '\u{2028}');
    text.chars().count() <= TEXT_CHARS_MAX && few_digits(text) && !text.chars().any(has_meaning)
}

fn few_digits(text: &str) -> bool {
    text.chars().filter(|character| character.is_numeric()).count() <= DIGITS_MAX
}

fn is_amount(text: &str) -> bool {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    (1..=AMOUNT_DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

fn is_id(text: &str) -> bool {
    text.parse::<ObjectId>().is_ok()
}

/// Only a date with a time, to the millisecond: a bare number is none, and none fits into a fraction.
fn is_moment(text: &str) -> bool {
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let fraction_digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    // Annotations in brackets would be read and could hold anything.
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-:+.TZ ".contains(&byte));
    is_plain
        && text.contains(':')
        && text.len() <= 40
        && fraction_digits <= 3
        && domain::written_time::parse(text).is_some()
}

/// The path with every segment that is neither a word nor an id hidden.
pub fn path(path: &str) -> String {
    let mut shown = String::with_capacity(path.len().min(TEXT_CHARS_MAX));
    let mut words = String::new();
    for segment in path.split('/').skip(1).take(10) {
        shown.push('/');
        let is_word = segment.len() <= 64
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if is_id(segment) {
            shown.push_str(segment);
        } else if is_word {
            // A number may be cut in pieces by slashes.
            words.push_str(segment);
            shown.push_str(if few_digits(&words) { segment } else { HIDDEN });
        } else {
            shown.push_str(HIDDEN);
        }
    }
    shown
}

/// Stands for a part of a path.
const HIDDEN: &str = "{hidden}";

/// The two switches that a query may carry, where they are on.
pub fn query(query: Option<&str>) -> &'static str {
    let is_on = |name: &str| {
        let pairs = query.unwrap_or_default().split('&');
        pairs
            .filter_map(|pair| pair.split_once('='))
            .any(|pair| pair == (name, "true"))
    };
    if is_on("lookup_user_data") {
        "?lookup_user_data=true"
    } else if is_on("cancel_reserves") {
        "?cancel_reserves=true"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests;
