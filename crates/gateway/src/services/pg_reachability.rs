//! Which PGs can be reached. While one cannot, due reserves of its projects wait, and one at a time tries whether it can again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::EpochMs;
use domain::reserve::DebitDispatch;
use pg::PgPlace;

const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 30_000;

/// What the last debits have shown.
#[derive(Debug, Default)]
pub struct PgReachability(Mutex<HashMap<PgPlace, Unreachable>>);

#[derive(Debug, Default)]
struct Unreachable {
    /// Waits in a row that have ended with a debit that could not be sent.
    times: u32,
    /// When the next one may try.
    until: Option<EpochMs>,
    /// Until when the one that tries is waited for.
    trying_until: Option<EpochMs>,
}

impl PgReachability {
    /// A debit was sent there, or could not be.
    pub fn note(&self, place: PgPlace, dispatch: DebitDispatch, now: EpochMs) {
        // That it had no turn, or came too late to it, says nothing of the PG, nor of the one that tries.
        if matches!(dispatch, DebitDispatch::NoTurn | DebitDispatch::Late) {
            return;
        }
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if dispatch != DebitDispatch::NotSent {
            if places.remove(&place).is_some_and(|lost| lost.until.is_some()) {
                tracing::info!("the PG can be reached again");
            }
            return;
        }
        let lost = places.entry(place).or_default();
        lost.trying_until = None;
        if lost.until.is_none_or(|until| now >= until) {
            let wait_ms = (FIRST_WAIT_MS << lost.times.min(10)).min(LONGEST_WAIT_MS);
            lost.times += 1;
            lost.until = Some(now.plus_ms(wait_ms));
            tracing::warn!(wait_ms, "the PG cannot be reached: due reserves wait");
        }
    }

    /// How many of `wanted` reserves may be taken up, before it is known whose they are.
    pub fn allows(&self, wanted: u32, of: &[PgPlace], now: EpochMs) -> u32 {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let allowed = |place| match places.get(place).and_then(Unreachable::waits_until) {
            None => wanted,
            Some(until) if now < until => 0,
            Some(_) => 1,
        };
        of.iter().map(allowed).max().unwrap_or(wanted)
    }

    /// Whether a reserve there may begin now. Errors: when it may be asked again.
    pub fn begins(&self, place: &PgPlace, now: EpochMs) -> Result<(), EpochMs> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lost) = places.get_mut(place) else {
            return Ok(());
        };
        match lost.waits_until() {
            Some(until) if now < until => Err(until),
            _ => {
                // The next oldest must not overtake it.
                lost.trying_until = Some(now.plus_ms(FIRST_WAIT_MS));
                Ok(())
            }
        }
    }
}

impl Unreachable {
    fn waits_until(&self) -> Option<EpochMs> {
        self.until.max(self.trying_until)
    }
}

#[cfg(test)]
mod tests {
    use domain::project::{PgName, ProjectPg};

    use super::*;

    #[test]
    fn one_at_a_time_tries_ever_more_seldom_and_all_go_on_once_one_is_through() {
        let (reach, here) = (PgReachability::default(), PgPlace::default());
        let places = std::slice::from_ref(&here);
        let mut now = EpochMs(1_000_000);
        assert_eq!(reach.allows(256, places, now), 256);
        let mut waits = Vec::new();
        for _try in 0..8 {
            // All that were under way say the same.
            for _debit in 0..5 {
                reach.note(here.clone(), DebitDispatch::NotSent, now);
            }
            let mut wait_ms = 0;
            while reach.allows(256, places, now.plus_ms(wait_ms)) == 0 {
                wait_ms += 500;
            }
            waits.push(wait_ms);
            now = now.plus_ms(wait_ms);
            assert_eq!(reach.begins(&here, now), Ok(()));
            assert_eq!(reach.allows(256, places, now), 0, "one is trying");
            assert_eq!(reach.begins(&here, now), Err(now.plus_ms(FIRST_WAIT_MS)));
        }
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        reach.note(here.clone(), DebitDispatch::NoTurn, now);
        reach.note(here.clone(), DebitDispatch::Late, now);
        assert_eq!(
            reach.allows(256, places, now),
            0,
            "it says nothing of the one that tries"
        );
        assert_eq!(
            reach.allows(256, places, now.plus_ms(FIRST_WAIT_MS)),
            1,
            "one that says nothing is not waited for"
        );
        reach.note(here.clone(), DebitDispatch::Sent, now);
        assert_eq!(reach.allows(256, places, now), 256);
        assert_eq!(reach.begins(&here, now), Ok(()));
    }

    #[test]
    fn one_pg_that_cannot_be_reached_holds_up_no_other() {
        let (reach, now) = (PgReachability::default(), EpochMs(1_000_000));
        let hosted = PgPlace::of(&ProjectPg {
            name: PgName::Hosted,
            ..ProjectPg::default()
        });
        let places = [PgPlace::default(), hosted.clone()];
        reach.note(hosted.clone(), DebitDispatch::NotSent, now);
        assert_eq!(reach.allows(256, &places, now), 256);
        assert_eq!(reach.begins(&PgPlace::default(), now), Ok(()));
        assert_eq!(reach.begins(&hosted, now), Err(now.plus_ms(FIRST_WAIT_MS)));
        reach.note(PgPlace::default(), DebitDispatch::Sent, now);
        assert!(
            reach.begins(&hosted, now).is_err(),
            "another's success says nothing of it"
        );
        reach.note(PgPlace::default(), DebitDispatch::NotSent, now);
        assert_eq!(reach.allows(256, &places, now), 0);
    }
}
