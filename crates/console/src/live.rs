//! `GET /console/live`: what changed, as server-sent events. Pages that show it ask for themselves again.
//!
//! An event's name is the kind of what changed (`payment`), and besides, where it has an id, `at-<id>`. Events of a quarter of a
//! second go out together and each once, so that a busy gateway does not keep a page busy.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use gateway::{ChangeEvent, OperatorService, Person, Subject, Subscriber};
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::Console;
use crate::cookies::SESSION;
use crate::cookies::cookie_value;
use crate::page_context::PageContext;

/// Streams at once; one more is told to come back.
pub const STREAMS_MAX: usize = 64;

/// A page is this far behind what other nodes do.
const OTHERS: Duration = Duration::from_secs(2);
const TOGETHER: Duration = Duration::from_millis(250);
/// A stream ends after this long; the page opens another, and shows its session again.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Events of one batch; beyond, `anything` says it all.
const BATCH_MAX: usize = 256;

/// The event that says that some were missed, or may have been made elsewhere.
const ANYTHING: &str = "anything";

/// What a page may wait for; the names of [`Subject::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Issuance,
    Key,
    Payment,
    Cancel,
    CashReceipt,
    Reserve,
    Clock,
    Act,
    Call,
    /// Who answers the simulated telephones.
    Phone,
    Faults,
    Request,
    Webhook,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Issuance => "issuance",
            Self::Key => "key",
            Self::Payment => "payment",
            Self::Cancel => "cancel",
            Self::CashReceipt => "cash_receipt",
            Self::Reserve => "reserve",
            Self::Clock => Subject::Clock.kind(),
            Self::Act => Subject::Act.kind(),
            Self::Call => "call",
            Self::Phone => Subject::Phone.kind(),
            Self::Faults => Subject::Faults.kind(),
            Self::Request => "request",
            Self::Webhook => "webhook",
        }
    }
}

/// The `hx-trigger` of a region that shows `kinds`.
pub fn triggers(kinds: &[Kind]) -> String {
    let mut names: Vec<String> = kinds.iter().map(|kind| format!("sse:{}", kind.name())).collect();
    names.extend([format!("sse:{ANYTHING}"), "refresh".to_owned()]);
    names.join(", ")
}

/// The `hx-trigger` of a region that shows the objects `ids`.
pub fn triggers_of(ids: &[&str]) -> String {
    let mut names: Vec<String> = ids.iter().map(|id| format!("sse:at-{id}")).collect();
    names.extend([format!("sse:{ANYTHING}"), "refresh".to_owned()]);
    names.join(", ")
}

/// How often it is asked whether the person may still look.
const STILL_IN: Duration = Duration::from_secs(2);

struct Listening {
    operator: OperatorService,
    /// Of whoever came by a session.
    session: Option<Session>,
    look_at: Instant,
    changes: Subscriber,
    stopping: CancellationToken,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

/// What a stream was opened with.
struct Session {
    token: String,
    person: Person,
    from: IpAddr,
}

impl Session {
    /// Whether it has not ended, and the person is who it was, in the same role.
    async fn lasts(&self, operator: &OperatorService) -> bool {
        let now = operator.person_of(&self.token, self.from).await;
        now.is_some_and(|now| (now.name, now.role) == (self.person.name.clone(), self.person.role))
    }
}

/// The stream of one page. It ends with the session that it came by.
pub async fn stream(
    State(console): State<Console>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    context: PageContext,
) -> Response {
    let Ok(place) = console.streams.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "5")]).into_response();
    };
    let token = cookie_value(&headers, SESSION).filter(|_| context.has_session);
    let session = token.map(|token| Session {
        token,
        person: context.person.clone(),
        from: context.operator.caller(peer, &headers),
    });
    let listening = Listening {
        operator: context.operator.clone(),
        session,
        look_at: Instant::now() + STILL_IN,
        changes: context.operator.changes(),
        stopping: context.operator.stopping(),
        until: Instant::now() + LIFETIME,
        _place: place,
    };
    let project = context.project;
    let batches = stream::unfold(listening, move |mut listening| async move {
        let batch = batch(&mut listening, |notice| {
            notice.project_id.is_none_or(|of| of == project)
        })
        .await?;
        Some((stream::iter(batch), listening))
    });
    // A browser throws an event without data away.
    let events = batches
        .flatten()
        .map(|name| Ok::<_, Infallible>(Event::default().event(name).data("changed")));
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // A proxy that gathers would make it late.
    let unbuffered = (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    ([unbuffered], sse).into_response()
}

/// The names of the next quarter of a second's changes; `None` at the stream's end.
async fn batch(listening: &mut Listening, is_ours: impl Fn(&ChangeEvent) -> bool) -> Option<Vec<String>> {
    let mut names = BTreeSet::new();
    // What other nodes do is not told here: then the page asks again every few seconds.
    let (_, nodes) = listening.operator.node();
    let mut end = if nodes > 1 {
        listening.until.min(Instant::now() + OTHERS)
    } else {
        listening.until
    };
    while names.len() < BATCH_MAX {
        let next = tokio::select! {
            next = timeout_at(end, listening.changes.recv()) => next,
            () = sleep_until(listening.look_at), if listening.session.is_some() => {
                listening.look_at = Instant::now() + STILL_IN;
                let session = listening.session.as_ref()?;
                if session.lasts(&listening.operator).await {
                    continue;
                }
                return None;
            }
            () = listening.stopping.cancelled() => return None,
        };
        match next {
            Ok(Ok(notice)) if is_ours(&notice) => {
                if names.is_empty() {
                    end = end.min(Instant::now() + TOGETHER);
                }
                names.insert(notice.about.kind().to_owned());
                names.extend(notice.about.id().map(|id| format!("at-{id}")));
            }
            Ok(Ok(_)) => {}
            // Some were missed: anything may have changed.
            Ok(Err(RecvError::Lagged(_))) => break,
            Ok(Err(RecvError::Closed)) => return None,
            // The quarter of a second is over, or the stream's time.
            Err(_) if names.is_empty() && end >= listening.until => return None,
            Err(_) if names.is_empty() => break,
            Err(_) => return Some(names.into_iter().collect()),
        }
    }
    Some(vec![ANYTHING.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_wait_for_names_that_are_sent() {
        let id = "66542dfb4d18d5fc7b43e1b6";
        let receipt = id.parse().unwrap();
        let key = id.parse().unwrap();
        let reserve = id.parse().unwrap();
        for (kind, about) in [
            (Kind::Issuance, Subject::Issuance(receipt)),
            (Kind::Key, Subject::Key(key)),
            (Kind::Payment, Subject::Payment(receipt)),
            (Kind::Cancel, Subject::Cancel(receipt)),
            (Kind::CashReceipt, Subject::CashReceipt(receipt)),
            (Kind::Reserve, Subject::Reserve(reserve)),
        ] {
            assert_eq!(kind.name(), about.kind());
        }
        assert_eq!(
            triggers(&[Kind::Payment, Kind::Act]),
            "sse:payment, sse:act, sse:anything, refresh"
        );
    }
}
