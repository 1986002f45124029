//! A key by itself: ten keys, and `sandbox` is a number here.

use domain::key::BillingKey;
use domain::time::BILLING_KEY_EXPIRES_AT;
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::{BillingData, METHOD, METHOD_SYMBOL};

#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyBody {
    billing_key: String,
    pg: &'static str,
    method: &'static str,
    method_symbol: &'static str,
    billing_data: BillingData,
    version: u8,
    sandbox: u8,
    expire_at: &'static str,
    published_at: String,
    status: i16,
}

impl KeyBody {
    pub fn new(site: Site<'_>, key: &BillingKey) -> Self {
        Self {
            billing_key: key.id.to_string(),
            pg: site.pg,
            method: METHOD,
            method_symbol: METHOD_SYMBOL,
            billing_data: BillingData::from(&key.shown),
            version: 2,
            sandbox: u8::from(site.is_sandbox),
            expire_at: BILLING_KEY_EXPIRES_AT,
            published_at: key.issued_at.to_wire(),
            status: if key.is_destroyed() { -11 } else { 1 },
        }
    }
}
