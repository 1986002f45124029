//! Result codes (`resultCode`), as in `docs/reference/pg-protocol.md`.

pub const OK: &str = "0000";
pub const NO_SUCH_ORDER: &str = "V100";
pub const HOLDER_MISMATCH: &str = "V101";
pub const NO_APP: &str = "V102";
pub const ACCOUNT_NOT_DEBITABLE: &str = "V103";
pub const NOT_AGREED_YET: &str = "V201";
pub const CONSENT_OVER: &str = "V202";
pub const INSUFFICIENT_FUNDS: &str = "V301";
pub const ACCOUNT_CLOSED: &str = "V302";
pub const ACCOUNT_FROZEN: &str = "V303";
pub const MANDATE_ENDED: &str = "V304";
pub const OVER_LIMIT: &str = "V305";
pub const BANK_MAINTENANCE: &str = "2159";
pub const CANCELLED_ALREADY: &str = "2013";
/// Said in place of [`CANCELLED_ALREADY`], of the same.
pub const CANCELLED_BEFORE: &str = "2012";
pub const CANCEL_ORDER_USED: &str = "2014";
pub const NET_CANCEL_TOO_LATE: &str = "2020";
pub const OVER_BALANCE: &str = "2032";
pub const AMOUNT_REFUSED: &str = "U127";
pub const KEY_EXPIRED: &str = "U115";
pub const KEY_NEVER_ISSUED: &str = "U309";
pub const KEY_OF_ANOTHER_SHOP: &str = "A255";
pub const DUPLICATE_ORDER: &str = "U112";
pub const ALREADY_REGISTERED: &str = "A127";
pub const BAD_CREDENTIALS: &str = "U305";
pub const BAD_SIGN_DATA: &str = "U312";
pub const BAD_PARAMETER: &str = "U301";

/// Codes after which nobody knows whether the act happened.
const UNKNOWN_OUTCOME: &[&str] = &[
    "A299", "U303", "A226", "U501", "A402", "A403", "P026", "P027", "X002", "X003", "X004", "2159", "9002", "S999",
];

/// Whether `code` says "delayed or internal": neither done nor refused.
#[must_use]
pub fn is_unknown(code: &str) -> bool {
    UNKNOWN_OUTCOME.contains(&code)
}

/// Whether `code` is about who asks (credentials, signature, address) and not about what was asked for.
#[must_use]
pub fn is_operators(code: &str) -> bool {
    matches!(code, "U304" | BAD_CREDENTIALS | BAD_SIGN_DATA | "U315")
}

/// Whether `code` says that this order identity was used before.
#[must_use]
pub fn is_duplicate(code: &str) -> bool {
    matches!(code, DUPLICATE_ORDER | "P015" | ALREADY_REGISTERED)
}

/// Whether `code` says that the amount cannot be charged.
#[must_use]
pub fn is_amount_refused(code: &str) -> bool {
    matches!(code, AMOUNT_REFUSED | "U502" | "P017")
}

/// Whether `code` says that nothing is left to cancel, because it was done before.
#[must_use]
pub fn is_cancelled_already(code: &str) -> bool {
    matches!(code, CANCELLED_ALREADY | CANCELLED_BEFORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delayed_code_is_unknown_and_a_refusal_is_not() {
        assert!(is_unknown("2159"));
        assert!(!is_unknown(HOLDER_MISMATCH));
        assert!(is_duplicate("P015"));
        assert!(!is_duplicate(OK));
        assert!(is_cancelled_already("2012") && is_cancelled_already("2013"));
        assert!(
            !is_cancelled_already(CANCEL_ORDER_USED) && !is_cancelled_already("2012 ") && !is_cancelled_already("")
        );
    }
}
