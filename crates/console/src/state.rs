//! Where a thing stands, as a word and a colour.

use domain::{delivery, issuance, payment, reserve};
use gateway::Language;

use crate::words::States;

/// A state's word, and the class that colours it.
pub struct Badge {
    pub label: &'static str,
    pub class: &'static str,
}

const GOOD: &str = "good";
const BAD: &str = "bad";
const OPEN: &str = "open";
const CALM: &str = "calm";

pub fn of_payment(state: payment::State, language: Language) -> Badge {
    let words = States::of(language);
    let (label, class) = match state {
        payment::State::Intended => (words.intended, OPEN),
        payment::State::InDoubt => (words.in_doubt, OPEN),
        payment::State::Paid => (words.paid, GOOD),
        payment::State::PartlyCancelled => (words.partly_cancelled, GOOD),
        payment::State::Cancelled => (words.cancelled, CALM),
        payment::State::Declined => (words.declined, BAD),
        payment::State::Voided => (words.voided, CALM),
        payment::State::NeedsPerson => (words.needs_person, BAD),
    };
    Badge { label, class }
}

pub fn of_issuance(state: issuance::State, language: Language) -> Badge {
    let words = States::of(language);
    let (label, class) = match state {
        issuance::State::Requested => (words.requested, OPEN),
        issuance::State::Consenting => (words.consenting, OPEN),
        issuance::State::Consented => (words.consented, OPEN),
        issuance::State::Publishing => (words.publishing, OPEN),
        issuance::State::InDoubt => (words.in_doubt, OPEN),
        issuance::State::Issued => (words.issued, GOOD),
        issuance::State::Refused => (words.refused, BAD),
        issuance::State::Expired => (words.expired, CALM),
        issuance::State::Failed => (words.failed, BAD),
    };
    Badge { label, class }
}

pub fn of_reserve(state: reserve::State, language: Language) -> Badge {
    let words = States::of(language);
    let (label, class) = match state {
        reserve::State::Waiting => (words.waiting, CALM),
        reserve::State::Executing => (words.executing, OPEN),
        reserve::State::Done => (words.done, GOOD),
        reserve::State::Failed => (words.failed, BAD),
        reserve::State::Revoked => (words.revoked, CALM),
    };
    Badge { label, class }
}

pub fn of_delivery(state: delivery::State, language: Language) -> Badge {
    let words = States::of(language);
    let (label, class) = match state {
        delivery::State::Pending => (words.pending, OPEN),
        delivery::State::Delivered => (words.delivered, GOOD),
        delivery::State::Exhausted => (words.exhausted, BAD),
    };
    Badge { label, class }
}

pub fn of_key(key: &domain::key::BillingKey, language: Language) -> Badge {
    let words = States::of(language);
    let (label, class) = if key.is_destroyed() {
        (words.destroyed, CALM)
    } else {
        (words.active, GOOD)
    };
    Badge { label, class }
}
