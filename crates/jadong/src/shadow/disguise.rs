//! A merchant's request as the sandbox gets it: the same to every rule of Jadong's, and nobody's. What Jadong would refuse is
//! as wrong as before; what it would take is replaced by something that it takes as well.

use domain::{Sensitive, sensitive_text};
use gateway::sandbox_credentials::{APPLICATION_ID, CLIENT_KEY, PRIVATE_KEY, SECRET_KEY};

use super::json::Json;
use super::twins::{IDS, Twins};

/// Written like a telephone number, and nobody's.
const PHONE: &str = "01000001234";
/// The port of this machine that throws away what it gets: the sandbox must tell no merchant of its payments.
const NOWHERE: &str = "http://127.0.0.1:9/";
/// What is neither a person's nor the merchant's.
const PLAIN: &[&str] = &[
    "pg",
    "auth_type",
    "bank_name",
    "bank_code",
    "bankcode",
    "currency",
    "cash_receipt_type",
    "content_type",
    "reserve_execute_at",
    "purchased_at",
    "price",
    "tax_free",
    "cancel_price",
    "cancel_tax_free",
];
/// An id that there is not.
pub const ABSENT: &str = "000000000000000000000000";

/// What a request names that has no twin.
#[derive(Debug, PartialEq)]
pub struct NoTwin(pub String);

/// Disguises one request.
pub struct Disguise<'a> {
    twins: &'a mut Twins,
    /// The request's own numbers and what stands for them: where a text carries one, Jadong must find it there.
    numbers: Vec<(Sensitive, String)>,
    /// What stands for an id without a twin; `None`: then there is no disguise.
    absent: Option<&'a str>,
}

impl<'a> Disguise<'a> {
    pub fn of(twins: &'a mut Twins, body: &Json, absent: Option<&'a str>) -> Self {
        let fields = ["bank_account", "phone", "identity_no", "cash_receipt_identity_no"];
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let given = fields.iter().filter_map(|name| {
            let text = text_of(body.get(name)?)?;
            let instead = digits(&number(twins, name, &text)?);
            Some((digits(&text), instead)).filter(|(own, _)| own.len() > 6)
        });
        let numbers = given.map(|(own, instead)| (Sensitive::new(own), instead)).collect();
        Self { twins, numbers, absent }
    }

    /// The twin of an id.
    pub fn id(&self, upstream: &str) -> Result<String, NoTwin> {
        match (self.twins.get(upstream), self.absent) {
            (Some(twin), _) => Ok(twin.to_owned()),
            // Nothing is no id, and is refused as such.
            (None, _) if upstream.trim().is_empty() => Ok(upstream.to_owned()),
            (None, Some(absent)) => Ok(absent.to_owned()),
            (None, None) => Err(NoTwin(upstream.to_owned())),
        }
    }

    pub fn body(&mut self, body: &Json) -> Result<Json, NoTwin> {
        let Json::Object(members) = body else {
            return Ok(self.masked(body));
        };
        let members = members.iter().map(|(name, value)| {
            let disguised = self.field(name, value)?;
            Ok((name.clone(), disguised))
        });
        members.collect::<Result<_, _>>().map(Json::Object)
    }

    fn field(&mut self, name: &str, value: &Json) -> Result<Json, NoTwin> {
        // The spellings of nothing are nothing's.
        let Some(text) = text_of(value).filter(|text| !text.trim().is_empty()) else {
            return Ok(self.masked(value));
        };
        let disguised = match name {
            name if let Some(instead) = number(self.twins, name, &text) => instead,
            _ if IDS.contains(&name) => self.id(&text)?,
            "order_id" | "subscription_id" | "cancel_id" => {
                self.named(&text).unwrap_or_else(|| self.twins.order(&text))
            }
            "application_id" => APPLICATION_ID.to_owned(),
            "private_key" => PRIVATE_KEY.to_owned(),
            "client_key" => CLIENT_KEY.to_owned(),
            "secret_key" | "server_key" => SECRET_KEY.to_owned(),
            "feedback_url" | "webhook_url" if text.starts_with("https://") || text.starts_with("http://") => {
                NOWHERE.to_owned()
            }
            _ if PLAIN.contains(&name) => return Ok(value.clone()),
            _ => return Ok(self.masked(value)),
        };
        // A number stays one where it can.
        let number = || disguised.parse().ok().filter(|_| !disguised.starts_with('0'));
        Ok(match value {
            Json::Number(_) => number().map_or(Json::Text(disguised.clone()), Json::Number),
            _ => Json::Text(disguised),
        })
    }

    /// A text that stands for one that says too much.
    fn named(&self, text: &str) -> Option<String> {
        let carries = |own: &Sensitive| sensitive_text::refuse(&[("text", text)], &[own]).is_err();
        if let Some((_, instead)) = self.numbers.iter().find(|(own, _)| carries(own)) {
            return Some(instead.clone());
        }
        sensitive_text::refuse_shapes(text, "text")
            .is_err()
            .then(|| PHONE.to_owned())
    }

    /// Names of fields stay, as far as they look like ones; what they hold does not.
    fn masked(&self, value: &Json) -> Json {
        match value {
            Json::Text(text) => Json::Text(self.named(text).unwrap_or_else(|| self.twins.pseudonyms.text(text))),
            Json::Number(number) if number.to_string().chars().filter(char::is_ascii_digit).count() > 7 => {
                Json::Number(1.into())
            }
            Json::List(items) => Json::List(items.iter().map(|item| self.masked(item)).collect()),
            Json::Object(members) => {
                let masked = members.iter().enumerate().map(|(index, (name, value))| {
                    let name = super::difference::word(name, 40).map_or_else(|| format!("k{index}"), str::to_owned);
                    (name, self.masked(value))
                });
                Json::Object(masked.collect())
            }
            other => other.clone(),
        }
    }
}

/// What stands for a person's number in a field of this name.
fn number(twins: &Twins, name: &str, text: &str) -> Option<String> {
    let pseudonyms = &twins.pseudonyms;
    match name {
        "bank_account" => Some(pseudonyms.account(text)),
        "phone" => Some(pseudonyms.phone(text)),
        "identity_no" | "cash_receipt_identity_no" => Some(pseudonyms.identity(text)),
        _ => None,
    }
}

/// A text, or a number as a text.
fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
