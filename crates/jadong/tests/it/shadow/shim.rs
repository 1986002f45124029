//! A service before a gateway that alters its answers, and keeps what came.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use testkit::net::{http, listener};
use testkit::ordered::Ordered;

/// Changes an answer: `POST /v2/cancel`, its status and its body, a member after the other.
pub type Alter = fn(&str, &mut u16, &mut Ordered);

#[derive(Clone)]
pub struct Shim {
    pub url: String,
    to: String,
    alter: Alter,
    came: Arc<Mutex<Vec<String>>>,
}

impl Shim {
    pub async fn before(gateway: &str, alter: Alter) -> Self {
        let (listener, address) = listener().await;
        let shim = Self {
            url: format!("http://{address}"),
            to: gateway.to_owned(),
            alter,
            came: Arc::default(),
        };
        let app = Router::new().fallback(pass_on).with_state(shim.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        shim
    }

    /// Every request, as `POST /v2/cancel`.
    pub fn came(&self) -> Vec<String> {
        self.came.lock().expect("no panic").clone()
    }
}

async fn pass_on(State(shim): State<Shim>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let line = format!("{method} {uri}");
    shim.came.lock().expect("no panic").push(line.clone());
    let mut request = http().request(method, format!("{}{uri}", shim.to)).body(body);
    for name in ["authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.expect("the gateway answers");
    let mut status = answer.status().as_u16();
    let mut kept = answer.headers().clone();
    kept.remove("content-length");
    let mut text = answer.text().await.expect("text");
    let before = Ordered::read(&text);
    let mut read = before.clone();
    (shim.alter)(&line, &mut status, &mut read);
    if read != before {
        text = read.to_string();
    }
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status.try_into().expect("a status");
    *response.headers_mut() = kept;
    response
}
