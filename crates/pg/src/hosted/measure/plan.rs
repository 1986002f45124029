//! What is to be measured, with what, and who allows it.

use std::time::Duration;

use domain::Won;
use domain::issuance::Payer;

use crate::connector::BoxFuture;

/// What is done together, and allowed together.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray, strum::Display,
)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Probe {
    /// Reads, and nothing else.
    Lookup,
    /// Asks a person for a consent, twice under one id.
    Consent,
    /// Asks a person for a consent that is to be refused.
    RefusedConsent,
    /// Debits, and sees how soon each debit is listed.
    Charge,
    /// Sends a used order id once more.
    UsedOrder,
    /// Refunds in parts, some of them again.
    Refund,
    /// Debits an account that has not enough on it.
    RefusedCharge,
}

impl Probe {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.into_str()
    }
}

/// Something that is done only when somebody has allowed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// `phone`, masked, is called or gets a message; `times` at most.
    Consent {
        phone: String,
        times: u32,
    },
    RefusedConsent {
        phone: String,
    },
    /// `times` debits of `price` each.
    Charge {
        key: String,
        price: Won,
        times: u32,
    },
    /// `price` once more, if the used order id is taken.
    UsedOrder {
        key: String,
        price: Won,
    },
    Refund {
        price: Won,
    },
    /// A debit of `price` that is to be refused.
    RefusedCharge {
        key: String,
        price: Won,
    },
}

impl Act {
    #[must_use]
    pub fn probe(&self) -> Probe {
        match self {
            Self::Consent { .. } => Probe::Consent,
            Self::RefusedConsent { .. } => Probe::RefusedConsent,
            Self::Charge { .. } => Probe::Charge,
            Self::UsedOrder { .. } => Probe::UsedOrder,
            Self::Refund { .. } => Probe::Refund,
            Self::RefusedCharge { .. } => Probe::RefusedCharge,
        }
    }
}

/// How far it is, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<'a> {
    /// About to be sent: told before, so that it can be found whatever happens to this process.
    Debiting {
        order_id: &'a str,
        price: Won,
    },
    /// Somebody is to agree on the telephone, or to refuse.
    WaitsForAgreement {
        left: Duration,
    },
    WaitsForRefusal {
        left: Duration,
    },
    GivingBack {
        receipt_id: &'a str,
        price: Won,
    },
}

/// Who allows, and watches.
pub trait Desk: Send + Sync {
    /// Whether it may be done.
    fn may<'a>(&'a self, act: &'a Act) -> BoxFuture<'a, bool>;
    fn tell(&self, progress: &Progress<'_>);
}

/// Which key pairs are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPairs {
    Sandbox,
    SandboxAndLive,
}

/// What it is measured with.
pub struct Plan {
    /// A key of an account of one's own that can be debited. A consent that was measured gives one, too.
    pub key: Option<String>,
    /// One of an account that has less than `price` on it.
    pub refused_key: Option<String>,
    /// Who is asked for a consent.
    pub payer: Option<Payer>,
    /// Of each debit; [`PRICE_MIN`] at least.
    pub price: Won,
    pub key_pairs: KeyPairs,
    pub waits: Waits,
}

/// A tenth of it is a part that can be refunded.
pub const PRICE_MIN: u64 = 10;

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// Between two looks.
    pub look: Duration,
    /// For a debit to be listed, once it was answered.
    pub listed: Duration,
    /// For a refund that was sent again to show in the receipt.
    pub settles: Duration,
    /// For a person.
    pub person: Duration,
    /// For what was sent without an answer, before it is called lost.
    pub lost: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            look: Duration::from_millis(200),
            listed: Duration::from_secs(120),
            settles: Duration::from_secs(3),
            person: Duration::from_secs(300),
            lost: Duration::from_secs(60),
        }
    }
}
