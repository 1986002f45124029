//! Playing a case.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::cases::CheckRun;
use super::receipt::{new_id, told};
use super::sender::{Sender, Signed, SignedDelivery};
use super::{Failure, Verdict};
use crate::endpoint::EndpointReply;

const COMPLETED: &str = "PAYMENT_COMPLETED";
const PARTIAL: &str = "PAYMENT_PARTIAL_CANCELLED";
const CANCELLED: &str = "PAYMENT_CANCELLED";

pub async fn play(sender: &Sender, play: CheckRun) -> Verdict {
    let receipt = new_id();
    let told = |webhook_type, sequence, cancelled_price| told(&receipt, webhook_type, sequence, cancelled_price);
    let completed = event(told(COMPLETED, 1, 0));
    match play {
        CheckRun::Plain | CheckRun::BeforeTheAnswer => all(sender, &[completed]).await,
        CheckRun::Duplicate => all(sender, &[completed.clone(), completed]).await,
        CheckRun::Reordered => all(sender, &[event(told(PARTIAL, 2, 3_000)), completed]).await,
        CheckRun::Slow => succeed(&[sender.post_slowly(&completed).await]),
        CheckRun::AgainAfterFailure => {
            sender.post_half(&completed).await;
            all(sender, &[completed]).await
        }
        CheckRun::StaleTimestamp => refused(sender, &completed, Signed::LongAgo).await,
        CheckRun::WrongSignature => refused(sender, &completed, Signed::WithAnotherSecret).await,
        CheckRun::Unsigned => refused(sender, &completed, Signed::Not).await,
        CheckRun::PartialPair => {
            let pair = [event(told(PARTIAL, 2, 3_000)), event(told(PARTIAL, 3, 5_000))];
            all(sender, &[&[completed][..], &pair].concat()).await
        }
        CheckRun::UnknownType => all(sender, &[event(told("PAYMENT_OF_TOMORROW", 1, 0))]).await,
        CheckRun::NewFields => {
            let mut body = told(COMPLETED, 1, 0);
            body["field_of_tomorrow"] = json!({ "a": [1, null] });
            all(sender, &[event(body)]).await
        }
        CheckRun::Large => {
            let mut body = told(COMPLETED, 1, 0);
            body["metadata"]["note"] = json!("가".repeat(65_000));
            all(sender, &[event(body)]).await
        }
        CheckRun::Parallel => {
            let events = (0..16).map(|_| event(super::receipt::told(&new_id(), COMPLETED, 1, 0)));
            at_once(sender, events.collect()).await
        }
        CheckRun::ParallelDuplicates => at_once(sender, vec![completed; 4]).await,
        CheckRun::CompletedAfterCancelled => all(sender, &[event(told(CANCELLED, 2, 10_000)), completed]).await,
    }
}

fn event(body: Value) -> SignedDelivery {
    SignedDelivery {
        id: new_id(),
        body: body.to_string(),
    }
}

/// One after the other, each to be acknowledged.
async fn all(sender: &Sender, events: &[SignedDelivery]) -> Verdict {
    let mut heard = Vec::new();
    for event in events {
        heard.push(sender.post(event).await);
    }
    succeed(&heard)
}

async fn at_once(sender: &Sender, events: Vec<SignedDelivery>) -> Verdict {
    let mut posted = JoinSet::new();
    for event in events {
        let sender = sender.clone();
        posted.spawn(async move { sender.post(&event).await });
    }
    succeed(&posted.join_all().await)
}

fn succeed(heard: &[EndpointReply]) -> Verdict {
    let failures = heard
        .iter()
        .zip(1..)
        .filter(|(said, _)| **said != EndpointReply::Success);
    let failures = failures.map(|(said, number)| Failure {
        number,
        of: heard.len(),
        heard: said.clone(),
    });
    let failures: Vec<Failure> = failures.collect();
    if failures.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed(failures)
    }
}

/// Anything but an acknowledgement.
async fn refused(sender: &Sender, event: &SignedDelivery, signed: Signed) -> Verdict {
    match sender.post_signed(event, signed).await {
        EndpointReply::Answer { status: 400..500, .. } => Verdict::Passed,
        heard => Verdict::Failed(vec![Failure {
            number: 1,
            of: 1,
            heard,
        }]),
    }
}
