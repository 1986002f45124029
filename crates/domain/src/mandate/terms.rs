//! What the payer agrees to beyond one account: how much, how often, and in which words they were asked.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Refusal};
use crate::money::Won;
use crate::{personal_number, text};

const CYCLE_CHARACTERS_MAX: usize = 100;
/// What the payer was shown has so many characters at most.
pub const WORDING_CHARACTERS_MAX: usize = 2_000;

/// `mandate` of a request for a billing key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MandateTerms {
    /// What each debit takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<EachDebit>,
    /// How often, in the merchant's words: `매월 5일`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycle: Option<String>,
    /// What the merchant showed the payer, word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wording: Option<String>,
}

/// What each debit takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EachDebit {
    /// The same each time, in won.
    Fixed(u64),
    Named(NamedAmount),
}

/// No number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedAmount {
    /// Whatever was used or bought.
    Variable,
}

impl MandateTerms {
    /// Reads them from a JSON object. Errors: `FIELD_INVALID`, naming the field of `mandate`.
    pub fn parse(json: &str) -> Result<Self, Refusal> {
        // What was sent is not repeated.
        let unreadable = |_| {
            let refusal = Refusal::new(ErrorCode::FieldInvalid, "mandate");
            refusal.hint(r#"{"amount": 9900 | "variable", "cycle": "매월 5일", "wording": "…"}"#)
        };
        let mut terms = match json {
            "" => Self::default(),
            json => {
                let Sent { terms, unknown } = serde_json::from_str(json).map_err(unreadable)?;
                if !unknown.is_empty() {
                    return Err(unreadable(serde::de::Error::custom("")));
                }
                terms
            }
        };
        if let Some(EachDebit::Fixed(amount)) = terms.amount {
            let is_amount = Won::parse(&amount.to_string()).is_some_and(|won| won > Won::ZERO);
            if !is_amount {
                let refusal = Refusal::new(ErrorCode::AmountInvalid, "mandate.amount");
                return Err(refusal.hint("9900 | \"variable\""));
            }
        }
        let cycle = short(terms.cycle.take(), CYCLE_CHARACTERS_MAX, "mandate.cycle")?;
        terms.cycle = cycle.map(|cycle| text::line(&cycle));
        terms.wording = short(terms.wording.take(), WORDING_CHARACTERS_MAX, "mandate.wording")?;
        for (text, name) in [(&terms.cycle, "mandate.cycle"), (&terms.wording, "mandate.wording")] {
            keepable(text.as_deref().unwrap_or_default(), name)?;
        }
        Ok(terms)
    }

    /// As it was kept; fields of a newer program are passed over. Errors: it is no such object.
    pub fn kept(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// As it is kept: a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What is kept of a payer's consent, word for word: no number of a person, and nothing that is not seen as it stands.
///
/// Errors: `SUBSCRIBE_AT_SENSITIVE_TEXT` or `FIELD_INVALID`, naming `field`.
pub fn keepable(text: &str, field: &'static str) -> Result<(), Refusal> {
    if text.chars().any(|c| c != '\n' && text::is_steering(c)) {
        let refusal = Refusal::new(ErrorCode::FieldInvalid, field);
        return Err(refusal.hint("보이지 않는 문자 (a character that cannot be seen)"));
    }
    personal_number::refuse(text, field)
}

/// As it is sent: a misspelt name would leave out what was meant.
#[derive(Deserialize)]
struct Sent {
    #[serde(flatten)]
    terms: MandateTerms,
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

/// A text without what is around it; nothing for an empty one.
fn short(text: Option<String>, most: usize, name: &'static str) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text::length(&text) > most {
        let hint = format!("{most}자 이하 (at most {most} characters)");
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(hint));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_kept_and_read_again() {
        for (sent, kept) in [
            ("{}", "{}"),
            (r#"{"amount":null,"cycle":" "}"#, "{}"),
            (
                r#"{"amount":9900,"cycle":"매월\n5일"}"#,
                r#"{"amount":9900,"cycle":"매월 5일"}"#,
            ),
            (
                r#"{"wording":"첫 줄\n둘째 줄","amount":"variable"}"#,
                r#"{"amount":"variable","wording":"첫 줄\n둘째 줄"}"#,
            ),
        ] {
            let terms = MandateTerms::parse(sent).unwrap();
            assert_eq!(terms.to_json(), kept);
            assert_eq!(MandateTerms::parse(kept).unwrap(), terms);
            assert_eq!(terms.is_empty(), kept == "{}");
        }
    }

    #[test]
    fn what_is_no_mandate_is_refused_by_name() {
        let long = format!(r#"{{"cycle":"{}"}}"#, "월".repeat(101));
        for (sent, field) in [
            (r#"{"amount":0}"#, "mandate.amount"),
            (r#"{"amount":99999999999999999}"#, "mandate.amount"),
            (r#"{"amount":-1}"#, "mandate"),
            (r#"{"amount":"9900"}"#, "mandate"),
            (r#"{"price":9900}"#, "mandate"),
            (r#"{"cycle":["매월"]}"#, "mandate"),
            (r#"{"amount":1,"amount":2}"#, "mandate"),
            (&long, "mandate.cycle"),
        ] {
            let refusal = MandateTerms::parse(sent).unwrap_err();
            assert_eq!(refusal.field, Some(field), "{sent}");
        }
    }
}
