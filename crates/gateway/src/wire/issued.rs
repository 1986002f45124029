//! The answer of publish, and of the lookup by receipt.

use domain::cash_receipt::CashReceipt;
use domain::issuance::{Issuance, IssuanceState};
use domain::key::BillingKey;
use domain::payment::Payment;
use domain::project::Project;
use domain::time::BILLING_KEY_EXPIRES_AT;
use domain::{EpochMs, Refusal};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Site;
use super::payment::raw;
use super::{BillingData, METHOD, METHOD_SYMBOL, PaymentReceipt, status};

/// Sixteen keys once issued; before that, those of the key are absent.
#[derive(Serialize, ToSchema)]
#[schema(as = Issued)]
pub struct IssuedKeyBody<'a> {
    receipt_id: String,
    subscription_id: &'a str,
    gateway_url: &'a str,
    #[schema(value_type = Object)]
    metadata: &'a RawValue,
    pg: &'static str,
    method: &'static str,
    method_symbol: &'static str,
    method_origin: &'static str,
    method_origin_symbol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<String>,
    requested_at: String,
    status_locale: &'static str,
    status: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_data: Option<PaymentReceipt<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_data: Option<BillingData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_expire_at: Option<&'static str>,
}

impl<'a> IssuedKeyBody<'a> {
    /// `key` is needed only to tell whether it was destroyed; `receipt_data` is absent without a first payment,
    /// which comes with its cash receipt.
    pub fn new(
        site: Site<'a>,
        project: &'a Project,
        issuance: &'a Issuance,
        key: Option<&BillingKey>,
        now: EpochMs,
        first_payment: Option<&'a (Payment, Option<CashReceipt>)>,
    ) -> Result<Self, Refusal> {
        let terms = &issuance.terms;
        let wire_status = status(project, issuance, key, now);
        let issued = issuance.issued.filter(|_| issuance.state == IssuanceState::Issued);
        Ok(Self {
            receipt_id: site.receipt_id(issuance.receipt_id, issuance.pg_tid.as_deref()),
            subscription_id: &terms.subscription_id,
            gateway_url: site.gateway_url,
            metadata: raw(&terms.metadata)?,
            pg: site.pg,
            method: METHOD,
            method_symbol: METHOD_SYMBOL,
            method_origin: METHOD,
            method_origin_symbol: METHOD_SYMBOL,
            published_at: issuance.published_at.map(EpochMs::to_wire),
            requested_at: issuance.requested_at.to_wire(),
            status_locale: wire_status.locale,
            status: wire_status.status,
            receipt_data: first_payment
                .map(|(payment, cash)| PaymentReceipt::new(site, project, payment, cash.as_ref()))
                .transpose()?,
            billing_key: issued.map(|issued| issued.billing_key.to_string()),
            billing_data: issued.map(|_| BillingData::from(&terms.shown)),
            billing_expire_at: issued.map(|_| BILLING_KEY_EXPIRES_AT),
        })
    }
}
