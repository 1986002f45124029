//! Debits, now and later, and giving back.

use domain::ErrorCode as E;

use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};

const TAG: &str = "payments";
const RESERVES: &str = "reserves";
const ORDER: &[&str] = &["billing_key", "order_name", "price", "order_id"];

const ORDER_ERRORS: &[E] = &[
    E::BillingKeyBlank,
    E::PaymentOrderNameBlank,
    E::PriceInvalid,
    E::OrderIdBlank,
    E::SensitiveText,
    E::WebhookUrlInvalid,
    E::ReceiptNotFound,
    E::KeyExpired,
    E::OrderConflict,
];

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "post",
        path: "/v2/subscribe/payment",
        name: "charge",
        tag: TAG,
        korean: "출금: 한 번, 지금",
        english: "Charge: one debit, now",
        body: Some(("PaymentRequest", ORDER)),
        headers: &["Idempotency-Key"],
        answer: DocumentedAnswer::One("PaymentReceipt"),
        answer_headers: &["Jadong-Replayed", "Jadong-Notice"],
        own_errors: &[
            ORDER_ERRORS,
            &[
                E::IdempotencyConflict,
                E::OtherDebitOpen,
                E::DebitsClosed,
                E::ConfirmFailed,
                E::ConfirmCritical,
                E::PgUnavailable,
            ],
        ],
        links: &[
            ("getReceipt", "receipt_id", "receipt_id"),
            ("cancel", "body.receipt_id", "receipt_id"),
            ("lookUpOrder", "order_id", "order_id"),
        ],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: "/v2/subscribe/payment/reserve",
        name: "reserve",
        tag: RESERVES,
        korean: "예약: 나중에 출금",
        english: "Reserve: a debit later",
        body: Some((
            "ReserveRequest",
            &["billing_key", "order_name", "price", "order_id", "reserve_execute_at"],
        )),
        headers: &["Idempotency-Key"],
        answer: DocumentedAnswer::One("Reserved"),
        answer_headers: &["Jadong-Notice", "Jadong-Replayed"],
        own_errors: &[
            ORDER_ERRORS,
            &[
                E::IdempotencyConflict,
                E::ReserveTimeInvalid,
                E::ReserveTimePast,
                E::ReserveLimit,
                E::ReserveInDoubt,
                E::DebitsClosed,
            ],
        ],
        links: &[
            ("getReserve", "reserve_id", "reserve_id"),
            ("revokeReserve", "reserve_id", "reserve_id"),
        ],
        ..PLAIN
    },
    Endpoint {
        path: "/v2/subscribe/payment/reserve/{reserve_id}",
        name: "getReserve",
        tag: RESERVES,
        korean: "예약 조회",
        english: "A reserve",
        answer: DocumentedAnswer::One("Reserve"),
        own_errors: &[&[E::ReserveNotFound]],
        ..PLAIN
    },
    Endpoint {
        method: "delete",
        path: "/v2/subscribe/payment/reserve/{reserve_id}",
        name: "revokeReserve",
        tag: RESERVES,
        korean: "예약 취소",
        english: "Revoke a reserve",
        answer: DocumentedAnswer::One("Revoked"),
        own_errors: &[&[E::ReserveNotFound, E::ReserveNotWaiting, E::ReserveInDoubt]],
        ..PLAIN
    },
    Endpoint {
        path: "/v2/lookup/order/{order_id}",
        name: "lookUpOrder",
        tag: "receipts",
        korean: "주문 조회: 결제를 시도한 모든 영수증, 오래된 것부터",
        english: "Every attempt to pay an order, oldest first",
        answer: DocumentedAnswer::ListOf("PaymentReceipt"),
        own_errors: &[&[E::ReceiptNotFound]],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: "/v2/cancel",
        name: "cancel",
        tag: TAG,
        korean: "결제 취소: 전액 또는 일부",
        english: "Give money back, wholly or in part",
        body: Some(("CancelRequest", &["receipt_id"])),
        headers: &["Idempotency-Key"],
        answer: DocumentedAnswer::One("PaymentReceipt"),
        answer_headers: &["Jadong-Notice", "Jadong-Replayed"],
        own_errors: &[&[
            E::ReceiptIdBlank,
            E::ReceiptNotFound,
            E::AlreadyCancelled,
            E::NotPaid,
            E::CancelPriceInvalid,
            E::SensitiveText,
            E::IdempotencyConflict,
            E::CancelConflict,
            E::CancelUnderWay,
            E::CancelServerError,
            E::CancelCritical,
            E::PgUnavailable,
        ]],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: "/v2/request/webhook",
        name: "sendWebhookAgain",
        tag: "receipts",
        korean: "영수증의 웹훅을 다시 보내기",
        english: "Send a receipt's webhook again",
        body: Some(("WebhookRequest", &["receipt_id"])),
        answer: DocumentedAnswer::One("WebhookSent"),
        own_errors: &[&[
            E::ReceiptIdBlank,
            E::ReceiptNotFound,
            E::SensitiveText,
            E::WebhookUrlInvalid,
        ]],
        ..PLAIN
    },
];
