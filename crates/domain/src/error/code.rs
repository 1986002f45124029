//! Every error code of the API in one table: wire name, number, HTTP status, Korean and English sentence.

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $number:expr, $status:literal, $ko:literal, $en:literal;)*) => {
        /// A documented error. `explanations.toml` says what each means, `docs/reference/error-codes.md` is written from both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)* }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// `error_code` on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The code by its wire name, as the store keeps it.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }

            /// The documented number, where there is one.
            #[must_use]
            pub const fn number(self) -> Option<u16> {
                match self { $(Self::$variant => $number,)* }
            }

            /// HTTP status.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The sentence in Korean.
            #[must_use]
            pub const fn korean(self) -> &'static str {
                match self { $(Self::$variant => $ko,)* }
            }

            /// The sentence in English.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }
        }
    };
}

error_codes! {
    // The documented faults of a request for a billing key.
    BankNotFound = "SUBSCRIBE_AT_BLANK_NOT_FOUND", Some(2350), 400,
        "은행을 찾을 수 없습니다.", "No such bank.";
    HolderBlank = "SUBSCRIBE_AT_USERNAME_BLANK", Some(2351), 400,
        "예금주명을 입력해주세요.", "The account holder is missing.";
    AccountBlank = "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK", Some(2352), 400,
        "계좌번호를 입력해주세요.", "The account number is missing.";
    IdentityBlank = "SUBSCRIBE_AT_IDENTITY_NO_BLANK", Some(2353), 400,
        "생년월일 또는 사업자등록번호를 입력해주세요.", "The birth date or business number is missing.";
    PhoneBlank = "SUBSCRIBE_AT_PHONE_BLANK", Some(2354), 400,
        "전화번호를 입력해주세요.", "The telephone number is missing.";
    BankCodeBlank = "SUBSCRIBE_AT_BANK_CODE_BLANK", Some(2356), 400,
        "은행 코드가 없거나 올바르지 않습니다.", "The bank code is missing or invalid.";
    HolderCheckFailed = "SUBSCRIBE_AT_LOOKUP_USER_FAILED", None, 400,
        "예금주 정보를 확인할 수 없습니다.", "The bank did not confirm the account holder.";

    // Publishing and using a key.
    ConsentPending = "SUBSCRIBE_REQUEST_FAILED", None, 400,
        "고객이 아직 동의하지 않았습니다. 잠시 후 다시 시도해주세요.", "The customer has not consented yet; try again shortly.";
    PublishNotReady = "SUBSCRIBE_PUBLISH_NOT_READY", None, 400,
        "빌링키 발급 대기 상태가 아닙니다.", "The receipt is not waiting for its billing key.";
    PublishRefused = "SUBSCRIBE_PUBLISH_FAILED", None, 400,
        "PG사가 빌링키 발급을 거절했습니다.", "The PG refused to issue the billing key.";
    KeyExpired = "SUBSCRIBE_BK_EXPIRED", None, 400,
        "만료되었거나 삭제된 빌링키입니다.", "The billing key was destroyed or has expired.";
    NotSubscribe = "RC_NOT_SUBSCRIBE", None, 400,
        "빌링키 영수증이 아닙니다.", "The receipt is not a billing key receipt.";
    ReceiptNotFound = "RC_NOT_FOUND", None, 404,
        "영수증 또는 빌링키를 찾을 수 없습니다.", "No such receipt or billing key.";
    PgNotFound = "RC_PG_NOT_FOUND", None, 400,
        "PG사를 찾을 수 없습니다.", "Unknown PG, or not enabled.";

    // Credentials.
    TokenInvalid = "TOKEN_KEY_INVALID", None, 401,
        "ACCESS TOKEN 값을 확인해주세요", "Check the ACCESS TOKEN: it is missing, wrong or expired.";
    AppKeyNotFound = "APP_KEY_NOT_FOUND", None, 401,
        "application_id를 찾을 수 없습니다.", "Unknown application_id.";
    SecretNotMatched = "APP_SK_NOT_MATCHED", None, 401,
        "secret_key(private_key)가 일치하지 않습니다.", "The secret_key (private_key) does not match.";
    ClientKeyNotFound = "APP_CLIENT_KEY_NOT_FOUND", Some(1216), 401,
        "client_key를 찾을 수 없습니다.", "Unknown client_key.";
    FirewallBlocked = "APP_FIREWALL_BLOCKED", None, 401,
        "접근이 허가된 IP가 아닙니다", "This IP address is not on the project's allow list.";

    // Faults of a request that the documentation has no code for: ours.
    OrderNameBlank = "SUBSCRIBE_AT_ORDER_NAME_BLANK", None, 400,
        "order_name을 입력해주세요.", "order_name is missing.";
    SubscriptionIdBlank = "SUBSCRIBE_AT_SUBSCRIPTION_ID_BLANK", None, 400,
        "subscription_id를 입력해주세요.", "subscription_id is missing.";
    ReceiptIdBlank = "SUBSCRIBE_RECEIPT_ID_BLANK", None, 400,
        "receipt_id를 입력해주세요.", "receipt_id is missing.";
    AuthTypeInvalid = "SUBSCRIBE_AT_AUTH_TYPE_INVALID", None, 400,
        "auth_type은 ARS 또는 간편인증이어야 합니다.", "auth_type is ARS or 간편인증.";
    AccountInvalid = "SUBSCRIBE_AT_BANK_ACCOUNT_INVALID", None, 400,
        "계좌번호 형식이 올바르지 않습니다.", "This cannot be an account number.";
    AccountNotDebitable = "SUBSCRIBE_AT_BANK_ACCOUNT_NOT_DEBITABLE", None, 400,
        "자동이체를 등록할 수 없는 계좌입니다.", "This kind of account cannot be debited.";
    IdentityInvalid = "SUBSCRIBE_AT_IDENTITY_NO_INVALID", None, 400,
        "생년월일(6자리) 또는 사업자등록번호(10자리)가 올바르지 않습니다.", "Not a birth date (6 digits) or a business number (10 digits).";
    ResidentNumberRefused = "SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED", None, 400,
        "주민등록번호는 법으로 받을 수 없습니다.",
        "A resident number must not be taken by law.";
    PhoneInvalid = "SUBSCRIBE_AT_PHONE_INVALID", None, 400,
        "전화번호 형식이 올바르지 않습니다.", "This cannot be a Korean telephone number.";
    AmountInvalid = "SUBSCRIBE_AT_AMOUNT_INVALID", None, 400,
        "금액은 원 단위의 0 이상 정수(12자리 이하)이고 tax_free는 price 이하여야 합니다.",
        "Amounts are whole won, not negative, at most 12 digits, and tax_free is at most price.";
    FieldInvalid = "FIELD_INVALID", None, 400,
        "필드 값이 올바르지 않습니다.", "The field has a wrong type, or is too long.";
    SensitiveText = "SUBSCRIBE_AT_SENSITIVE_TEXT", None, 400,
        "저장되는 필드에 계좌번호·사업자등록번호·전화번호를 넣을 수 없습니다.",
        "A field that is stored must not contain the account, business or telephone number.";
    SubscriptionConflict = "SUBSCRIBE_AT_SUBSCRIPTION_ID_CONFLICT", None, 409,
        "같은 subscription_id로 내용이 다른 요청이 이미 진행 중입니다.",
        "A different request with this subscription_id is still open.";

    // How a consent ends without a key: ours.
    ConsentRefused = "SUBSCRIBE_AT_CONSENT_REFUSED", None, 400,
        "고객이 동의를 거절했습니다.", "The customer refused.";
    ConsentNoAnswer = "SUBSCRIBE_AT_CONSENT_NO_ANSWER", None, 400,
        "고객이 전화를 받지 않았습니다.", "The customer did not answer the telephone.";
    ConsentBusy = "SUBSCRIBE_AT_CONSENT_BUSY", None, 400,
        "고객이 통화 중입니다.", "The customer's line was busy.";
    ConsentWrongKey = "SUBSCRIBE_AT_CONSENT_WRONG_KEY", None, 400,
        "고객이 인증 번호를 세 번 잘못 눌렀습니다.", "The customer pressed the wrong keys three times.";
    SignerMismatch = "SUBSCRIBE_AT_SIGNER_MISMATCH", None, 400,
        "인증한 사람이 예금주와 다릅니다.", "The person who signed is not the account holder.";
    NoApp = "SUBSCRIBE_AT_NO_APP", None, 400,
        "고객에게 간편인증 앱 또는 인증서가 없습니다.", "The customer has no app or certificate for 간편인증.";
    ConsentExpired = "SUBSCRIBE_AT_CONSENT_EXPIRED", None, 400,
        "동의 시간이 지났습니다.", "The time for consent is over.";
    RequestRefused = "SUBSCRIBE_AT_REQUEST_REFUSED", None, 400,
        "PG사가 자동이체 등록 요청을 거절했습니다.", "The PG refused the request.";

    // Debits.
    ConfirmFailed = "RC_CONFIRM_FAILED", None, 400,
        "결제가 거절되었습니다.", "The debit was declined.";
    ConfirmCritical = "RC_CONFIRM_CRITICAL_FAILED", None, 400,
        "PG사의 응답을 확인하지 못했습니다. 다시 결제하지 말고 영수증을 조회해주세요.",
        "The PG's answer is unknown: do not charge again, look the receipt up.";
    PaymentOrderNameBlank = "RC_ORDER_NAME_BLANK", None, 400,
        "order_name을 입력해주세요.", "order_name is missing.";
    OrderIdBlank = "RC_ORDER_ID_BLANK", None, 400,
        "order_id를 입력해주세요.", "order_id is missing.";
    BillingKeyBlank = "RC_BILLING_KEY_BLANK", None, 400,
        "billing_key를 입력해주세요.", "billing_key is missing.";
    PriceInvalid = "RC_PRICE_INVALID", None, 400,
        "금액은 1원 이상의 정수(12자리 이하)이고 tax_free는 price 이하여야 합니다.",
        "Amounts are whole won, at least 1, at most 12 digits, and tax_free is at most price.";
    DebitsClosed = "RC_DEBITS_CLOSED", None, 400,
        "은행 점검 시간에는 출금할 수 없습니다.", "The banks take no debits at this time of day.";
    OrderConflict = "RC_ORDER_ID_CONFLICT", None, 409,
        "같은 order_id로 내용이 다른 결제가 이미 있습니다.", "A different payment has this order_id.";
    OtherDebitOpen = "RC_OTHER_DEBIT_IN_DOUBT", None, 409,
        "같은 빌링키와 금액의 출금 결과를 아직 알 수 없어 출금하지 않았습니다.",
        "A debit of this key over the same amount has no outcome yet; nothing was debited.";
    IdempotencyConflict = "IDEMPOTENCY_KEY_CONFLICT", None, 409,
        "같은 Idempotency-Key로 내용이 다른 요청이 이미 있습니다.", "A different request had this Idempotency-Key.";

    // Cancels and cash receipts.
    AlreadyCancelled = "RC_ALREADY_CANCELLED", None, 400,
        "이미 취소된 결제입니다.", "The payment is cancelled already.";
    CancelServerError = "RC_CANCEL_SERVER_ERROR", None, 400,
        "PG사가 취소를 거절했습니다.", "The PG refused the cancel.";
    CancelCritical = "RC_CANCEL_CRITICAL_ERROR", None, 400,
        "PG사의 취소 응답을 확인하지 못했습니다. 같은 요청을 다시 보내도 한 번만 취소됩니다.",
        "The PG's answer to the cancel is unknown; the same request again cancels at most once.";
    CancelPriceInvalid = "RC_CANCEL_PRICE_INVALID", None, 400,
        "취소 금액이 남은 금액보다 크거나 올바르지 않습니다.", "The amount to cancel is more than is left, or no amount.";
    CancelConflict = "RC_CANCEL_ID_CONFLICT", None, 409,
        "같은 cancel_id로 내용이 다른 취소가 이미 있습니다.", "A different cancel has this cancel_id.";
    CancelUnderWay = "RC_CANCEL_UNDER_WAY", None, 409,
        "이 결제의 다른 취소가 진행 중입니다.", "Another cancel of this payment is under way.";
    NotPaid = "RC_NOT_PAID", None, 400,
        "결제 완료 상태가 아닙니다.", "The payment is not paid.";
    CashReceiptFailed = "RC_CASH_RECEIPT_FAILED", None, 400,
        "현금영수증을 처리하지 못했습니다.", "The cash receipt was refused.";
    CashReceiptInDoubt = "RC_CASH_RECEIPT_IN_DOUBT", None, 503,
        "PG사의 현금영수증 응답을 확인하지 못했습니다. 같은 요청을 다시 보내도 한 번만 처리됩니다.",
        "The PG's answer to the cash receipt is unknown; the same request again acts at most once.";
    CashReceiptConflict = "RC_CASH_RECEIPT_CONFLICT", None, 409,
        "내용이 다른 현금영수증이 이미 있습니다.", "A different cash receipt is there already.";

    // Reserves: ours.
    ReserveTimeInvalid = "RESERVE_EXECUTE_AT_INVALID", None, 400,
        "reserve_execute_at이 없거나 올바르지 않습니다.", "reserve_execute_at is missing or unreadable.";
    ReserveTimePast = "RESERVE_EXECUTE_AT_PAST", None, 400,
        "reserve_execute_at이 과거입니다.", "reserve_execute_at is in the past.";
    ReserveLimit = "RESERVE_LIMIT_EXCEEDED", None, 400,
        "빌링키 하나에 예약은 10개까지입니다.", "A billing key has at most 10 waiting reserves.";
    ReserveInDoubt = "RESERVE_IN_DOUBT", None, 503,
        "예약이 저장되었는지 확인하지 못했습니다. 같은 요청을 다시 보내도 하나만 예약됩니다.",
        "Whether the reserve was stored is unknown; the same request again reserves at most once.";
    ReserveNotFound = "RESERVE_NOT_FOUND", None, 404,
        "예약을 찾을 수 없습니다.", "No such reserve.";
    ReserveNotWaiting = "RESERVE_NOT_WAITING", None, 400,
        "대기 중인 예약이 아닙니다.", "The reserve is not waiting any more.";
    WebhookUrlInvalid = "WEBHOOK_URL_INVALID", None, 400,
        "웹훅 주소가 올바르지 않습니다.", "This cannot be a webhook's URL.";

    // A person's verdict, on the admin listener: ours.
    SettleNotNeeded = "SETTLE_NOT_NEEDED", None, 409,
        "사람의 판정을 기다리는 결제가 아닙니다.", "The payment does not wait for a person's verdict.";
    SettleUnderWay = "SETTLE_UNDER_WAY", None, 409,
        "게이트웨이가 지금 이 건을 PG사에 묻고 있습니다. 아무것도 바뀌지 않았습니다.", "The gateway is asking the PG about it at this moment; nothing was changed.";
    SettleContradicted = "SETTLE_CONTRADICTED", None, 409,
        "PG사의 답과 다릅니다. 아무것도 바뀌지 않았습니다.", "The PG says otherwise; nothing was changed.";
    OperatorUnknown = "OPERATOR_UNKNOWN", None, 401,
        "이 설치의 키로 서명되지 않은 요청입니다.", "The request is not signed with this installation's key.";

    // The sandbox: ours.
    SandboxRefused = "SANDBOX_REFUSED", None, 409,
        "샌드박스가 지금은 할 수 없는 일입니다.", "The sandbox cannot do this now.";

    // The gateway itself: ours.
    PublishInDoubt = "SUBSCRIBE_PUBLISH_IN_DOUBT", None, 503,
        "PG사의 응답을 확인하지 못했습니다. 같은 receipt_id로 다시 시도하면 키는 하나만 발급됩니다.",
        "The PG's answer is unknown. Call again with the same receipt_id: at most one key is issued.";
    PgUnavailable = "PG_UNAVAILABLE", None, 503,
        "PG사에 연결할 수 없습니다. 아무 일도 일어나지 않았습니다.", "The PG cannot be reached; nothing happened.";
    Overloaded = "GATEWAY_OVERLOADED", None, 503,
        "요청이 많아 처리하지 못했습니다. 잠시 후 다시 시도해주세요.", "Too busy; nothing happened, try again shortly.";
    StoreUnavailable = "GATEWAY_STORE_UNAVAILABLE", None, 503,
        "저장소를 사용할 수 없습니다.", "The store cannot be used.";
    RateLimited = "RATE_LIMITED", None, 429,
        "요청 한도를 초과했습니다.", "Over the project's request rate.";
    BodyTooLarge = "BODY_TOO_LARGE", None, 413,
        "요청 본문이 너무 큽니다.", "The request body is too large.";
    BodyNotJson = "BODY_NOT_JSON", None, 400,
        "요청 본문이 올바른 JSON 객체가 아닙니다.", "The request body is not a JSON object.";
    MediaTypeUnsupported = "MEDIA_TYPE_UNSUPPORTED", None, 415,
        "Content-Type은 application/json이어야 합니다.", "Content-Type must be application/json.";
    EndpointNotFound = "ENDPOINT_NOT_FOUND", None, 404,
        "존재하지 않는 주소입니다.", "No such endpoint.";
    MethodNotAllowed = "METHOD_NOT_ALLOWED", None, 405,
        "허용되지 않은 메서드입니다.", "This endpoint does not take this method.";
    Internal = "INTERNAL_ERROR", None, 500,
        "내부 오류가 발생했습니다.", "Internal error.";
}

impl ErrorCode {
    /// Whether it says that a required field is missing.
    #[must_use]
    pub const fn is_blank(self) -> bool {
        matches!(
            self,
            Self::HolderBlank
                | Self::AccountBlank
                | Self::IdentityBlank
                | Self::PhoneBlank
                | Self::BankCodeBlank
                | Self::OrderNameBlank
                | Self::SubscriptionIdBlank
                | Self::ReceiptIdBlank
                | Self::PaymentOrderNameBlank
                | Self::OrderIdBlank
                | Self::BillingKeyBlank
                | Self::PriceInvalid
                | Self::PgNotFound
                | Self::ReserveTimeInvalid
                | Self::AppKeyNotFound
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_both_languages_say_something() {
        let names: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert!(!code.korean().is_empty() && !code.english().is_empty());
            assert_eq!(ErrorCode::from_name(code.name()), Some(*code));
        }
    }

    #[test]
    fn the_six_documented_faults_have_their_numbers() {
        let numbers: Vec<_> = ErrorCode::ALL.iter().filter_map(|code| code.number()).collect();
        assert_eq!(numbers, [2350, 2351, 2352, 2353, 2354, 2356, 1216]);
    }
}
