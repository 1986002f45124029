//! Credentials and billing keys.

use domain::ErrorCode as E;

use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, Gate, PLAIN};

const TAG: &str = "billing keys";
const TRANSFER: &str = "/v2/request/subscribe/automatic-transfer";
/// One path for two kinds of ids: OpenAPI takes paths that differ in a parameter's name only for the same.
const BY_ID: &str = "/v2/subscribe/billing_key/{id}";

const REQUEST: &[E] = &[
    E::PgNotFound,
    E::OrderNameBlank,
    E::SubscriptionIdBlank,
    E::AuthTypeInvalid,
    E::HolderBlank,
    E::BankNotFound,
    E::BankCodeBlank,
    E::AccountBlank,
    E::AccountInvalid,
    E::AccountNotDebitable,
    E::IdentityBlank,
    E::IdentityInvalid,
    E::ResidentNumberRefused,
    E::PhoneBlank,
    E::PhoneInvalid,
    E::AmountInvalid,
    E::SensitiveText,
    E::SubscriptionConflict,
    E::HolderCheckFailed,
    E::RequestRefused,
    E::PgUnavailable,
];
const CONSENT: &[E] = &[
    E::ConsentRefused,
    E::ConsentNoAnswer,
    E::ConsentBusy,
    E::ConsentWrongKey,
    E::ConsentExpired,
    E::SignerMismatch,
    E::NoApp,
];
const PUBLISH: &[E] = &[
    E::ReceiptIdBlank,
    E::ReceiptNotFound,
    E::ConsentPending,
    E::PublishNotReady,
    E::PublishRefused,
    E::PublishInDoubt,
    E::PgUnavailable,
];
const FIRST_PAYMENT: &[E] = &[
    E::ConfirmFailed,
    E::ConfirmCritical,
    E::OrderConflict,
    E::DebitsClosed,
    E::PriceInvalid,
    E::KeyExpired,
];

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "post",
        path: "/v2/request/token",
        name: "requestToken",
        tag: "credentials",
        korean: "토큰 받기 (application_id와 private_key)",
        english: "An access token for application_id and private_key",
        gate: Gate::Open,
        body: Some(("TokenRequest", &[])),
        answer: DocumentedAnswer::One("Token"),
        own_errors: &[&[
            E::AppKeyNotFound,
            E::ClientKeyNotFound,
            E::SecretNotMatched,
            E::FirewallBlocked,
            E::RateLimited,
        ]],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: TRANSFER,
        name: "requestBillingKey",
        tag: TAG,
        korean: "빌링키 요청: 고객에게 전화하고, 정해진 시간까지 동의를 기다립니다",
        english: "Ask for a billing key: the customer is called, and waited for as long as the hold",
        body: Some((
            "KeyRequest",
            &[
                "pg",
                "order_name",
                "subscription_id",
                "username",
                "bank_account",
                "identity_no",
                "phone",
            ],
        )),
        answer: DocumentedAnswer::One("Receipt"),
        answer_headers: &["Jadong-Consent", "Jadong-Notice", "Jadong-Replayed"],
        own_errors: &[REQUEST, CONSENT],
        links: &[
            ("publishBillingKey", "body.receipt_id", "receipt_id"),
            ("getReceipt", "receipt_id", "receipt_id"),
            ("getBillingKeyOfReceipt", "id", "receipt_id"),
        ],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: "/v2/request/subscribe/automatic-transfer/publish",
        name: "publishBillingKey",
        tag: TAG,
        korean: "발급: 고객이 동의했으면 빌링키를 받습니다",
        english: "Publish: the billing key, once the customer has agreed",
        body: Some(("PublishRequest", &["receipt_id"])),
        answer: DocumentedAnswer::One("Issued"),
        answer_headers: &["Jadong-Replayed"],
        own_errors: &[PUBLISH, FIRST_PAYMENT],
        links: &[
            ("charge", "body.billing_key", "billing_key"),
            ("reserve", "body.billing_key", "billing_key"),
            ("getBillingKey", "billing_key", "billing_key"),
            ("destroyBillingKey", "id", "billing_key"),
        ],
        ..PLAIN
    },
    Endpoint {
        path: BY_ID,
        name: "getBillingKeyOfReceipt",
        tag: TAG,
        korean: "영수증 id로 빌링키 조회: 발급의 답을 다시",
        english: "The key of a receipt: the answer of publish again",
        answer: DocumentedAnswer::One("Issued"),
        own_errors: &[&[E::ReceiptNotFound, E::NotSubscribe]],
        ..PLAIN
    },
    Endpoint {
        path: "/v2/billing_key/{billing_key}",
        name: "getBillingKey",
        tag: TAG,
        korean: "빌링키 조회",
        english: "A key by itself",
        answer: DocumentedAnswer::One("Key"),
        own_errors: &[&[E::ReceiptNotFound]],
        ..PLAIN
    },
    Endpoint {
        method: "delete",
        path: BY_ID,
        name: "destroyBillingKey",
        tag: TAG,
        korean: "빌링키 삭제",
        english: "Destroy a key",
        query: &["cancel_reserves"],
        answer: DocumentedAnswer::One("Destroyed"),
        own_errors: &[&[E::ReceiptNotFound, E::KeyExpired]],
        ..PLAIN
    },
    Endpoint {
        path: "/v2/receipt/{receipt_id}",
        name: "getReceipt",
        tag: "receipts",
        korean: "영수증 조회: 빌링키 요청, 결제, 현금영수증",
        english: "A receipt: of a request for a key, a payment or a cash receipt",
        query: &["lookup_user_data"],
        answer: DocumentedAnswer::Any(&["Receipt", "PaymentReceipt", "CashReceipt"]),
        own_errors: &[&[E::ReceiptNotFound]],
        ..PLAIN
    },
];
