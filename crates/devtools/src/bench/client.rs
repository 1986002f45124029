//! One keep-alive connection with one request at a time, as thin as HTTP allows: the same for every measurement.

use std::time::Instant;

use anyhow::bail;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gateway::sandbox_credentials::{CLIENT_KEY, SECRET_KEY};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;

/// Asks for a billing key.
pub const TRANSFER: &str = "/v2/request/subscribe/automatic-transfer";
/// The simulated customer who answers as fast as the simulated PG is told to.
const ANSWERS: &str = "01012345678";

/// The connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    authorization: String,
}

impl Connection {
    pub async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // Ends with the sender, or with the server.
            let _ = connection.await;
        });
        let authorization = format!("Basic {}", STANDARD.encode(format!("{CLIENT_KEY}:{SECRET_KEY}")));
        Ok(Self { sender, authorization })
    }

    pub async fn open_all(address: &str, connections: usize) -> anyhow::Result<Vec<Self>> {
        let mut opened = Vec::with_capacity(connections);
        for _ in 0..connections {
            opened.push(Self::open(address).await?);
        }
        Ok(opened)
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Bytes> {
        self.call(Method::GET, path, String::new()).await
    }

    pub async fn post(&mut self, path: &str, body: String) -> anyhow::Result<Bytes> {
        self.call(Method::POST, path, body).await
    }

    /// Issues a billing key; when its request was answered, and the key.
    pub async fn issue(&mut self, subscription_id: &str) -> anyhow::Result<(Instant, String)> {
        #[derive(Deserialize)]
        struct Requested<'a> {
            receipt_id: &'a str,
        }
        #[derive(Deserialize)]
        struct Published {
            billing_key: String,
        }
        let answer = self.post(TRANSFER, request_body(subscription_id, ANSWERS)).await?;
        let answered = Instant::now();
        let requested: Requested = serde_json::from_slice(&answer)?;
        let body = format!(r#"{{"receipt_id":"{}"}}"#, requested.receipt_id);
        let published: Published = serde_json::from_slice(&self.post(&format!("{TRANSFER}/publish"), body).await?)?;
        Ok((answered, published.billing_key))
    }

    /// Charges a key; `reserve` is `/reserve` for a date, and `more` further members of the body, each with a comma before it.
    pub async fn charge(&mut self, reserve: &str, key: &str, order_id: &str, more: &str) -> anyhow::Result<()> {
        let body =
            format!(r#"{{"billing_key":"{key}","order_name":"월 구독","price":1000,"order_id":"{order_id}"{more}}}"#);
        self.post(&format!("/v2/subscribe/payment{reserve}"), body).await?;
        Ok(())
    }

    /// Sends and reads one exchange; any status but 200 is an error that quotes the answer.
    async fn call(&mut self, method: Method, path: &str, body: String) -> anyhow::Result<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1")
            .header("authorization", &self.authorization)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status != 200 {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }
}

/// The request for a billing key with this subscription id, by phone.
pub fn request_body(subscription_id: &str, phone: &str) -> String {
    format!(
        r#"{{"pg":"nicepay","order_name":"월 구독","subscription_id":"{subscription_id}","auth_type":"ARS","username":"홍길동","bank_name":"국민은행","bank_account":"12345678901234","identity_no":"900101","phone":"{phone}"}}"#
    )
}
