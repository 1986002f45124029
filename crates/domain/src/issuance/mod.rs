//! An issuance: from the request to the billing key.
//!
//! ```text
//! requested → consenting → consented → publishing → issued │ consented
//!     │           │ refused │ expired      │ failed
//!     │ failed                             └ in_doubt → issued │ consented │ failed
//! ```

mod adopt;
mod consent;
mod expire;
mod pg_name;
mod publish;
mod request;
mod state;
mod transition;

pub use adopt::{AdoptedKey, Adoption, adopt};
pub use consent::{ConsentReport, consent_reported, not_started};
pub use expire::expire;
pub use pg_name::PgNames;
pub use publish::{PublishStep, Registered, Registration, publish, registered};
pub use request::{IssuanceFields, IssuanceRequest, IssuanceRules, Payer, request};
pub use state::{IssuanceState, IssuedBy};
pub use transition::{IssuanceTransition, IssuedKey};

use crate::fingerprint::Fingerprint;
use crate::ids::{ProjectId, ReceiptId};
use crate::key::MaskedAccount;
use crate::mandate::MandateTerms;
use crate::money::Won;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// How the customer is asked for consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthType {
    /// A telephone call (ARS).
    Ars,
    /// An app message (간편인증).
    App,
}

impl AuthType {
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Ars => "ARS",
            Self::App => "간편인증",
        }
    }
}

/// What was asked for, as far as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuanceTerms {
    pub subscription_id: String,
    pub order_name: String,
    /// The first payment, taken at publish; zero for none.
    pub price: Won,
    pub tax_free: Won,
    pub auth_type: AuthType,
    pub shown: MaskedAccount,
    pub phone_masked: String,
    /// `소득공제` or `지출증빙` when cash receipts were asked for.
    pub cash_receipt_type: Option<String>,
    /// Stands for whom they are issued to: [`number_fingerprint`](crate::cash_receipt::number_fingerprint). `None` without them, and in
    /// what an older program wrote.
    pub cash_receipt_print: Option<Fingerprint>,
    /// A JSON object, as sent.
    pub metadata: String,
    /// What the payer is asked to agree to, where the merchant says.
    pub mandate: MandateTerms,
}

/// An issuance as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuance {
    pub receipt_id: ReceiptId,
    pub project_id: ProjectId,
    /// Number of its latest transition.
    pub seq: u32,
    pub state: IssuanceState,
    pub terms: IssuanceTerms,
    /// Stands for the whole request, sensitive fields included.
    pub fingerprint: Fingerprint,
    pub requested_at: EpochMs,
    pub consent_expires_at: EpochMs,
    pub published_at: Option<EpochMs>,
    pub pg_tid: Option<String>,
    /// Where the customer decides, at a PG that calls nobody.
    pub consent_url: Option<String>,
    pub failure: Option<Failure>,
    pub issued: Option<IssuedKey>,
}

impl Issuance {
    /// The order identity at the PG: never used before, and found again by it after a crash.
    #[must_use]
    pub fn pg_order_id(&self) -> String {
        self.receipt_id.to_string()
    }

    /// Where the customer decides, for as long as they have not.
    #[must_use]
    pub fn open_consent_url(&self) -> Option<&str> {
        self.consent_url.as_deref().filter(|_| self.state.awaits_consent())
    }

    /// The transition from the present state to `to`.
    fn step(&self, to: IssuanceState, at: EpochMs, actor: Actor) -> IssuanceTransition {
        debug_assert!(self.state.may_become(to), "{:?} must not become {to:?}", self.state);
        IssuanceTransition {
            receipt_id: self.receipt_id,
            seq: self.seq + 1,
            from: self.state,
            to,
            at,
            actor,
            pg_tid: None,
            consent_url: None,
            failure: None,
            issued: None,
        }
    }

    /// The issuance as it is after `change`, which the store has committed.
    #[must_use]
    pub fn after(mut self, change: &IssuanceTransition) -> Self {
        self.seq = change.seq;
        self.state = change.to;
        self.pg_tid = change.pg_tid.clone().or(self.pg_tid);
        self.consent_url = change.consent_url.clone().or(self.consent_url);
        self.failure = change.failure.clone().or(self.failure);
        if change.issued.is_some() {
            self.issued = change.issued;
            self.published_at = Some(change.at);
        }
        self
    }
}
