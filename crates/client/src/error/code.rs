//! The API's error codes.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// `error_code` of a refusal. A code that this version does not know is kept as text.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
            /// A code that this version does not know.
            Other(String),
        }

        impl ErrorCode {
            /// As on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(code) => code,
                }
            }
        }

        impl From<&str> for ErrorCode {
            fn from(code: &str) -> Self {
                match code {
                    $($name => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

codes! {
    /// No such bank.
    BankNotFound = "SUBSCRIBE_AT_BLANK_NOT_FOUND",
    /// The account holder is missing.
    HolderBlank = "SUBSCRIBE_AT_USERNAME_BLANK",
    /// The account number is missing.
    AccountBlank = "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK",
    /// The birth date or business number is missing.
    IdentityBlank = "SUBSCRIBE_AT_IDENTITY_NO_BLANK",
    /// The telephone number is missing.
    PhoneBlank = "SUBSCRIBE_AT_PHONE_BLANK",
    /// The bank code is missing or invalid.
    BankCodeBlank = "SUBSCRIBE_AT_BANK_CODE_BLANK",
    /// The bank did not confirm the account holder.
    HolderCheckFailed = "SUBSCRIBE_AT_LOOKUP_USER_FAILED",
    /// The customer has not consented yet; try again shortly.
    ConsentPending = "SUBSCRIBE_REQUEST_FAILED",
    /// The receipt is not waiting for its billing key.
    PublishNotReady = "SUBSCRIBE_PUBLISH_NOT_READY",
    /// The PG refused to issue the billing key.
    PublishRefused = "SUBSCRIBE_PUBLISH_FAILED",
    /// The billing key was destroyed or has expired.
    KeyExpired = "SUBSCRIBE_BK_EXPIRED",
    /// The receipt is not a billing key receipt.
    NotSubscribe = "RC_NOT_SUBSCRIBE",
    /// No such receipt or billing key.
    ReceiptNotFound = "RC_NOT_FOUND",
    /// Unknown PG, or not enabled.
    PgNotFound = "RC_PG_NOT_FOUND",
    /// Check the ACCESS TOKEN: it is missing, wrong or expired.
    TokenInvalid = "TOKEN_KEY_INVALID",
    /// Unknown application_id.
    AppKeyNotFound = "APP_KEY_NOT_FOUND",
    /// The secret_key (private_key) does not match.
    SecretNotMatched = "APP_SK_NOT_MATCHED",
    /// Unknown client_key.
    ClientKeyNotFound = "APP_CLIENT_KEY_NOT_FOUND",
    /// This IP address is not on the project's allow list.
    FirewallBlocked = "APP_FIREWALL_BLOCKED",
    /// order_name is missing.
    OrderNameBlank = "SUBSCRIBE_AT_ORDER_NAME_BLANK",
    /// subscription_id is missing.
    SubscriptionIdBlank = "SUBSCRIBE_AT_SUBSCRIPTION_ID_BLANK",
    /// receipt_id is missing.
    ReceiptIdBlank = "SUBSCRIBE_RECEIPT_ID_BLANK",
    /// auth_type is ARS or 간편인증.
    AuthTypeInvalid = "SUBSCRIBE_AT_AUTH_TYPE_INVALID",
    /// This cannot be an account number.
    AccountInvalid = "SUBSCRIBE_AT_BANK_ACCOUNT_INVALID",
    /// This kind of account cannot be debited.
    AccountNotDebitable = "SUBSCRIBE_AT_BANK_ACCOUNT_NOT_DEBITABLE",
    /// Not a birth date (6 digits) or a business number (10 digits).
    IdentityInvalid = "SUBSCRIBE_AT_IDENTITY_NO_INVALID",
    /// A resident number must not be taken by law.
    ResidentNumberRefused = "SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
    /// This cannot be a Korean telephone number.
    PhoneInvalid = "SUBSCRIBE_AT_PHONE_INVALID",
    /// Amounts are whole won, not negative, at most 12 digits, and tax_free is at most price.
    AmountInvalid = "SUBSCRIBE_AT_AMOUNT_INVALID",
    /// The field has a wrong type, or is too long.
    FieldInvalid = "FIELD_INVALID",
    /// A field that is stored must not contain the account, business or telephone number.
    SensitiveText = "SUBSCRIBE_AT_SENSITIVE_TEXT",
    /// A different request with this subscription_id is still open.
    SubscriptionConflict = "SUBSCRIBE_AT_SUBSCRIPTION_ID_CONFLICT",
    /// The customer refused.
    ConsentRefused = "SUBSCRIBE_AT_CONSENT_REFUSED",
    /// The customer did not answer the telephone.
    ConsentNoAnswer = "SUBSCRIBE_AT_CONSENT_NO_ANSWER",
    /// The customer's line was busy.
    ConsentBusy = "SUBSCRIBE_AT_CONSENT_BUSY",
    /// The customer pressed the wrong keys three times.
    ConsentWrongKey = "SUBSCRIBE_AT_CONSENT_WRONG_KEY",
    /// The person who signed is not the account holder.
    SignerMismatch = "SUBSCRIBE_AT_SIGNER_MISMATCH",
    /// The customer has no app or certificate for 간편인증.
    NoApp = "SUBSCRIBE_AT_NO_APP",
    /// The time for consent is over.
    ConsentExpired = "SUBSCRIBE_AT_CONSENT_EXPIRED",
    /// The PG refused the request.
    RequestRefused = "SUBSCRIBE_AT_REQUEST_REFUSED",
    /// The debit was declined.
    ConfirmFailed = "RC_CONFIRM_FAILED",
    /// The PG's answer is unknown: do not charge again, look the receipt up.
    ConfirmCritical = "RC_CONFIRM_CRITICAL_FAILED",
    /// order_name is missing.
    PaymentOrderNameBlank = "RC_ORDER_NAME_BLANK",
    /// order_id is missing.
    OrderIdBlank = "RC_ORDER_ID_BLANK",
    /// billing_key is missing.
    BillingKeyBlank = "RC_BILLING_KEY_BLANK",
    /// Amounts are whole won, at least 1, at most 12 digits, and tax_free is at most price.
    PriceInvalid = "RC_PRICE_INVALID",
    /// The banks take no debits at this time of day.
    DebitsClosed = "RC_DEBITS_CLOSED",
    /// A different payment has this order_id.
    OrderConflict = "RC_ORDER_ID_CONFLICT",
    /// A debit of this key over the same amount has no outcome yet; nothing was debited.
    OtherDebitOpen = "RC_OTHER_DEBIT_IN_DOUBT",
    /// A different request had this Idempotency-Key.
    IdempotencyConflict = "IDEMPOTENCY_KEY_CONFLICT",
    /// The payment is cancelled already.
    AlreadyCancelled = "RC_ALREADY_CANCELLED",
    /// The PG refused the cancel.
    CancelServerError = "RC_CANCEL_SERVER_ERROR",
    /// The PG's answer to the cancel is unknown; the same request again cancels at most once.
    CancelCritical = "RC_CANCEL_CRITICAL_ERROR",
    /// The amount to cancel is more than is left, or no amount.
    CancelPriceInvalid = "RC_CANCEL_PRICE_INVALID",
    /// A different cancel has this cancel_id.
    CancelConflict = "RC_CANCEL_ID_CONFLICT",
    /// Another cancel of this payment is under way.
    CancelUnderWay = "RC_CANCEL_UNDER_WAY",
    /// The payment is not paid.
    NotPaid = "RC_NOT_PAID",
    /// The cash receipt was refused.
    CashReceiptFailed = "RC_CASH_RECEIPT_FAILED",
    /// The PG's answer to the cash receipt is unknown; the same request again acts at most once.
    CashReceiptInDoubt = "RC_CASH_RECEIPT_IN_DOUBT",
    /// A different cash receipt is there already.
    CashReceiptConflict = "RC_CASH_RECEIPT_CONFLICT",
    /// reserve_execute_at is missing or unreadable.
    ReserveTimeInvalid = "RESERVE_EXECUTE_AT_INVALID",
    /// reserve_execute_at is in the past.
    ReserveTimePast = "RESERVE_EXECUTE_AT_PAST",
    /// A billing key has at most 10 waiting reserves.
    ReserveLimit = "RESERVE_LIMIT_EXCEEDED",
    /// Whether the reserve was stored is unknown; the same request again reserves at most once.
    ReserveInDoubt = "RESERVE_IN_DOUBT",
    /// No such reserve.
    ReserveNotFound = "RESERVE_NOT_FOUND",
    /// The reserve is not waiting any more.
    ReserveNotWaiting = "RESERVE_NOT_WAITING",
    /// This cannot be a webhook's URL.
    WebhookUrlInvalid = "WEBHOOK_URL_INVALID",
    /// The PG's answer is unknown. Call again with the same receipt_id: at most one key is issued.
    PublishInDoubt = "SUBSCRIBE_PUBLISH_IN_DOUBT",
    /// The PG cannot be reached; nothing happened.
    PgUnavailable = "PG_UNAVAILABLE",
    /// Too busy; nothing happened, try again shortly.
    Overloaded = "GATEWAY_OVERLOADED",
    /// The store cannot be used.
    StoreUnavailable = "GATEWAY_STORE_UNAVAILABLE",
    /// Over the project's request rate.
    RateLimited = "RATE_LIMITED",
    /// The request body is too large.
    BodyTooLarge = "BODY_TOO_LARGE",
    /// The request body is not a JSON object.
    BodyNotJson = "BODY_NOT_JSON",
    /// Content-Type must be application/json.
    MediaTypeUnsupported = "MEDIA_TYPE_UNSUPPORTED",
    /// No such endpoint.
    EndpointNotFound = "ENDPOINT_NOT_FOUND",
    /// This endpoint does not take this method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED",
    /// Internal error.
    Internal = "INTERNAL_ERROR",
    /// The payment does not wait for a person's verdict.
    SettleNotNeeded = "SETTLE_NOT_NEEDED",
    /// The gateway is asking the PG about it at this moment; nothing was changed.
    SettleUnderWay = "SETTLE_UNDER_WAY",
    /// The PG says otherwise; nothing was changed.
    SettleContradicted = "SETTLE_CONTRADICTED",
    /// The request is not signed with this installation's key.
    OperatorUnknown = "OPERATOR_UNKNOWN",
    /// The sandbox cannot do this now.
    SandboxRefused = "SANDBOX_REFUSED",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
