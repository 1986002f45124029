//! A payment's receipt: the recorded keys in the recorded order, then what only some have.

use domain::cash_receipt::{CashReceipt, CashReceiptWithDebit};
use domain::payment::{Payment, PaymentState};
use domain::project::Project;
use domain::{EpochMs, ErrorCode, Refusal};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Site;
use super::cash_receipt::cash_receipt_status;
use super::{METHOD, METHOD_SYMBOL, bank_name};

#[derive(Serialize, ToSchema)]
pub struct PaymentReceipt<'a> {
    receipt_id: String,
    order_id: &'a str,
    price: u64,
    tax_free: u64,
    cancelled_price: u64,
    cancelled_tax_free: u64,
    order_name: &'a str,
    company_name: &'a str,
    gateway_url: &'a str,
    #[schema(value_type = Object)]
    metadata: &'a RawValue,
    sandbox: bool,
    pg: &'static str,
    method: &'static str,
    method_symbol: &'static str,
    method_origin: &'static str,
    method_origin_symbol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchased_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_at: Option<String>,
    requested_at: String,
    status_locale: &'static str,
    currency: &'static str,
    receipt_url: &'a str,
    status: i16,
    bank_data: BankData<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_data: Option<CashReceiptData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    user: Option<&'a RawValue>,
}

#[derive(Serialize, ToSchema)]
pub struct BankData<'a> {
    tid: &'a str,
    bank_code: &'a str,
    bank_name: &'a str,
    bank_account: &'a str,
    bank_username: &'a str,
}

/// `cash_receipt_data`: what was issued, never to whom. The SDKs' models read `cash_receipt_no` and a number as the type.
#[derive(Serialize, ToSchema)]
pub struct CashReceiptData<'a> {
    tid: &'a str,
    cash_receipt_no: &'a str,
    /// The same, as this gateway first called it.
    receipt_no: &'a str,
    cash_receipt_type: i16,
    status: i16,
}

impl<'a> CashReceiptData<'a> {
    pub fn new(receipt: &'a CashReceipt) -> Self {
        Self {
            tid: receipt.tid.as_deref().unwrap_or(""),
            cash_receipt_no: receipt.approve_no.as_deref().unwrap_or(""),
            receipt_no: receipt.approve_no.as_deref().unwrap_or(""),
            cash_receipt_type: receipt.purpose.number(),
            status: cash_receipt_status(receipt).0,
        }
    }

    /// Of a debit that was just made.
    fn with_debit(receipt: &'a CashReceiptWithDebit) -> Self {
        Self {
            tid: &receipt.tid,
            cash_receipt_no: &receipt.approve_no,
            receipt_no: &receipt.approve_no,
            cash_receipt_type: receipt.purpose.number(),
            status: 60,
        }
    }
}

/// The number and the Korean words of a payment's status.
pub fn payment_status(state: PaymentState) -> (i16, &'static str) {
    match state {
        PaymentState::Paid | PaymentState::PartlyCancelled => (1, "결제완료"),
        PaymentState::Cancelled => (20, "결제취소완료"),
        PaymentState::Declined | PaymentState::Voided => (-2, "결제실패"),
        PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => (2, "결제승인중"),
    }
}

impl<'a> PaymentReceipt<'a> {
    pub fn new(
        site: Site<'a>,
        project: &'a Project,
        payment: &'a Payment,
        cash_receipt: Option<&'a CashReceipt>,
    ) -> Result<Self, Refusal> {
        let order = &payment.order;
        let (status, status_locale) = payment_status(payment.state);
        let debit = payment.debit.as_ref();
        let issued_now = || debit?.cash_receipt.as_ref().map(CashReceiptData::with_debit);
        Ok(Self {
            receipt_id: site.receipt_id(payment.receipt_id, debit.map(|debit| debit.tid.as_str())),
            order_id: &order.order_id,
            price: order.price.get(),
            tax_free: order.tax_free.get(),
            cancelled_price: payment.cancelled_price.get(),
            cancelled_tax_free: payment.cancelled_tax_free.get(),
            order_name: &order.order_name,
            company_name: &project.company_name,
            gateway_url: site.gateway_url,
            metadata: raw(&order.metadata)?,
            sandbox: site.is_sandbox,
            pg: site.pg,
            method: "계좌이체",
            method_symbol: "bank",
            method_origin: METHOD,
            method_origin_symbol: METHOD_SYMBOL,
            purchased_at: debit.map(|debit| debit.paid_at.to_wire()),
            cancelled_at: payment.cancelled_at.map(EpochMs::to_wire),
            requested_at: payment.requested_at.to_wire(),
            status_locale,
            currency: "KRW",
            receipt_url: debit.map_or("", |debit| debit.receipt_url.as_str()),
            status,
            bank_data: BankData {
                tid: debit.map_or("", |debit| debit.tid.as_str()),
                bank_code: &payment.masked_account.bank_code,
                bank_name: bank_name(&payment.masked_account.bank_code),
                bank_account: &payment.masked_account.account_masked,
                bank_username: &payment.masked_account.holder_masked,
            },
            cash_receipt_data: cash_receipt.map(CashReceiptData::new).or_else(issued_now),
            user: None,
        })
    }

    /// With what the merchant had sent as `user`.
    pub fn with_user(mut self, payment: &'a Payment) -> Result<Self, Refusal> {
        self.user = Some(raw(&payment.order.user)?);
        Ok(self)
    }
}

/// JSON that was stored as it was sent.
pub fn raw(json: &str) -> Result<&RawValue, Refusal> {
    serde_json::from_str(json).map_err(|_| Refusal::of(ErrorCode::Internal))
}
