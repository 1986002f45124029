//! `GET /sandbox/events`: a stream of what happens to a project, as server-sent events, for `jadong listen` and the like.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;

use crate::house::House;
use crate::http::reply::Fault;
use crate::http::v2::Staying;
use crate::notices::About;
use crate::sandbox::{Fed, Feed};
use crate::webhook::webhook_secret;

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

pub async fn follow(State(house): State<Arc<House>>, Staying(caller, access): Staying) -> Result<Response, Fault> {
    let feed = Feed::open(&house, caller.project.id, access)?;
    let hello = Hello {
        project: caller.project.name.clone(),
        webhook_url: caller.project.webhook.url.clone(),
        webhook_secret: webhook_secret(&house.pepper, caller.project.id, caller.project.webhook.secret_number),
    };
    let greeting = stream::iter([event("hello", &hello)]);
    let events = stream::unfold((feed, house), |(mut feed, house)| async move {
        let fed = feed.next(&house).await?;
        Some((written(&fed), (feed, house)))
    });
    let events = stream::StreamExt::chain(greeting, events);
    let events = stream::StreamExt::map(events, Ok::<_, Infallible>);
    let keep_alive = KeepAlive::new().interval(SIGN_OF_LIFE);
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

fn written(fed: &Fed) -> Event {
    match fed {
        Fed::Webhook(copy) => event("webhook", copy),
        Fed::Changed(about) => event("changed", &changed(*about)),
        Fed::Missed(events) => event("missed", &Missed { events: *events }),
    }
}

fn changed(about: About) -> Changed {
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
