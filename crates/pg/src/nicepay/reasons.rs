//! What the PG's codes mean in each call that tells its refusals apart: the only table of that. Whatever is not in it, blanks and all,
//! has the meaning of the last line.

use domain::ErrorCode;
use domain::error::PgMessage;
use domain::payment::DeclineReason;
use nicepay::codes;

use crate::connector::{Finding, NetCancelRefusal, RegisterRefusal};

/// Why no consent was asked for: the code that the merchant is told.
pub fn consent(code: &str) -> ErrorCode {
    match code {
        codes::HOLDER_MISMATCH | codes::ACCOUNT_NOT_DEBITABLE => ErrorCode::HolderCheckFailed,
        codes::NO_APP => ErrorCode::NoApp,
        _ => ErrorCode::RequestRefused,
    }
}

/// Why no key was registered. Who is not let in may be once the keys are right.
pub fn register(code: &str) -> RegisterRefusal {
    match code {
        codes::NOT_AGREED_YET => RegisterRefusal::NotAgreed,
        _ if codes::is_operators(code) => RegisterRefusal::NotAgreed,
        _ => RegisterRefusal::Final,
    }
}

/// Why a debit was declined.
pub fn debit(code: &str) -> DeclineReason {
    match code {
        codes::INSUFFICIENT_FUNDS => DeclineReason::InsufficientFunds,
        codes::ACCOUNT_CLOSED => DeclineReason::AccountClosed,
        codes::ACCOUNT_FROZEN => DeclineReason::AccountFrozen,
        codes::MANDATE_ENDED => DeclineReason::MandateEnded,
        codes::OVER_LIMIT => DeclineReason::OverLimit,
        codes::KEY_EXPIRED | codes::KEY_NEVER_ISSUED | codes::KEY_OF_ANOTHER_SHOP => DeclineReason::KeyRefused,
        _ if codes::is_amount_refused(code) => DeclineReason::AmountRefused,
        _ => DeclineReason::BankRefused,
    }
}

/// Why a net-cancel was refused.
pub fn net_cancel(code: &str) -> NetCancelRefusal {
    match code {
        codes::NO_SUCH_ORDER => NetCancelRefusal::NotThere,
        codes::NET_CANCEL_TOO_LATE => NetCancelRefusal::TooLate,
        _ => NetCancelRefusal::Other,
    }
}

/// The other way round: the code, and a text, of what was found out without a refusal.
pub fn message(of: Finding) -> PgMessage {
    match of {
        Finding::NoSuchOrder => PgMessage::new(codes::NO_SUCH_ORDER, "PG에 해당 주문이 없습니다"),
        Finding::CancelledAlready => PgMessage::new(codes::CANCELLED_ALREADY, "이미 취소된 거래입니다."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of no meaning here: never seen, with blanks, in small letters, cut short, none at all.
    const OTHERS: [&str; 9] = ["V306", "4001", "0000", " V301", "V301 ", "V100\n", "v301", "V30", ""];

    #[test]
    fn every_code_of_a_refused_debit_has_its_reason() {
        use DeclineReason as Reason;
        let table = [
            (Reason::InsufficientFunds, &["V301"][..]),
            (Reason::AccountClosed, &["V302"]),
            (Reason::AccountFrozen, &["V303"]),
            (Reason::MandateEnded, &["V304"]),
            (Reason::OverLimit, &["V305"]),
            (Reason::AmountRefused, &["U127", "U502", "P017"]),
            (Reason::KeyRefused, &["U115", "U309", "A255"]),
            (Reason::BankRefused, &["4001", "V100", "2013", "2020", "U305", "failed"]),
            (Reason::BankRefused, &OTHERS),
        ];
        for (reason, code) in table
            .iter()
            .flat_map(|(reason, codes)| codes.iter().map(move |code| (reason, code)))
        {
            assert_eq!(debit(code), *reason, "{code:?}");
        }
        assert!(
            DeclineReason::ALL
                .iter()
                .all(|reason| table.iter().any(|(named, _)| named == reason))
        );
    }

    #[test]
    fn a_net_cancel_is_refused_as_not_there_as_too_late_or_for_another_reason() {
        assert_eq!(net_cancel("V100"), NetCancelRefusal::NotThere);
        assert_eq!(net_cancel("2020"), NetCancelRefusal::TooLate);
        for code in OTHERS.iter().chain(&["2013", "U304", "2020 ", " V100"]) {
            assert_eq!(net_cancel(code), NetCancelRefusal::Other, "{code:?}");
        }
    }

    #[test]
    fn a_registration_before_the_agreement_or_with_wrong_keys_may_be_asked_for_again() {
        for code in ["V201", "U304", "U305", "U312", "U315"] {
            assert_eq!(register(code), RegisterRefusal::NotAgreed, "{code}");
        }
        for code in OTHERS.iter().chain(&["V202", "V100", "F115"]) {
            assert_eq!(register(code), RegisterRefusal::Final, "{code:?}");
        }
    }

    #[test]
    fn a_consent_is_refused_for_the_holder_the_app_or_another_reason() {
        assert_eq!(
            ["V101", "V103", "V102"].map(consent),
            [
                ErrorCode::HolderCheckFailed,
                ErrorCode::HolderCheckFailed,
                ErrorCode::NoApp
            ]
        );
        for code in OTHERS {
            assert_eq!(consent(code), ErrorCode::RequestRefused, "{code:?}");
        }
    }

    #[test]
    fn what_a_look_up_shows_has_the_code_of_the_refusal_that_would_say_it() {
        let said = [Finding::NoSuchOrder, Finding::CancelledAlready].map(message);
        assert_eq!(
            said,
            [
                PgMessage::new("V100", "PG에 해당 주문이 없습니다"),
                PgMessage::new("2013", "이미 취소된 거래입니다.")
            ]
        );
    }
}
