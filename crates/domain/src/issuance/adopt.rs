//! Taking over a billing key that the merchant's PG has issued before: its consent was given there, and its evidence is there.

use super::{AuthType, Issuance, IssuanceState, IssuanceTerms, IssuanceTransition, IssuedBy, IssuedKey};
use crate::fingerprint::Pepper;
use crate::ids::{BillingKeyId, ProjectId, ReceiptId};
use crate::key::{BillingKey, MaskedAccount};
use crate::mandate::MandateTerms;
use crate::money::Won;
use crate::time::EpochMs;
use crate::transition::Actor;

/// A key as its PG and its merchant know it.
#[derive(Debug, Clone)]
pub struct AdoptedKey {
    pub billing_key: BillingKeyId,
    /// The PG's id of its consent, where the merchant has kept it.
    pub receipt_at_pg: Option<String>,
    /// What the merchant calls it; the key itself where it does not say.
    pub subscription_id: Option<String>,
    pub shown: MaskedAccount,
    pub issued_at: EpochMs,
}

/// What makes a key one of this gateway's: the request, its consent and its publish, each as a person's word, and the key.
#[derive(Debug, Clone)]
pub struct Adoption {
    pub requested: Issuance,
    pub steps: Vec<IssuanceTransition>,
    pub key: BillingKey,
    pub receipt_at_pg: Option<String>,
}

/// Decides what the key is here.
#[must_use]
pub fn adopt(adopted: AdoptedKey, (project_id, receipt_id): (ProjectId, ReceiptId), pepper: &Pepper) -> Adoption {
    let key = adopted.billing_key.to_string();
    let at = adopted.issued_at;
    let requested = Issuance {
        receipt_id,
        project_id,
        seq: 1,
        state: IssuanceState::Requested,
        terms: IssuanceTerms {
            subscription_id: adopted.subscription_id.unwrap_or_else(|| key.clone()),
            order_name: "PG에서 발급된 빌링키 (issued at the PG)".to_owned(),
            price: Won::ZERO,
            tax_free: Won::ZERO,
            auth_type: AuthType::Ars,
            shown: adopted.shown.clone(),
            phone_masked: String::new(),
            cash_receipt_type: None,
            cash_receipt_print: None,
            metadata: r#"{"jadong_adopted":true}"#.to_owned(),
            mandate: MandateTerms::default(),
        },
        fingerprint: pepper.hash("adopted_key", &[&project_id.to_string(), &key]),
        requested_at: at,
        consent_expires_at: at,
        published_at: None,
        pg_tid: None,
        consent_url: None,
        failure: None,
        issued: None,
    };
    let mut issuance = requested.clone();
    let mut taken = Vec::new();
    let steps = [
        IssuanceState::Consenting,
        IssuanceState::Consented,
        IssuanceState::Publishing,
        IssuanceState::Issued,
    ];
    for to in steps {
        let mut step = issuance.step(to, at, Actor::Person);
        if to == IssuanceState::Consenting {
            step.pg_tid.clone_from(&adopted.receipt_at_pg);
        }
        if to == IssuanceState::Issued {
            step.issued = Some(IssuedKey {
                billing_key: adopted.billing_key,
                by: IssuedBy::Publish,
            });
        }
        issuance = issuance.after(&step);
        taken.push(step);
    }
    Adoption {
        requested,
        steps: taken,
        key: BillingKey {
            id: adopted.billing_key,
            project_id,
            receipt_id,
            bid: key,
            shown: adopted.shown,
            issued_at: at,
            destroyed_at: None,
        },
        receipt_at_pg: adopted.receipt_at_pg,
    }
}
