//! A service that answers what it is given, for answers that the real gateway does not give, and counts.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Uri};
use axum::response::Response;
use client::{Client, Retries};

use super::sandbox::builder;
use testkit::net::listener;

/// Status, headers, body.
pub type Answer = (u16, &'static [(&'static str, &'static str)], String);

#[derive(Clone)]
pub struct Service {
    pub url: String,
    scripted: Arc<Mutex<Scripted>>,
}

struct Scripted {
    answer: Answer,
    came: Vec<String>,
}

impl Service {
    pub async fn answering(status: u16, headers: &'static [(&'static str, &'static str)], body: &str) -> Self {
        let (listener, address) = listener().await;
        let service = Self {
            url: format!("http://{address}"),
            scripted: Arc::new(Mutex::new(Scripted {
                answer: (status, headers, body.to_owned()),
                came: Vec::new(),
            })),
        };
        let app = Router::new().fallback(answer).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        service
    }

    pub fn client(&self, retries: Retries) -> Client {
        builder(&self.url).retries(retries).build().expect("a client")
    }

    pub fn came(&self) -> Vec<String> {
        self.scripted.lock().expect("no panic").came.clone()
    }
}

async fn answer(State(service): State<Service>, method: Method, uri: Uri) -> Response {
    let mut scripted = service.scripted.lock().expect("no panic");
    scripted.came.push(format!("{method} {uri}"));
    let (status, headers, body) = scripted.answer.clone();
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Body::from(body)).expect("an answer")
}
