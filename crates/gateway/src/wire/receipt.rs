//! A receipt: twenty keys, and where the customer decides while they have not, at a PG that calls nobody.

use domain::Refusal;
use domain::issuance::Issuance;
use domain::project::Project;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Site;
use super::payment::raw;
use super::{METHOD, METHOD_SYMBOL, WireStatus};

#[derive(Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct IssuanceReceipt<'a> {
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
    requested_at: String,
    status_locale: &'static str,
    currency: &'static str,
    status: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_url: Option<&'a str>,
}

impl<'a> IssuanceReceipt<'a> {
    /// The answer of step 1: 41, whether or not the customer has decided.
    pub fn waiting(site: Site<'a>, project: &'a Project, issuance: &'a Issuance) -> Result<Self, Refusal> {
        Self::new(site, project, issuance, WireStatus::WAITING)
    }

    pub fn new(
        site: Site<'a>,
        project: &'a Project,
        issuance: &'a Issuance,
        standing: WireStatus,
    ) -> Result<Self, Refusal> {
        let terms = &issuance.terms;
        Ok(Self {
            receipt_id: site.receipt_id(issuance.receipt_id, issuance.pg_tid.as_deref()),
            order_id: &terms.subscription_id,
            price: terms.price.get(),
            tax_free: terms.tax_free.get(),
            cancelled_price: 0,
            cancelled_tax_free: 0,
            order_name: &terms.order_name,
            company_name: &project.company_name,
            gateway_url: site.gateway_url,
            metadata: raw(&issuance.terms.metadata)?,
            sandbox: site.is_sandbox,
            pg: site.pg,
            method: METHOD,
            method_symbol: METHOD_SYMBOL,
            method_origin: METHOD,
            method_origin_symbol: METHOD_SYMBOL,
            requested_at: issuance.requested_at.to_wire(),
            status_locale: standing.locale,
            currency: "KRW",
            status: standing.status,
            consent_url: issuance.open_consent_url(),
        })
    }
}
