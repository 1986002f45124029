//! One consent: what was asked of whom, and what has come of it by now.

use nicepay::wire::{ConsentStatus, WireAuthType};

use super::debit::DebitScenario;
use super::event::ConsentStarted;
use super::fingerprint::SimulatorFingerprint;
use super::ids::{Bid, Tid};
use super::receipt::StandingReceipt;
use super::scenario::{Course, Scenario};

/// A consent in memory; it stays after its end, so it is kept small.
pub struct Consent {
    pub tid: Tid,
    pub auth_type: WireAuthType,
    pub scenario: Scenario,
    pub debit: DebitScenario,
    pub goods_name: Box<str>,
    pub bank_code: Box<str>,
    pub phone_masked: Box<str>,
    pub phone: SimulatorFingerprint,
    pub account: SimulatorFingerprint,
    /// Boxed: few ask for it.
    pub cash_receipt: Option<Box<StandingReceipt>>,
    pub started_at_ms: i64,
    /// How often the customer's phone rang for this order.
    pub rung: u32,
    /// How often it was looked up since the process started.
    pub polls: u32,
    pub bid: Option<Bid>,
    answered: Option<ConsentStatus>,
    answer_delay_ms: u64,
    consent_limit_ms: u64,
}

impl Consent {
    #[must_use]
    pub fn started(event: ConsentStarted) -> Self {
        Self {
            tid: event.tid,
            auth_type: event.auth_type,
            scenario: event.scenario,
            debit: event.debit,
            goods_name: event.goods_name,
            bank_code: event.bank_code,
            phone_masked: event.phone_masked,
            phone: event.phone,
            account: event.account,
            cash_receipt: event.cash_receipt.map(Box::new),
            started_at_ms: event.at_ms,
            rung: 1,
            polls: 0,
            bid: None,
            answered: None,
            answer_delay_ms: event.answer_delay_ms,
            consent_limit_ms: event.consent_limit_ms,
        }
    }

    /// What the PG reports at `now_ms`. Nothing is scheduled: a decision is seen when somebody looks.
    #[must_use]
    pub fn status(&self, now_ms: i64) -> ConsentStatus {
        if let Some(status) = self.answered {
            return status;
        }
        if self.bid.is_some() {
            // A key exists, so the answer was seen; a clock that steps back does not take it away.
            return ConsentStatus::Agreed;
        }
        let elapsed_ms = self.elapsed_ms(now_ms);
        match self.course() {
            // Whoever decides past the limit decides nothing.
            Course::Decides { after_ms, status } if after_ms < self.consent_limit_ms && elapsed_ms >= after_ms => {
                status
            }
            _ if elapsed_ms >= self.consent_limit_ms => ConsentStatus::Expired,
            _ => ConsentStatus::Ringing,
        }
    }

    /// Whether this look, already counted in `polls`, is the one that reports a late answer.
    #[must_use]
    pub fn is_reported_now(&self, now_ms: i64) -> bool {
        match self.course() {
            Course::Reported { after_ms, polls } => {
                self.status(now_ms) == ConsentStatus::Ringing
                    && self.elapsed_ms(now_ms) >= after_ms
                    && self.polls >= polls
            }
            _ => false,
        }
    }

    /// A person, or a late report, has decided it.
    pub fn answer(&mut self, status: ConsentStatus) {
        self.answered = Some(status);
    }

    fn course(&self) -> Course {
        self.scenario.course(self.answer_delay_ms)
    }

    fn elapsed_ms(&self, now_ms: i64) -> u64 {
        u64::try_from(now_ms.saturating_sub(self.started_at_ms)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_consent_takes_less_than_400_bytes() {
        let order_id = size_of::<Box<str>>() + 64;
        let texts = 40 * 3 + 3 + 12;
        assert!(size_of::<Consent>() + order_id + texts < 400);
    }
}
