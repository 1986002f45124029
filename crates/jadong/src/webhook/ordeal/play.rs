//! Playing a case.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::cases::Play;
use super::post::{Letter, Postman, Signed};
use super::receipt::Receipt;
use super::{Failure, Verdict};
use crate::endpoint::Heard;

const COMPLETED: &str = "PAYMENT_COMPLETED";
const PARTIAL: &str = "PAYMENT_PARTIAL_CANCELLED";
const CANCELLED: &str = "PAYMENT_CANCELLED";

pub async fn play(postman: &Postman, play: Play) -> Verdict {
    let receipt = Receipt::new();
    let completed = Letter::new(&receipt.told(COMPLETED, 1, 0));
    match play {
        Play::Plain | Play::BeforeTheAnswer => all(postman, &[completed]).await,
        Play::Duplicate => all(postman, &[completed.clone(), completed]).await,
        Play::Reordered => all(postman, &[Letter::new(&receipt.told(PARTIAL, 2, 3_000)), completed]).await,
        Play::Slow => succeed(&[postman.post_slowly(&completed).await]),
        Play::AgainAfterFailure => {
            postman.post_half(&completed).await;
            all(postman, &[completed]).await
        }
        Play::StaleTimestamp => refused(postman, &completed, Signed::LongAgo).await,
        Play::WrongSignature => refused(postman, &completed, Signed::WithAnotherSecret).await,
        Play::Unsigned => refused(postman, &completed, Signed::Not).await,
        Play::PartialPair => {
            let pair = [(2, 3_000), (3, 5_000)].map(|(sequence, sum)| receipt.told(PARTIAL, sequence, sum));
            all(postman, &[completed, Letter::new(&pair[0]), Letter::new(&pair[1])]).await
        }
        Play::UnknownType => all(postman, &[Letter::new(&receipt.told("PAYMENT_OF_TOMORROW", 1, 0))]).await,
        Play::NewFields => {
            let body = receipt.told(COMPLETED, 1, 0);
            all(
                postman,
                &[Letter::new(&with(body, "field_of_tomorrow", json!({ "a": [1, null] })))],
            )
            .await
        }
        Play::Large => {
            let metadata = json!({ "note": "가".repeat(65_000) });
            all(
                postman,
                &[Letter::new(&with(receipt.told(COMPLETED, 1, 0), "metadata", metadata))],
            )
            .await
        }
        Play::Parallel => {
            let letters = (0..16).map(|_| Letter::new(&Receipt::new().told(COMPLETED, 1, 0)));
            at_once(postman, letters.collect()).await
        }
        Play::ParallelDuplicates => at_once(postman, vec![completed; 4]).await,
        Play::CompletedAfterCancelled => {
            all(postman, &[Letter::new(&receipt.told(CANCELLED, 2, 10_000)), completed]).await
        }
    }
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// One after the other, each to be acknowledged.
async fn all(postman: &Postman, letters: &[Letter]) -> Verdict {
    let mut heard = Vec::new();
    for letter in letters {
        heard.push(postman.post(letter).await);
    }
    succeed(&heard)
}

async fn at_once(postman: &Postman, letters: Vec<Letter>) -> Verdict {
    let postman = std::sync::Arc::new(postman.clone());
    let mut posted = JoinSet::new();
    for letter in letters {
        let postman = postman.clone();
        posted.spawn(async move { postman.post(&letter).await });
    }
    succeed(&posted.join_all().await)
}

fn succeed(heard: &[Heard]) -> Verdict {
    let failures = heard.iter().enumerate();
    let failures = failures.filter(|(_, heard)| **heard != Heard::Success);
    let failures: Vec<Failure> = failures
        .map(|(index, said)| Failure {
            number: index + 1,
            of: heard.len(),
            heard: said.clone(),
        })
        .collect();
    if failures.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed(failures)
    }
}

/// Anything but an acknowledgement.
async fn refused(postman: &Postman, letter: &Letter, signed: Signed) -> Verdict {
    match postman.post_signed(letter, signed).await {
        Heard::Answer { status: 400..500, .. } => Verdict::Passed,
        heard => Verdict::Failed(vec![Failure {
            number: 1,
            of: 1,
            heard,
        }]),
    }
}
