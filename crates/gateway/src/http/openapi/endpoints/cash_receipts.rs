//! Cash receipts (현금영수증), of a payment and standing alone.

use domain::ErrorCode as E;

use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};

const TAG: &str = "cash receipts";
const CANCEL: &[&str] = &["cancel_message", "cancel_username"];
const ISSUE: &[E] = &[
    E::ResidentNumberRefused,
    E::CashReceiptFailed,
    E::CashReceiptInDoubt,
    E::CashReceiptConflict,
    E::PgUnavailable,
];

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "post",
        path: "/v2/request/receipt/cash/publish",
        name: "issueCashReceiptOfPayment",
        tag: TAG,
        korean: "결제의 현금영수증 발행",
        english: "Issue the cash receipt of a payment",
        body: Some((
            "CashReceiptOfPaymentRequest",
            &["receipt_id", "identity_no", "cash_receipt_type"],
        )),
        answer: DocumentedAnswer::One("PaymentReceipt"),
        answer_headers: &["Jadong-Replayed"],
        own_errors: &[&[E::ReceiptIdBlank, E::ReceiptNotFound, E::NotPaid], ISSUE],
        ..PLAIN
    },
    Endpoint {
        method: "delete",
        path: "/v2/request/receipt/cash/cancel/{receipt_id}",
        name: "cancelCashReceiptOfPayment",
        tag: TAG,
        korean: "결제의 현금영수증 취소",
        english: "Cancel the cash receipt of a payment",
        query: CANCEL,
        answer: DocumentedAnswer::One("PaymentReceipt"),
        answer_headers: &["Jadong-Replayed"],
        own_errors: &[&[E::ReceiptNotFound], ISSUE],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: "/v2/request/cash/receipt",
        name: "issueCashReceipt",
        tag: TAG,
        korean: "다른 곳에서 받은 돈의 현금영수증 발행",
        english: "Issue a cash receipt for money taken elsewhere",
        body: Some((
            "CashReceiptRequest",
            &["order_id", "order_name", "price", "identity_no", "cash_receipt_type"],
        )),
        answer: DocumentedAnswer::One("CashReceipt"),
        answer_headers: &["Jadong-Notice", "Jadong-Replayed"],
        own_errors: &[
            &[
                E::PgNotFound,
                E::PaymentOrderNameBlank,
                E::PriceInvalid,
                E::OrderIdBlank,
                E::SensitiveText,
            ],
            ISSUE,
        ],
        links: &[("cancelCashReceipt", "receipt_id", "receipt_id")],
        ..PLAIN
    },
    Endpoint {
        method: "delete",
        path: "/v2/request/cash/receipt/{receipt_id}",
        name: "cancelCashReceipt",
        tag: TAG,
        korean: "현금영수증 취소",
        english: "Cancel a cash receipt",
        query: CANCEL,
        answer: DocumentedAnswer::One("CashReceipt"),
        answer_headers: &["Jadong-Replayed"],
        own_errors: &[&[E::ReceiptNotFound], ISSUE],
        ..PLAIN
    },
];
