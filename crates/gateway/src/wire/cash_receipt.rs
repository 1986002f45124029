//! A stand-alone cash receipt: the keys of a receipt, as far as they mean something.

use domain::cash_receipt::{CashReceipt, CashReceiptState};
use domain::project::Project;
use domain::{EpochMs, Refusal};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Site;
use super::payment::{CashReceiptData, raw};

const METHOD: &str = "현금영수증";
const METHOD_SYMBOL: &str = "cash_receipt";

#[derive(Serialize, ToSchema)]
#[schema(as = CashReceipt)]
pub struct StandaloneReceipt<'a> {
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
    status: i16,
    cash_receipt_data: CashReceiptData<'a>,
}

/// The number and the Korean words of a cash receipt's status.
pub fn cash_receipt_status(receipt: &CashReceipt) -> (i16, &'static str) {
    match receipt.state {
        CashReceiptState::Issued if receipt.pg.is_some() => (-61, "현금영수증취소실패"),
        CashReceiptState::Issued => (60, "현금영수증발행완료"),
        CashReceiptState::Cancelled => (61, "현금영수증취소완료"),
        CashReceiptState::Failed => (-60, "현금영수증발행실패"),
        CashReceiptState::Intended => (2, "현금영수증발행중"),
        CashReceiptState::Cancelling => (2, "현금영수증취소중"),
    }
}

impl<'a> StandaloneReceipt<'a> {
    pub fn new(site: Site<'a>, project: &'a Project, receipt: &'a CashReceipt) -> Result<Self, Refusal> {
        let (status, status_locale) = cash_receipt_status(receipt);
        let cancelled = |amount: u64| {
            if receipt.state == CashReceiptState::Cancelled {
                amount
            } else {
                0
            }
        };
        Ok(Self {
            receipt_id: site.receipt_id(receipt.receipt_id, receipt.tid.as_deref()),
            order_id: &receipt.order_id,
            price: receipt.price.get(),
            tax_free: receipt.tax_free.get(),
            cancelled_price: cancelled(receipt.price.get()),
            cancelled_tax_free: cancelled(receipt.tax_free.get()),
            order_name: &receipt.order_name,
            company_name: &project.company_name,
            gateway_url: site.gateway_url,
            metadata: raw(&receipt.metadata)?,
            sandbox: site.is_sandbox,
            pg: site.pg,
            method: METHOD,
            method_symbol: METHOD_SYMBOL,
            method_origin: METHOD,
            method_origin_symbol: METHOD_SYMBOL,
            purchased_at: receipt.purchased_at.or(receipt.issued_at).map(EpochMs::to_wire),
            cancelled_at: receipt.cancelled_at.map(EpochMs::to_wire),
            requested_at: receipt.requested_at.to_wire(),
            status_locale,
            currency: "KRW",
            status,
            cash_receipt_data: CashReceiptData::new(receipt),
        })
    }
}
