//! Where a thing stands, as a word and a colour.

use domain::{cash_receipt, issuance, payment, reserve, webhook_delivery};
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

pub fn of_payment(state: payment::PaymentState, language: Language) -> Badge {
    use payment::PaymentState;
    let class = match state {
        PaymentState::Paid | PaymentState::PartlyCancelled => GOOD,
        PaymentState::Declined | PaymentState::NeedsReview => BAD,
        PaymentState::Intended | PaymentState::InDoubt => OPEN,
        PaymentState::Cancelled | PaymentState::Voided => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_issuance(state: issuance::IssuanceState, language: Language) -> Badge {
    use issuance::IssuanceState;
    let class = match state {
        IssuanceState::Issued => GOOD,
        IssuanceState::Refused | IssuanceState::Failed => BAD,
        IssuanceState::Requested
        | IssuanceState::Consenting
        | IssuanceState::Consented
        | IssuanceState::Publishing
        | IssuanceState::InDoubt => OPEN,
        IssuanceState::Expired => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_reserve(state: reserve::ReserveState, language: Language) -> Badge {
    use reserve::ReserveState;
    let class = match state {
        ReserveState::Done => GOOD,
        ReserveState::Failed => BAD,
        ReserveState::Executing => OPEN,
        ReserveState::Waiting | ReserveState::Revoked => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_cash_receipt(state: cash_receipt::CashReceiptState, language: Language) -> Badge {
    use cash_receipt::CashReceiptState;
    let class = match state {
        CashReceiptState::Issued => GOOD,
        CashReceiptState::Failed => BAD,
        CashReceiptState::Intended | CashReceiptState::Cancelling => OPEN,
        CashReceiptState::Cancelled => CALM,
    };
    badge(state.name(), class, language)
}

pub fn of_delivery(state: webhook_delivery::DeliveryState, language: Language) -> Badge {
    use webhook_delivery::DeliveryState;
    let class = match state {
        DeliveryState::Delivered => GOOD,
        DeliveryState::Exhausted => BAD,
        DeliveryState::Pending => OPEN,
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
