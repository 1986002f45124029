//! Where a thing stands, as a word and a colour.

use domain::{cash_receipt, delivery, issuance, payment, reserve};
use gateway::{Language, state_word};

/// A state's word, and the class that colours it.
pub struct Badge {
    pub label: &'static str,
    pub class: &'static str,
}

const GOOD: &str = "good";
const BAD: &str = "bad";
const OPEN: &str = "open";
const CALM: &str = "calm";

fn badge(name: &'static str, class: &'static str, language: Language) -> Badge {
    Badge {
        label: state_word(name, language),
        class,
    }
}

pub fn of_payment(state: payment::State, language: Language) -> Badge {
    use payment::State;
    let class = match state {
        State::Paid | State::PartlyCancelled => GOOD,
        State::Declined | State::NeedsPerson => BAD,
        State::Intended | State::InDoubt => OPEN,
        State::Cancelled | State::Voided => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_issuance(state: issuance::State, language: Language) -> Badge {
    use issuance::State;
    let class = match state {
        State::Issued => GOOD,
        State::Refused | State::Failed => BAD,
        State::Requested | State::Consenting | State::Consented | State::Publishing | State::InDoubt => OPEN,
        State::Expired => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_reserve(state: reserve::State, language: Language) -> Badge {
    use reserve::State;
    let class = match state {
        State::Done => GOOD,
        State::Failed => BAD,
        State::Executing => OPEN,
        State::Waiting | State::Revoked => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_cash_receipt(state: cash_receipt::State, language: Language) -> Badge {
    use cash_receipt::State;
    let class = match state {
        State::Issued => GOOD,
        State::Failed => BAD,
        State::Intended | State::Cancelling => OPEN,
        State::Cancelled => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_delivery(state: delivery::State, language: Language) -> Badge {
    use delivery::State;
    let class = match state {
        State::Delivered => GOOD,
        State::Exhausted => BAD,
        State::Pending => OPEN,
    };
    badge(state.name(), class, language)
}

pub fn of_key(key: &domain::key::BillingKey, language: Language) -> Badge {
    if key.is_destroyed() {
        badge("destroyed", CALM, language)
    } else {
        badge("active", GOOD, language)
    }
}
