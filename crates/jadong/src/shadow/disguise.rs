//! A merchant's request as the sandbox gets it: the same to every rule of Jadong's, and nobody's. What Jadong would refuse is
//! as wrong as before; what it would take is replaced by something that it takes as well.

use domain::identity::Identity;
use domain::phone::Phone;
use domain::{Sensitive, sensitive_text};
use gateway::sandbox_credentials::{APPLICATION_ID, CLIENT_KEY, PRIVATE_KEY, SECRET_KEY};

use super::json::Json;
use super::twins::{IDS, Twins};

/// A telephone, a birth date and a business that are nobody's, and behave as most do.
const PHONE: &str = "01000001234";
const BIRTH_DATE: &str = "900101";
const BUSINESS: &str = "1234567891";
/// Reserved for names that never lead anywhere: the sandbox must tell no merchant of its payments.
const NOWHERE: &str = "https://shadow.invalid/";
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
    /// The request's own numbers: where a text carries one of them, its disguise carries theirs.
    numbers: Vec<Sensitive>,
    /// What stands for an id without a twin; `None`: then there is no disguise.
    absent: Option<&'a str>,
}

impl<'a> Disguise<'a> {
    pub fn of(twins: &'a mut Twins, body: &Json, absent: Option<&'a str>) -> Self {
        let fields = ["bank_account", "phone", "identity_no", "cash_receipt_identity_no"];
        let given = fields.iter().filter_map(|name| text_of(body.get(name)?));
        let digits = given.map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>());
        let numbers = digits.filter(|digits| digits.len() > 6).map(Sensitive::new).collect();
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
            _ if IDS.contains(&name) => self.id(&text)?,
            "order_id" | "subscription_id" => self.named(&text).unwrap_or_else(|| self.twins.order(&text)),
            "bank_account" => account(&text),
            "phone" => phone(&text),
            "identity_no" | "cash_receipt_identity_no" => identity(&text),
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
        let own: Vec<&Sensitive> = self.numbers.iter().collect();
        if sensitive_text::refuse(&[("text", text)], &own).is_err() {
            // Jadong looks for the request's own number, which is now this one.
            return Some(PHONE.to_owned());
        }
        sensitive_text::refuse_shapes(text, "text")
            .is_err()
            .then(|| PHONE.to_owned())
    }

    /// The same letters' places, spaces and signs; keys stay, what they hold does not.
    fn masked(&self, value: &Json) -> Json {
        match value {
            Json::Text(text) => Json::Text(self.named(text).unwrap_or_else(|| letters_hidden(text))),
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

/// A text, or a number as a text.
fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn letters_hidden(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_alphanumeric() { 'x' } else { c })
        .collect()
}

fn digits_as(text: &str, digit: char) -> String {
    text.chars().map(|c| if c.is_numeric() { digit } else { c }).collect()
}

/// The first three digits say what kind of account it is, and the last four what a simulated one does.
fn account(text: &str) -> String {
    let count = text.chars().filter(|c| c.is_ascii_digit()).count();
    let mut place = 0;
    let disguised = text.chars().map(|c| match c {
        c if c.is_ascii_digit() => {
            place += 1;
            match count - place {
                _ if place <= 3 => c,
                left @ 0..4 => ['4', '3', '2', '1'][left],
                _ => '1',
            }
        }
        c if c.is_alphanumeric() => 'x',
        c => c,
    });
    disguised.collect()
}

fn phone(text: &str) -> String {
    match Phone::parse(text) {
        Ok(_) => PHONE.to_owned(),
        Err(_) => digits_as(text, '9'),
    }
}

fn identity(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_card = (14..=19).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    match Identity::parse(text) {
        Ok(Identity::BirthDate(_)) => BIRTH_DATE.to_owned(),
        Ok(Identity::BusinessNumber(_)) => BUSINESS.to_owned(),
        // A cash receipt's may be a telephone or a card.
        Err(_) if Phone::parse(text).is_ok() => PHONE.to_owned(),
        Err(_) if is_card => digits_as(text, '1'),
        Err(_) => digits_as(text, '9'),
    }
}

#[cfg(test)]
mod tests;
