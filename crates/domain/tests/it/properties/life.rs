//! An issuance through any sequence of commands and events: only allowed steps, in order, and at most one key.

use jadong_domain::change::{Change, Decision};
use jadong_domain::due::DueKind;
use jadong_domain::error::PgMessage;
use jadong_domain::ids::ObjectId;
use jadong_domain::issuance::{self, ConsentReport, Issuance, IssuanceState, PublishStep, Registration};
use jadong_domain::transition::Actor;
use jadong_domain::{BillingKeyId, EpochMs, ErrorCode};
use proptest::prelude::*;

use crate::properties::request::{decide, valid};

/// Everything that can happen to an issuance.
#[derive(Debug, Clone)]
enum Event {
    Consent(ConsentReport),
    NotStarted,
    Publish,
    Registered(Registration),
    Expire,
    TimePasses { ms: u64 },
}

fn any_consent() -> impl Strategy<Value = ConsentReport> {
    let tid = || "tid-1".to_owned();
    let over = |code| ConsentReport::Over {
        code,
        pg: PgMessage::new("refused", ""),
    };
    prop_oneof![
        1 => Just(ConsentReport::Ringing { tid: tid(), link: None }),
        3 => Just(ConsentReport::Agreed { tid: tid() }),
        1 => Just(over(ErrorCode::ConsentRefused)),
        1 => Just(over(ErrorCode::ConsentExpired)),
    ]
}

fn any_registration() -> impl Strategy<Value = Registration> {
    prop_oneof![
        2 => Just(Registration::Registered { bid: "bid-1".to_owned() }),
        1 => Just(Registration::Refused { pg: PgMessage::new("F115", "") }),
        2 => Just(Registration::NotSent),
        3 => Just(Registration::Unknown),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => any_consent().prop_map(Event::Consent),
        1 => Just(Event::NotStarted),
        4 => Just(Event::Publish),
        4 => any_registration().prop_map(Event::Registered),
        1 => Just(Event::Expire),
        2 => (0_u64..400_000).prop_map(|ms| Event::TimePasses { ms }),
    ]
}

/// One issuance and what became of it.
struct Life {
    issuance: Issuance,
    now: EpochMs,
    counter: u32,
    keys: usize,
    /// When a gateway looks at it next.
    due: Option<EpochMs>,
}

impl Life {
    fn begin() -> Self {
        let requested = decide(&valid()).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        Self {
            now: requested.issuance.requested_at,
            due: Some(requested.issuance.requested_at),
            issuance: requested.issuance,
            counter: 0,
            keys: 0,
        }
    }

    fn meet(&mut self, event: Event) {
        let (issuance, now) = (&self.issuance, self.now);
        let of = |step| Decision::of(issuance, step);
        let decision = match event {
            Event::Consent(seen) => issuance::consent_reported(issuance, seen, Actor::Api, now).map(of),
            Event::NotStarted => issuance::not_started(issuance, Actor::Api, now).map(of),
            Event::Publish => self.publish(),
            Event::Registered(registration) => {
                self.counter += 1;
                let key = BillingKeyId(ObjectId::from_parts(1, [1; 5], self.counter));
                let registered = issuance::registered(issuance, registration, Actor::Worker, key, now);
                registered.map(|registered| Decision::registered(issuance, &registered))
            }
            Event::Expire => issuance::expire(issuance, now).map(of),
            Event::TimePasses { ms } => {
                self.now = now.plus_ms(ms);
                None
            }
        };
        let Some(decision) = decision else { return };
        self.make_true(decision.changes);
        let (next, now) = (&decision.next, &self.issuance);
        assert_eq!(
            (next.seq, next.state, &next.failure),
            (now.seq, now.state, &now.failure)
        );
    }

    /// A publish asks the PG only for a consent that stands.
    fn publish(&self) -> Option<Decision<Issuance>> {
        let decided = issuance::publish(&self.issuance, self.now);
        match decided {
            Ok(PublishStep::Ask(step)) => {
                assert_eq!(self.issuance.state, IssuanceState::Consented);
                assert!(self.now < self.issuance.consent_expires_at, "its time is over");
                Some(Decision::of(&self.issuance, *step))
            }
            Ok(PublishStep::Wait) => {
                assert!(matches!(
                    self.issuance.state,
                    IssuanceState::Publishing | IssuanceState::InDoubt
                ));
                None
            }
            Ok(PublishStep::Replay) => {
                assert!(self.issuance.issued.is_some());
                None
            }
            Err(refusal) => {
                let pending = self.issuance.state.awaits_consent() && self.now < self.issuance.consent_expires_at;
                assert_eq!(refusal.code == ErrorCode::ConsentPending, pending, "{refusal:?}");
                None
            }
        }
    }

    fn make_true(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::TransitionIssuance(step) => {
                    assert_eq!((step.from, step.seq), (self.issuance.state, self.issuance.seq + 1));
                    assert!(step.from.may_become(step.to), "{:?} became {:?}", step.from, step.to);
                    self.issuance = self.issuance.clone().after(&step);
                }
                Change::IssueKey(key) => {
                    self.keys += 1;
                    assert_eq!(Some(key.id), self.issuance.issued.map(|issued| issued.billing_key));
                }
                Change::Schedule {
                    kind: DueKind::Consent,
                    object,
                    at,
                    held: None,
                } => {
                    assert_eq!(object, self.issuance.receipt_id.0);
                    self.due = at;
                }
                other => panic!("an issuance makes no {other:?}"),
            }
        }
        let is_open = self.issuance.state.is_open();
        assert_eq!(self.due.is_some(), is_open, "an issuance that is open is looked after");
        if self.issuance.state == IssuanceState::Consented {
            assert_eq!(self.due, Some(self.issuance.consent_expires_at));
        }
        assert_eq!(self.keys, usize::from(self.issuance.state == IssuanceState::Issued));
        assert_eq!(
            self.issuance.issued.is_some(),
            self.issuance.state == IssuanceState::Issued
        );
        let has_failed = matches!(
            self.issuance.state,
            IssuanceState::Refused | IssuanceState::Expired | IssuanceState::Failed
        );
        assert_eq!(self.issuance.failure.is_some(), has_failed);
    }
}

proptest! {
    #[test]
    fn every_sequence_of_events_keeps_to_the_states_and_issues_at_most_once(
        events in prop::collection::vec(any_event(), 0..40),
    ) {
        let mut life = Life::begin();
        for event in events {
            life.meet(event);
        }
        prop_assert!(life.keys <= 1);
    }

    #[test]
    fn no_key_comes_without_the_customers_agreement(events in prop::collection::vec(any_event(), 0..40)) {
        let mut life = Life::begin();
        for event in events {
            if !matches!(event, Event::Consent(ConsentReport::Agreed { .. })) {
                life.meet(event);
            }
        }
        prop_assert_eq!(life.keys, 0);
    }

    #[test]
    fn what_has_ended_is_moved_by_nothing(
        before in prop::collection::vec(any_event(), 0..40), after in prop::collection::vec(any_event(), 1..20),
    ) {
        let mut life = Life::begin();
        before.into_iter().for_each(|event| life.meet(event));
        if !life.issuance.state.is_open() {
            let ended = life.issuance.clone();
            after.into_iter().for_each(|event| life.meet(event));
            prop_assert_eq!(life.issuance, ended);
        }
    }
}
