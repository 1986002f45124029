//! What does not leave, who is not let in, and what nobody may see.

use std::fmt::Debug;
use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jadong_pg::{CallTime, CashReceiptLookup, ConsentLookup, Outcome, RegisterRefusal, SendBy, Unsent};
use seams::SystemClock;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::receipts::Receipt;
use crate::relay::{Fault, answer};
use crate::subject::{ACCOUNT, Asked, Decision, HOLDER, IDENTITY, Ledger, PHONE, Subject, Who, done, new_order, now};

/// Everything that acts, one after the other: what it came to, in words, and whether it was one that does not act.
async fn every_act(
    subject: &Subject,
    (asked, key, tid): (&Asked, &str, &str),
    at: CallTime,
) -> Vec<(String, Outcome<()>)> {
    fn told<T: Debug, R: Debug>(act: &str, outcome: Outcome<T, R>) -> (String, Outcome<()>) {
        let words = format!("{act}: {outcome:?}");
        let outcome = match outcome {
            Outcome::Done(_) => Outcome::Done(()),
            Outcome::Refused { pg, .. } => Outcome::Refused { reason: (), pg },
            Outcome::NotSent(why) => Outcome::NotSent(why),
            Outcome::Unknown(why) => Outcome::Unknown(why),
        };
        (words, outcome)
    }
    let receipt = Receipt {
        order_id: new_order(),
        payment_tid: Some(tid.to_owned()),
        price: 1000,
    };
    let mut acts = vec![
        told("start", subject.start(&new_order(), at).await),
        told("register", subject.register(asked, at).await),
        told("expire", subject.expire(key, at).await),
        told("charge", subject.charge_at(key, &new_order(), 1000, at).await),
        told("refund", subject.refund_at(tid, &new_order(), 1000, at).await),
    ];
    if subject.can.net_cancel.is_some() {
        acts.push(told("net-cancel", subject.pg.net_cancel(new_order(), at).await));
    }
    // A PG may have no receipts: then nothing is sent in any case.
    for (act, outcome) in [
        told("issue a receipt", receipt.issue(subject, at).await),
        told("cancel a receipt", receipt.cancel(subject, "1", at).await),
    ] {
        if !matches!(&outcome, Outcome::Refused { pg, .. } if pg.code == "NOT_OFFERED") && !act.contains("NotOffered") {
            acts.push((act, outcome));
        }
    }
    acts
}

pub async fn nothing_leaves_after_its_time(subject: Subject) {
    let asked = subject.ask().await;
    let key = subject.key().await;
    let debit = subject.debit(&key, 1000).await;
    let (before, sent) = (subject.ledger().await, subject.relay.requests());
    let too_late = now().sent_by(SendBy::within(Duration::ZERO, &SystemClock));
    for (words, outcome) in every_act(&subject, (&asked, &key, &debit.tid), too_late).await {
        assert_eq!(outcome, Outcome::NotSent(Unsent::Late), "{words}");
    }
    assert_eq!(
        subject.relay.requests(),
        sent,
        "one of them asked for something all the same"
    );
    assert_eq!(subject.ledger().await, before);
}

/// A wrong key is the operator's to mend: no customer is told that the bank refused, and nothing is taken for absent.
pub async fn whoever_is_not_let_in_declines_nobody(subject: Subject) {
    let (asked, key, order_id) = (subject.ask().await, subject.key().await, new_order());
    let debit = done(subject.charge(&key, &order_id, 1000).await);
    let before = subject.ledger().await;
    let url = subject.relay.url.clone();
    let stranger = subject.with(&url, Who::Stranger);
    let charged = stranger.charge(&key, &new_order(), 1000).await;
    assert!(matches!(charged, Outcome::NotSent(_)), "{charged:?}");
    let registered = stranger.register(&asked, now()).await;
    let is_final = matches!(&registered, Outcome::Refused { reason, .. } if *reason == RegisterRefusal::Final);
    assert!(!is_final, "{registered:?}");
    for (words, outcome) in every_act(&stranger, (&asked, &key, &debit.tid), now()).await {
        assert!(!matches!(outcome, Outcome::Done(())), "{words}");
    }
    for found in [
        stranger.find(&order_id, 1000).await,
        stranger.find_tid(&debit.tid).await,
    ] {
        assert!(!matches!(found, Outcome::Done(_)), "{found:?}");
    }
    let consent = stranger.consent(&asked.order_id, Some(&asked.tid)).await;
    let is_nothing = matches!(consent, Outcome::Done(ConsentLookup::Nothing));
    assert!(!is_nothing, "{consent:?}");
    let receipt = Receipt {
        order_id: new_order(),
        payment_tid: Some(debit.tid),
        price: 1000,
    };
    let found = receipt.find(&stranger, None).await;
    assert!(!matches!(found, Outcome::Done(CashReceiptLookup::Nothing)), "{found:?}");
    assert_eq!(stranger.ledger().await, before);
}

pub async fn a_pg_that_is_not_there_was_sent_nothing(subject: Subject) {
    let vacant = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let subject = subject.with(&format!("http://{vacant}"), Who::Merchant);
    let asked = Asked {
        order_id: new_order(),
        tid: new_order(),
    };
    for (words, outcome) in every_act(&subject, (&asked, "key", "tid"), now()).await {
        assert_eq!(outcome, Outcome::NotSent(Unsent::Unreachable), "{words}");
    }
    let found = subject.find(&new_order(), 1000).await;
    assert_eq!(found, Outcome::NotSent(Unsent::Unreachable));
    assert_eq!(subject.ledger().await, Ledger::default());
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Of the payer and of the credentials: neither in the log nor in what a call comes to, whether it is well or not.
pub async fn no_secret_is_seen(subject: Subject) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let asked = subject.ask().await;
    subject.fake.customer(&asked, Decision::Agrees).await;
    let key = done(subject.registered(&asked).await);
    let debit = subject.debit(&key, 5000).await;
    let mut seen = Vec::new();
    let repeated = answer(
        "400 Bad Request",
        "application/json",
        &format!("{{\"a\":\"{ACCOUNT} {HOLDER} {PHONE}\"}}"),
    );
    for fault in [
        None,
        Some(Fault::AnswerLost),
        Some(Fault::Instead(repeated)),
        Some(Fault::AnswerHalved),
    ] {
        if let Some(fault) = fault {
            subject.relay.spoil(fault);
        }
        seen.push(format!(
            "{asked:?} {:?}",
            subject.consent(&asked.order_id, Some(&asked.tid)).await
        ));
        seen.push(format!("{:?}", subject.find_tid(&debit.tid).await));
        let acts = every_act(&subject, (&asked, &key, &debit.tid), now()).await;
        seen.extend(acts.into_iter().map(|(words, _)| words));
        subject.relay.mend();
    }
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("jadong_pg"),
        "the connector logs what its calls come to: {log}"
    );
    seen.push(log);
    let mut secrets = subject.fake.credentials();
    secrets.extend([ACCOUNT, HOLDER, IDENTITY, PHONE].map(str::to_owned));
    for secret in &secrets {
        let told = seen.iter().find(|words| words.contains(secret.as_str()));
        assert!(told.is_none(), "{secret} is seen in {told:?}");
    }
}
