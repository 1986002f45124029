//! Posting one delivery to the endpoint under trial.

use std::convert::Infallible;
use std::time::Duration;

use anyhow::bail;
use futures_util::{StreamExt, stream};
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use reqwest::{Body, Client, RequestBuilder, Url};
use seams::{Clock, SystemClock};

use crate::endpoint::EndpointReply;

const TIME_OUT: Duration = Duration::from_secs(5);

/// What is wrong with a delivery's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    Well,
    /// An hour ago.
    LongAgo,
    WithAnotherSecret,
    Not,
}

/// A delivery: the id stays the same when it is sent again.
#[derive(Clone)]
pub struct SignedDelivery {
    pub id: String,
    pub body: String,
}

#[derive(Clone)]
pub struct Sender {
    http: Client,
    pub url: Url,
    pub secret: Option<String>,
}

impl Sender {
    /// Whether something takes connections at the URL's address.
    pub async fn is_anybody_there(&self) -> bool {
        let (Some(host), Some(port)) = (self.url.host_str(), self.url.port_or_known_default()) else {
            return false;
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let connected = tokio::time::timeout(TIME_OUT, tokio::net::TcpStream::connect((host, port))).await;
        matches!(connected, Ok(Ok(_)))
    }

    pub fn new(url: Url, secret: Option<String>) -> anyhow::Result<Self> {
        if let Some(secret) = &secret
            && gateway::sign_webhook(secret, "id", 0, "").is_none()
        {
            bail!("--secret is no whsec_… secret; `jadong webhook secret <project>` prints it");
        }
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIME_OUT)
            .build()?;
        Ok(Self { http, url, secret })
    }

    /// A delivery as the gateway sends it.
    pub async fn post(&self, event: &SignedDelivery) -> EndpointReply {
        self.post_signed(event, Signed::Well).await
    }

    pub async fn post_signed(&self, event: &SignedDelivery, signed: Signed) -> EndpointReply {
        EndpointReply::of(self.request(event, signed).body(event.body.clone())).await
    }

    /// In pieces, over about two seconds.
    pub async fn post_slowly(&self, event: &SignedDelivery) -> EndpointReply {
        EndpointReply::of(self.slowly(event, 10, Duration::from_millis(200))).await
    }

    /// The connection breaks in the middle of the body.
    pub async fn post_half(&self, event: &SignedDelivery) {
        let request = self.slowly(event, 2, Duration::from_millis(150));
        // Dropped before the second half leaves.
        let _ = tokio::time::timeout(Duration::from_millis(220), request.send()).await;
    }

    /// A body in pieces, with a pause before each; its length is told before.
    fn slowly(&self, event: &SignedDelivery, pieces: usize, pause: Duration) -> RequestBuilder {
        let size = event.body.len().div_ceil(pieces).max(1);
        let pieces: Vec<Bytes> = event.body.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
        let paused = stream::iter(pieces).then(move |piece| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, Infallible>(Frame::data(piece))
        });
        let request = self
            .request(event, Signed::Well)
            .header("content-length", event.body.len());
        request.body(Body::wrap(StreamBody::new(paused)))
    }

    fn request(&self, event: &SignedDelivery, signed: Signed) -> RequestBuilder {
        const ANOTHER: &str = "whsec_YW5vdGhlciBzZWNyZXQgdGhhdCBub2JvZHkga25vd3M=";
        let now_s = SystemClock.now_ms() / 1000;
        let at_s = if signed == Signed::LongAgo {
            now_s - 3_600
        } else {
            now_s
        };
        let secret = match signed {
            Signed::WithAnotherSecret => Some(ANOTHER),
            Signed::Well | Signed::LongAgo => self.secret.as_deref(),
            Signed::Not => None,
        };
        let request = self
            .http
            .post(self.url.clone())
            .header("content-type", "application/json; charset=utf-8")
            .header("user-agent", "Jadong (webhook ordeal)");
        // Without a secret it looks as the hosted service's deliveries do: unsigned.
        let signature = secret.and_then(|secret| gateway::sign_webhook(secret, &event.id, at_s, &event.body));
        match signature {
            Some(signature) => request
                .header("webhook-id", &event.id)
                .header("webhook-timestamp", at_s.to_string())
                .header("webhook-signature", signature),
            None => request,
        }
    }
}
