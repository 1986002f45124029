//! What a merchant is told of a key: to the address that it gave, and no signature with it. It asks for the status to be sure.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use super::keys::described;
use super::time;
use crate::core::wallet::LinkView;

/// Times that it is tried again, and how far apart.
const AGAIN: u32 = 4;
const APART: Duration = Duration::from_secs(3 * 60);
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells it in the background; `action` is `ACTIVATED` or `REMOVED`.
pub fn tell(link: &LinkView, action: &str, now_ms: i64) {
    let mut body = described(link);
    body["action"] = json!(action);
    body["processedTs"] = json!(time(now_ms));
    // Only this machine is told: the address came from outside.
    let Some((address, uri)) = local(&link.wallet.callback) else {
        return tracing::info!(action, "a callback to another machine is not sent");
    };
    let body = Bytes::from(body.to_string());
    tokio::spawn(async move {
        for _attempt in 0..=AGAIN {
            let posted = tokio::time::timeout(PATIENCE, post(&address, &uri, body.clone())).await;
            if posted.ok().flatten() == Some(StatusCode::OK) {
                return;
            }
            tokio::time::sleep(APART).await;
        }
    });
}

/// Where a callback goes. Toss Pay takes the ports 80 and 443 only; here any port of this machine will do.
fn local(callback: &str) -> Option<(String, Uri)> {
    let uri: Uri = callback.parse().ok()?;
    let host = uri.host()?;
    let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let address = format!("{host}:{}", uri.port_u16().unwrap_or(80));
    (is_local && uri.scheme_str() == Some("http")).then_some((address, uri))
}

async fn post(address: &str, uri: &Uri, body: Bytes) -> Option<StatusCode> {
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    let request = Request::post(uri.path_and_query()?.as_str())
        .header(HOST, address)
        .header(CONTENT_TYPE, "application/json;charset=UTF-8")
        .body(Full::new(body))
        .ok()?;
    Some(sender.send_request(request).await.ok()?.status())
}
