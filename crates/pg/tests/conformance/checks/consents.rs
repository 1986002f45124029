//! Consents and keys: one customer asked, one key for whoever agrees, none for anybody else.

use std::time::Duration;

use domain::issuance::ConsentReport;
use domain::payment::DeclineReason;
use jadong_pg::{ConsentLookup, KeyLookup, Outcome, RegisterRefusal, Unknown};

use super::{named, unreadable};
use crate::relay::Fault;
use crate::subject::{ACCOUNT, Asked, Decision, HOLDER, Ledger, Subject, done, new_order, now};

/// What a look-up says of a consent, in a word, and its key.
fn seen(outcome: &Outcome<ConsentLookup>) -> (&'static str, Option<&str>) {
    match outcome {
        Outcome::Done(ConsentLookup::Nothing) => ("nothing", None),
        Outcome::Done(ConsentLookup::Consent { seen, bid }) => {
            let word = match seen {
                ConsentReport::Ringing { .. } => "ringing",
                ConsentReport::Agreed { .. } => "agreed",
                ConsentReport::Over { .. } => "over",
            };
            (word, bid.as_deref())
        }
        other => (other.name(), None),
    }
}

/// Asks until the PG has noticed what its customer decided.
async fn decided(subject: &Subject, asked: &Asked) -> Outcome<ConsentLookup> {
    for _ in 0..100 {
        let found = subject.consent(&asked.order_id, Some(&asked.tid)).await;
        if seen(&found).0 != "ringing" {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the PG does not notice what its customer decided");
}

pub async fn whoever_agrees_has_one_key(subject: Subject) {
    let order_id = new_order();
    let started = done(subject.start(&order_id, now()).await);
    let ConsentReport::Ringing { tid, link } = started else {
        panic!("nobody has decided yet: {started:?}");
    };
    assert!(!tid.is_empty());
    assert!(link.is_none_or(|link| link.starts_with("https://") || link.starts_with("http://127.0.0.1:")));
    let asked = Asked { order_id, tid };
    let found = subject.consent(&asked.order_id, Some(&asked.tid)).await;
    assert_eq!(seen(&found), ("ringing", None), "{found:?}");
    let early = subject.register(&asked, now()).await;
    let reason = RegisterRefusal::NotAgreed;
    assert!(
        matches!(&early, Outcome::Refused { reason: why, .. } if *why == reason),
        "{early:?}"
    );
    assert_eq!(
        subject.ledger().await,
        Ledger {
            asked: 1,
            ..Ledger::default()
        }
    );

    subject.fake.customer(&asked, Decision::Agrees).await;
    if subject.sees_by_asking() {
        assert_eq!(seen(&decided(&subject, &asked).await).0, "agreed");
    }
    let key = done(subject.registered(&asked).await);
    let again = subject.register(&asked, now()).await;
    let is_same = again == Outcome::Done(key.clone()) || again == Outcome::Unknown(Unknown::Duplicate);
    assert!(is_same, "{again:?}");
    let found = subject.consent(&asked.order_id, Some(&asked.tid)).await;
    assert_eq!(seen(&found), ("agreed", Some(&*key)), "{found:?}");
    assert_eq!((subject.ledger().await.asked, subject.ledger().await.keys), (1, 1));
}

pub async fn whoever_refuses_has_none(subject: Subject) {
    let asked = subject.ask().await;
    subject.fake.customer(&asked, Decision::Refuses).await;
    if subject.sees_by_asking() {
        let found = decided(&subject, &asked).await;
        assert_eq!(seen(&found), ("over", None), "{found:?}");
    }
    for _ in 0..10 {
        let refused = subject.register(&asked, now()).await;
        // Who can see it only by asking for the key may be left in doubt; never with a key.
        assert!(
            !matches!(refused, Outcome::Done(_) | Outcome::NotSent(_)),
            "{refused:?}"
        );
        let is_final = matches!(&refused, Outcome::Refused { reason, .. } if *reason == RegisterRefusal::Final);
        assert!(
            is_final || !subject.sees_by_asking(),
            "there will be no key: {refused:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(subject.ledger().await.keys, 0);
}

pub async fn one_order_asks_one_customer(subject: Subject) {
    let order_id = new_order();
    done(subject.start(&order_id, now()).await);
    let again = subject.start(&order_id, now()).await;
    assert!(!matches!(again, Outcome::NotSent(_)), "{again:?}");
    assert_eq!(subject.ledger().await.asked, 1);
    let never = subject.consent(&new_order(), None).await;
    assert!(matches!(seen(&never).0, "nothing" | "not_offered"), "{never:?}");
}

pub async fn two_who_register_at_once_get_one_key(subject: Subject) {
    let asked = subject.ask().await;
    subject.fake.customer(&asked, Decision::Agrees).await;
    let both = tokio::join!(subject.registered(&asked), subject.registered(&asked));
    let key = done(subject.registered_or_found(&asked).await);
    for outcome in [both.0, both.1] {
        let is_same = outcome == Outcome::Done(key.clone()) || matches!(outcome, Outcome::Unknown(_));
        assert!(is_same, "{outcome:?}");
    }
    assert_eq!(subject.ledger().await.keys, 1);
}

/// Of the start, the question and the registration.
pub async fn a_consent_without_an_answer_is_unknown(subject: Subject) {
    for fault in unreadable() {
        let order_id = new_order();
        subject.relay.spoil(fault.clone());
        let lost = subject.start(&order_id, now()).await;
        assert!(
            matches!(lost, Outcome::Unknown(_)),
            "start, {}: {lost:?}",
            named(&fault)
        );
        subject.relay.mend();
        let found = subject.consent(&order_id, None).await;
        let word = seen(&found).0;
        assert!(
            matches!(word, "nothing" | "ringing" | "not_offered"),
            "{}: {found:?}",
            named(&fault)
        );
    }
    let asked = subject.ask().await;
    subject.fake.customer(&asked, Decision::Agrees).await;
    for fault in unreadable() {
        subject.relay.spoil(fault.clone());
        let found = subject.consent(&asked.order_id, Some(&asked.tid)).await;
        assert!(
            matches!(found, Outcome::Unknown(_)),
            "find, {}: {found:?}",
            named(&fault)
        );
        let key = subject.register(&asked, now()).await;
        assert!(
            matches!(key, Outcome::Unknown(_)),
            "register, {}: {key:?}",
            named(&fault)
        );
        subject.relay.mend();
    }
    done(subject.registered_or_found(&asked).await);
    assert_eq!(subject.ledger().await.keys, 1);
}

pub async fn a_key_is_ended_for_good(subject: Subject) {
    let (key, other) = (subject.key().await, subject.key().await);
    for fault in unreadable() {
        subject.relay.spoil(fault.clone());
        let lost = subject.expire(&key, now()).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{}: {lost:?}", named(&fault));
        subject.relay.mend();
    }
    for _ in 0..2 {
        assert_eq!(subject.expire(&key, now()).await, Outcome::Done(()));
    }
    let declined = subject.charge(&key, &new_order(), 1000).await;
    let reason = DeclineReason::KeyRefused;
    assert!(
        matches!(&declined, Outcome::Refused { reason: why, .. } if *why == reason),
        "{declined:?}"
    );
    subject.debit(&other, 1000).await;
    let ledger = subject.ledger().await;
    assert_eq!((ledger.keys, ledger.taken), (1, 1000));
}

pub async fn a_key_is_looked_up_by_its_id(subject: Subject) {
    let key = subject.key().await;
    let before = subject.relay.requests();
    let found = subject.pg.find_key(key.clone(), now()).await;
    if found == Outcome::Unknown(Unknown::NotOffered) {
        assert_eq!(subject.relay.requests(), before, "it cannot be asked, and was");
        return;
    }
    let KeyLookup::Key(record) = done(found) else {
        panic!("it can be debited");
    };
    let shown = format!("{record:?}");
    assert!(!shown.contains(ACCOUNT) && !shown.contains(HOLDER), "{shown}");
    subject.relay.spoil(Fault::AnswerLost);
    let lost = subject.pg.find_key(key.clone(), now()).await;
    assert!(matches!(lost, Outcome::Unknown(_)), "{lost:?}");
    subject.relay.mend();
    let never = subject.pg.find_key(new_order(), now()).await;
    assert_eq!(never, Outcome::Done(KeyLookup::Nothing));
    done(subject.expire(&key, now()).await);
    let ended = done(subject.pg.find_key(key, now()).await);
    assert!(matches!(ended, KeyLookup::Dead | KeyLookup::Nothing), "{ended:?}");
}

/// Of two customers one agreed. What the PG says of that one is no word about the other.
pub async fn another_consents_answer_is_not_believed(subject: Subject) {
    let (first, second) = (subject.ask().await, subject.ask().await);
    subject.fake.customer(&first, Decision::Agrees).await;
    let key = done(subject.registered(&first).await);
    done(subject.consent(&first.order_id, Some(&first.tid)).await);
    subject.relay.spoil(Fault::Instead(subject.relay.latest_answer()));
    let found = subject.consent(&second.order_id, Some(&second.tid)).await;
    assert!(matches!(found, Outcome::Unknown(_)), "{found:?}");
    let registered = subject.register(&second, now()).await;
    assert!(
        matches!(registered, Outcome::Unknown(_)),
        "{registered:?}, and {key} is another's"
    );
}
