//! Names that are on disk, in JSON and in scripts of users: they come from the variants' names, and must not change with them.

use jadong_domain::cash_receipt::{CashReceiptOrigin, CashReceiptState};
use jadong_domain::due::DueKind;
use jadong_domain::issuance::IssuanceState;
use jadong_domain::key::KeyState;
use jadong_domain::payment::{
    CancelState, ClaimedCancelOutcome, ClaimedOutcome, DeclineReason, PaymentState, ResolutionAction,
};
use jadong_domain::project::{Guard, SecretKind};
use jadong_domain::reserve::ReserveState;
use jadong_domain::transition::Actor;
use jadong_domain::webhook_delivery::{ContentType, DeliveryState, WebhookType};

macro_rules! names {
    ($($enum:ident: $names:literal;)*) => {
        $(
            let names: Vec<_> = $enum::ALL.iter().map(|one| one.name()).collect();
            assert_eq!(names.join(" "), $names);
            for one in $enum::ALL.iter() {
                assert_eq!($enum::from_name(one.name()), Some(*one));
            }
            assert_eq!($enum::from_name(""), None);
            assert_eq!($enum::from_name(&$names.to_uppercase()), None);
        )*
    };
}

#[test]
fn names_are_as_they_were_written() {
    names! {
        IssuanceState: "requested consenting consented publishing in_doubt issued refused expired failed";
        PaymentState: "intended in_doubt paid partly_cancelled cancelled declined voided needs_person";
        ReserveState: "waiting executing done failed revoked";
        CancelState: "intended done refused";
        CashReceiptState: "intended issued failed cancelling cancelled";
        CashReceiptOrigin: "debit payment alone";
        DeliveryState: "pending delivered exhausted";
        KeyState: "active destroyed";
        ResolutionAction: "find net_cancel refund";
        DeclineReason: "insufficient_funds account_closed account_frozen mandate_ended over_limit amount_refused key_refused bank_refused";
        ClaimedOutcome: "paid declined voided";
        ClaimedCancelOutcome: "given_back not_given_back";
        Guard: "notice refuse";
        SecretKind: "secret_key private_key";
        Actor: "api worker person";
        DueKind: "resolution cancel reserve cash_receipt webhook key_expiry consent";
    }
    assert_eq!(ContentType::Json.name(), "application/json");
    assert_eq!(ContentType::Form.name(), "application/x-www-form-urlencoded");
    assert_eq!(WebhookType::PaymentPartialCancelled.name(), "PAYMENT_PARTIAL_CANCELLED");
}
