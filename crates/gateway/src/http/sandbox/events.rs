//! `GET /sandbox/events`: a stream of what happens to a project, as server-sent events, for `jadong listen` and the like.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;

use crate::app::App;
use crate::http::response::ApiError;
use crate::http::v2::StreamCaller;
use crate::ledger::change_feed::Subject;
use crate::sandbox::{EventStream, StreamEvent};
use crate::services::webhook::webhook_secret;

/// A line that says nothing, so that proxies keep the connection and listeners notice a dead one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// The first event.
#[derive(Serialize)]
struct Hello {
    project: String,
    /// Where its webhooks go besides.
    webhook_url: Option<String>,
    /// What they are signed with: a local endpoint needs it, and nobody but the project's own backend asks here.
    webhook_secret: String,
}

#[derive(Serialize)]
struct Changed {
    kind: &'static str,
    id: Option<String>,
}

#[derive(Serialize)]
struct Missed {
    events: u64,
}

pub async fn follow(
    State(app): State<Arc<App>>,
    StreamCaller(caller, access): StreamCaller,
) -> Result<Response, ApiError> {
    let feed = EventStream::open(&app.sandbox, caller.project.id, access)?;
    let hello = Hello {
        project: caller.project.name.clone(),
        webhook_url: caller.project.webhook.url.clone(),
        webhook_secret: webhook_secret(
            &app.services.pepper,
            caller.project.id,
            caller.project.webhook.secret_number,
        ),
    };
    let greeting = stream::iter([event("hello", &hello)]);
    let events = stream::unfold((feed, app), |(mut feed, app)| async move {
        let fed = feed.next(&app.sandbox, &app.auth).await?;
        Some((written(&fed), (feed, app)))
    });
    let events = stream::StreamExt::chain(greeting, events);
    let events = stream::StreamExt::map(events, Ok::<_, Infallible>);
    let keep_alive = KeepAlive::new().interval(SIGN_OF_LIFE);
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

fn written(fed: &StreamEvent) -> Event {
    match fed {
        StreamEvent::Webhook(copy) => event("webhook", copy),
        StreamEvent::Changed(about) => event("changed", &changed(*about)),
        StreamEvent::Missed(events) => event("missed", &Missed { events: *events }),
    }
}

fn changed(about: Subject) -> Changed {
    Changed {
        kind: about.kind(),
        id: about.id(),
    }
}

/// Nothing that is sent here can fail to be written as JSON.
fn event(name: &str, data: &impl Serialize) -> Event {
    let event = Event::default().event(name);
    event.json_data(data).unwrap_or_else(|_| Event::default().event(name))
}
