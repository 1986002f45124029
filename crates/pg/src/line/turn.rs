//! Whose turn it is to call the PG. Calls that hang hold their places until they time out, so nobody may hold all of them:
//! no project, no bank, no kind of call.

use std::time::{Duration, Instant};

use domain::ProjectId;
use fairness::{Limit, Permit, Share};

use super::{Line, note_late};
use crate::connector::CallTime;
use crate::outcome::Unsent;

/// Who holds a share of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnShare {
    /// A project's calls of one kind at one bank: a half, so that its other banks go on.
    Lane(Option<ProjectId>, Option<u16>, &'static str),
    /// A project's calls of one kind: two thirds; its look-ups do not wait for its debits.
    Project(Option<ProjectId>, &'static str),
    /// A bank, whoever asks: three quarters.
    Bank(Option<u16>),
    /// One kind of call, whoever asks: look-ups go on while debits hang, and debits while look-ups do.
    Call(&'static str),
}

/// How many parts a call has.
pub const PARTS: usize = 4;

/// A turn: one call may be made.
pub struct Turn {
    pub call: &'static str,
    /// When it came: what is signed must carry this time, not the one at which the wait began.
    pub at: CallTime,
    _place: Permit<TurnShare, PARTS>,
}

fn shares(call: &'static str, at: CallTime) -> [Share<TurnShare>; PARTS] {
    let share = |of, times| Share {
        of,
        limit: Limit::OfFree(times),
    };
    let bank = Share {
        of: TurnShare::Bank(at.bank),
        limit: at.bank.map_or(Limit::NONE, |_| Limit::OfFree(3)),
    };
    [
        share(TurnShare::Lane(at.project, at.bank, call), 1),
        share(TurnShare::Project(at.project, call), 2),
        bank,
        share(TurnShare::Call(call), 15),
    ]
}

impl Line {
    /// Waits for a turn. Errors: none has come within `queue_wait`, of a consent's start four times that, or it came when the call
    /// must not leave any more: then not a byte is sent.
    pub async fn turn(&self, call: &'static str, at: CallTime) -> Result<Turn, Unsent> {
        let since = Instant::now();
        // Who asks a customer is waiting for the customer anyway.
        let patience = if call == "start" { 4 } else { 1 };
        let left = at.send_by.map(|limit| limit.left(&*self.clock));
        let patience = (self.queue_wait * patience).min(left.unwrap_or(Duration::MAX));
        let turn = tokio::time::timeout(patience, self.turns.acquire(shares(call, at))).await;
        let waited = since.elapsed();
        metrics::histogram!("jadong_pg_queue_seconds", "call" => call).record(waited.as_secs_f64());
        if at.send_by.is_some_and(|limit| limit.is_past(&*self.clock)) {
            note_late(call);
            return Err(Unsent::Late);
        }
        let Ok(place) = turn else {
            metrics::counter!("jadong_pg_no_turn_total", "call" => call).increment(1);
            tracing::warn!(call, "no turn for a call to the PG within pg_queue_wait: not sent");
            return Err(Unsent::NoTurn);
        };
        Ok(Turn {
            call,
            at: at.later(waited),
            _place: place,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::EpochMs;
    use domain::ids::ObjectId;
    use fairness::FairSemaphore;
    use seams::SystemClock;

    use super::*;
    use crate::line::LineSettings;

    fn of(project: u32, bank: &str) -> CallTime {
        CallTime {
            project: Some(ProjectId(ObjectId::from_parts(1, [0; 5], project))),
            ..CallTime::of_machine(EpochMs(0))
        }
        .at_bank(bank)
    }

    /// How many calls of this kind go out when none ends.
    fn hang(
        turns: &FairSemaphore<TurnShare, PARTS>,
        call: &'static str,
        at: CallTime,
        held: &mut Vec<Permit<TurnShare, PARTS>>,
    ) -> usize {
        let before = held.len();
        while let Ok(place) = turns.try_acquire(shares(call, at)) {
            held.push(place);
        }
        held.len() - before
    }

    #[test]
    fn a_bank_that_hangs_leaves_room_for_the_others() {
        let (turns, mut held) = (FairSemaphore::new(256), Vec::new());
        assert_eq!(hang(&turns, "charge", of(1, "004"), &mut held), 128);
        let other_bank = turns.try_acquire(shares("charge", of(1, "088")));
        assert!(other_bank.is_ok(), "the same project, another bank");
        drop(other_bank);
        assert!(
            hang(&turns, "charge", of(2, "004"), &mut held) > 0,
            "another project at that bank"
        );
        for project in 3..20 {
            hang(&turns, "charge", of(project, "004"), &mut held);
        }
        assert_eq!(held.len(), 192, "three quarters, whoever asks");
        assert!(hang(&turns, "charge", of(20, "088"), &mut held) > 0, "another project");
        assert!(
            hang(&turns, "find_payment", of(1, ""), &mut held) > 0,
            "its own look-ups"
        );
        assert!(
            hang(&turns, "charge", of(21, "020"), &mut held) > 0,
            "a third bank of a third project"
        );
    }

    #[test]
    fn a_project_whose_banks_all_hang_leaves_a_third() {
        let (turns, mut held) = (FairSemaphore::new(300), Vec::new());
        let banks = ["004", "088", "020", "081", "003"];
        let taken: usize = banks
            .iter()
            .map(|bank| hang(&turns, "charge", of(1, bank), &mut held))
            .sum();
        assert_eq!(taken, 200);
        assert!(hang(&turns, "charge", of(2, "090"), &mut held) > 10);
    }

    #[test]
    fn debits_leave_room_for_look_ups_and_these_for_debits() {
        for (hangs, works) in [
            ("charge", "find_payment"),
            ("find", "charge"),
            ("find_payment", "net_cancel"),
        ] {
            let (turns, mut held) = (FairSemaphore::new(64), Vec::new());
            for project in 0..100 {
                hang(&turns, hangs, of(project, ""), &mut held);
            }
            assert_eq!(held.len(), 60, "{hangs}");
            assert!(hang(&turns, works, of(7, ""), &mut held) > 0, "{works}");
        }
    }

    fn line(calls_max: usize, queue_wait: Duration) -> Line {
        let settings = LineSettings {
            base_url: String::new(),
            connect_timeout: queue_wait,
            read_timeout: queue_wait,
            held_timeout: None,
            calls_max,
            queue_wait,
        };
        Line::new(settings, Arc::new(SystemClock)).unwrap()
    }

    #[tokio::test]
    async fn what_is_signed_after_a_wait_carries_the_time_after_it() {
        let pg = line(1, Duration::from_secs(10));
        let first = pg.turn("charge", of(1, "004")).await.unwrap();
        assert!(first.at.now < EpochMs(100), "at once: {:?}", first.at);
        let waits = Duration::from_millis(300);
        let (second, ()) = tokio::join!(pg.turn("charge", of(2, "004")), async {
            tokio::time::sleep(waits).await;
            drop(first);
        });
        assert!(second.unwrap().at.now >= EpochMs(290));
    }

    #[tokio::test]
    async fn a_wait_has_an_end() {
        let pg = line(1, Duration::from_millis(100));
        let first = pg.turn("find", of(1, "")).await;
        let since = Instant::now();
        assert!(pg.turn("charge", of(2, "004")).await.is_err());
        assert!(since.elapsed() >= Duration::from_millis(100));
        drop(first);
        assert!(pg.turn("charge", of(2, "004")).await.is_ok());
    }
}
