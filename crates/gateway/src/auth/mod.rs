//! Who is asking: merchants by their credentials, the operator by the installation's key, people by the console's sign-in.

pub mod address;
pub mod authentication;
mod first_use;
pub mod operator;
pub mod rate;
mod sign_in_limits;
pub mod token;

use std::sync::Arc;

use seams::Entropy;

use self::rate::Rates;
pub use self::sign_in_limits::SignInLimits;
use crate::services::Services;

pub struct Auth {
    services: Arc<Services>,
    pub entropy: Arc<dyn Entropy>,
    pub rates: Rates,
    /// Of webhooks that a project's PG sends: whoever floods them costs the merchant's own requests nothing.
    pub hint_rates: Rates,
    /// Who tried to sign in to the console.
    pub sign_in_limits: SignInLimits,
}

impl Auth {
    pub fn new(services: Arc<Services>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            rates: Rates::new(services.settings.limits.requests_per_second),
            hint_rates: Rates::new(services.settings.limits.requests_per_second),
            sign_in_limits: SignInLimits::default(),
            services,
            entropy,
        }
    }
}
