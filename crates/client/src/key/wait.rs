//! Publishing until the customer has decided.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use backon::BackoffBuilder;
use serde::Serialize;
use tokio::time::Instant;

use super::issue::{ConsentFailure, FirstPayment, IssueError};
use super::{Issuance, IssuedKey};
use crate::client::Client;
use crate::error::{Error, ErrorCode};
use crate::transport::{Body, Call, Identity, Retries, backoff};
use crate::value::{ReceiptId, ReceiptStatus};

const PAUSE_MIN: Duration = Duration::from_millis(300);
const PAUSE_MAX: Duration = Duration::from_secs(3);
/// A customer who is called has three minutes at the PG.
pub(super) const PATIENCE: Duration = Duration::from_secs(200);

/// Whether a publish may debit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Debit {
    Possible,
    Never,
}

/// Waits for the key of an open request: see [`Client::await_key`]. Does nothing until it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct AwaitKey<'a> {
    client: &'a Client,
    receipt_id: ReceiptId,
    patience: Duration,
    debit: Debit,
}

impl Client {
    /// Publishes with growing pauses until the customer of an open request has decided; the second half of
    /// [`Client::issue`], to go on after a restart or an [`IssueError::TimedOut`].
    ///
    /// When the outcome of a publish is unknown, the key is looked up by its receipt. It is published again only when that
    /// cannot debit a first payment twice: see [`AwaitKey::without_first_payment`].
    pub fn await_key(&self, receipt_id: impl Into<ReceiptId>) -> AwaitKey<'_> {
        AwaitKey {
            client: self,
            receipt_id: receipt_id.into(),
            patience: PATIENCE,
            debit: Debit::Possible,
        }
    }
}

impl AwaitKey<'_> {
    /// Gives up with [`IssueError::TimedOut`] after this long; 200 s unless it is said. Zero publishes once.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The request had no `price`: a publish debits nothing, and may be sent again whatever became of the one before.
    pub fn without_first_payment(mut self) -> Self {
        self.debit = Debit::Never;
        self
    }
}

impl<'a> IntoFuture for AwaitKey<'a> {
    type Output = Result<IssuedKey, IssueError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(wait(
            self.client,
            self.receipt_id,
            Instant::now() + self.patience,
            self.debit,
        ))
    }
}

/// What to do next.
enum Next {
    Return(Result<IssuedKey, IssueError>),
    Publish(Error),
    /// Publishing again could debit twice.
    LookOnly(Error),
}

/// Cancellation: dropping the future leaves at most one publish under way; waiting again finds what it did.
pub(super) async fn wait(
    client: &Client,
    receipt_id: ReceiptId,
    deadline: Instant,
    debit: Debit,
) -> Result<IssuedKey, IssueError> {
    let mut pauses = backoff(PAUSE_MIN, PAUSE_MAX).build();
    let mut look_only = false;
    loop {
        let next = match look_only {
            false => publish(client, &receipt_id, debit).await,
            true => look(client, &receipt_id).await,
        };
        let last = match next {
            Next::Return(decided) => return decided,
            Next::Publish(error) => error,
            Next::LookOnly(error) => {
                look_only = true;
                error
            }
        };
        let pause = pauses
            .next()
            .unwrap_or(PAUSE_MAX)
            .max(last.retry_after().unwrap_or_default());
        if Instant::now() + pause > deadline {
            return Err(IssueError::TimedOut { receipt_id, last });
        }
        tokio::time::sleep(pause).await;
    }
}

#[derive(Serialize)]
struct Publish<'a> {
    receipt_id: &'a ReceiptId,
}

async fn publish(client: &Client, receipt_id: &ReceiptId, debit: Debit) -> Next {
    let error = match publish_once(client, receipt_id).await {
        Ok(issuance) => match issuance.issued() {
            Some(key) => return Next::Return(Ok(key)),
            None => Error::InvalidRequest("published without a key".to_owned()),
        },
        Err(error) => error,
    };
    match error.code() {
        Some(ErrorCode::ConsentPending) => return Next::Publish(error),
        // Also what a second publish hears after the answer to the first was lost.
        Some(ErrorCode::PublishNotReady) => {}
        Some(ErrorCode::ConfirmFailed | ErrorCode::ConfirmCritical | ErrorCode::OrderConflict) => {}
        _ if error.is_in_doubt() || error.is_retryable() || matches!(error, Error::InvalidRequest(_)) => {}
        _ => return failed(receipt_id, error),
    }
    if matches!(&error, Error::Transport(transport) if transport.was_not_sent()) {
        return Next::Publish(error);
    }
    judge(client, receipt_id, error, debit).await
}

/// Identity::None: an unknown outcome is looked up here instead of being repeated by the transport.
async fn publish_once(client: &Client, receipt_id: &ReceiptId) -> Result<Issuance, Error> {
    let segments = ["request", "subscribe", "automatic-transfer", "publish"];
    let call = Call::post(&segments, Body::open(&Publish { receipt_id })?, Identity::None);
    Ok(client.call(call).await?.0)
}

/// `error` came of a publish, and a key may exist.
async fn judge(client: &Client, receipt_id: &ReceiptId, error: Error, debit: Debit) -> Next {
    // A look-up that fails says nothing new: the publish's error is what the caller must know.
    let issuance = client.lookup_issuance(receipt_id).await.ok();
    let status = issuance.as_ref().map(|issuance| issuance.status);
    if let Some(key) = issuance.and_then(Issuance::issued) {
        let is_about_payment = matches!(
            error.code(),
            Some(ErrorCode::ConfirmFailed | ErrorCode::ConfirmCritical | ErrorCode::OrderConflict)
        );
        return Next::Return(match is_about_payment {
            true => Err(IssueError::FirstPayment(Box::new(FirstPayment { key, error }))),
            false => Ok(key),
        });
    }
    let is_over = matches!(status, Some(ReceiptStatus::KeyFailed | ReceiptStatus::KeyDestroyed));
    if is_over || (error.code() == Some(&ErrorCode::PublishNotReady) && status.is_some()) {
        return Next::Return(Err(decided_against(receipt_id, error)));
    }
    let is_harmless = debit == Debit::Never || client.retries() == Retries::ByIdentity || !error.is_in_doubt();
    match is_harmless {
        true => Next::Publish(error),
        false => Next::LookOnly(error),
    }
}

/// After a publish with an unknown outcome that could have debited.
async fn look(client: &Client, receipt_id: &ReceiptId) -> Next {
    match client.lookup_issuance(receipt_id).await {
        Ok(issuance) if issuance.status == ReceiptStatus::KeyFailed => {
            let error = Error::InvalidRequest(format!("the issuance {receipt_id} failed"));
            failed(receipt_id, error)
        }
        Ok(issuance) => match issuance.issued() {
            Some(key) => Next::Return(Ok(key)),
            None => Next::LookOnly(Error::InvalidRequest(format!("no key of {receipt_id} is known yet"))),
        },
        Err(error) => Next::LookOnly(error),
    }
}

fn failed(receipt_id: &ReceiptId, error: Error) -> Next {
    Next::Return(Err(IssueError::Failed {
        receipt_id: Some(receipt_id.clone()),
        error,
    }))
}

/// Why there will be no key: the code at the beginning of the hint, where the service gives one.
fn decided_against(receipt_id: &ReceiptId, error: Error) -> IssueError {
    let hint = error.api().and_then(|error| error.hint.as_deref()).unwrap_or_default();
    let code = ErrorCode::from(hint.split(':').next().unwrap_or_default());
    ConsentFailure::sort(&code, Some(receipt_id.clone()), error)
}
