//! One keep-alive connection with one request at a time, as thin as HTTP allows: the same for every measurement.

use anyhow::bail;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

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
        let pair = format!(
            "{}:{}",
            crate::sandbox_credentials::CLIENT_KEY,
            crate::sandbox_credentials::SECRET_KEY
        );
        let authorization = format!("Basic {}", base64_of(&pair));
        Ok(Self { sender, authorization })
    }

    /// Sends and reads one exchange; any status but 200 is an error that quotes the answer.
    pub async fn call(&mut self, method: Method, path: &str, body: String) -> anyhow::Result<Bytes> {
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

fn base64_of(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The request for a billing key with this subscription id, by phone.
pub fn request_body(subscription_id: &str, phone: &str) -> String {
    format!(
        r#"{{"pg":"nicepay","order_name":"월 구독","subscription_id":"{subscription_id}","auth_type":"ARS","username":"홍길동","bank_name":"국민은행","bank_account":"12345678901234","identity_no":"900101","phone":"{phone}"}}"#
    )
}
