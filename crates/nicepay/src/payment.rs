//! Wire types of charges, cancels and cash receipts. Field names are the PG's; see `docs/reference/pg-protocol.md`.

use serde::{Deserialize, Serialize};

/// `POST /v1/subscribe/{bid}/payments`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChargeBody {
    pub order_id: String,
    /// KRW.
    pub amount: u64,
    #[serde(default)]
    pub tax_free_amt: u64,
    pub goods_name: String,
    pub edi_date: String,
    pub sign_data: String,
}

/// `POST /v1/payments/netcancel`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetCancelBody {
    /// The charge's.
    pub order_id: String,
    pub edi_date: String,
    pub sign_data: String,
}

/// `POST /v1/payments/{tid}/cancel`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelBody {
    /// A new one.
    pub order_id: String,
    pub reason: String,
    /// KRW; the whole balance without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_amt: Option<u64>,
    #[serde(default)]
    pub tax_free_amt: u64,
    pub edi_date: String,
    pub sign_data: String,
}

/// Where a payment stands at the PG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PaymentStatus {
    Paid,
    Ready,
    Failed,
    Cancelled,
    PartialCancelled,
    Expired,
}

/// The bank of a payment; never an account number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentBank {
    pub bank_code: String,
    pub bank_name: String,
}

/// One cancel of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelEntry {
    pub tid: String,
    pub order_id: String,
    /// KRW.
    pub amount: u64,
    pub cancelled_at: String,
    #[serde(default)]
    pub reason: String,
}

/// A cash receipt that came with a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CashReceiptEntry {
    pub tid: String,
    pub order_id: String,
    /// KRW.
    pub amount: u64,
    pub receipt_type: ReceiptType,
    pub approve_no: String,
    /// As in [`ReceiptAnswer`].
    pub status: String,
}

/// The payment answer: of a charge, a find, a cancel and a net-cancel. On a refusal only the first two fields count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentAnswer {
    pub result_code: String,
    pub result_msg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edi_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<PaymentStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_method: Option<String>,
    /// KRW.
    #[serde(default)]
    pub amount: u64,
    /// KRW that are not cancelled.
    #[serde(default)]
    pub balance_amt: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<PaymentBank>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancels: Vec<CancelEntry>,
    /// Issued with the charge of a key whose payer asked for cash receipts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cash_receipts: Vec<CashReceiptEntry>,
    /// Of a `failed` payment that is found: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_msg: Option<String>,
}

/// What a cash receipt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReceiptType {
    /// 소득공제
    Individual,
    /// 지출증빙
    Company,
}

/// `POST /v1/receipt/`; `enc_data` is `receiptNo=…`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueReceiptBody {
    pub order_id: String,
    /// KRW.
    pub amount: u64,
    pub goods_name: String,
    pub receipt_type: ReceiptType,
    pub enc_mode: String,
    pub enc_data: String,
    pub edi_date: String,
    pub sign_data: String,
}

/// `POST /v1/receipt/{tid}/cancel`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelReceiptBody {
    pub order_id: String,
    pub reason: String,
    pub edi_date: String,
    pub sign_data: String,
}

/// The answer of the cash receipt calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptAnswer {
    pub result_code: String,
    pub result_msg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edi_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default)]
    pub amount: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_url: Option<String>,
}
