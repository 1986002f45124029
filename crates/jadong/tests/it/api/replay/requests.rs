//! Every recorded request for an endpoint that there is, with its own method, path, headers and body. Replaced are only
//! credentials and the placeholders of ids, and with them the length of the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::fixture::{SdkRequest, sdk_requests};
use testkit::ordered::Ordered;
use testkit::raw::{self, RawAnswer};
use testkit::{Merchant, TestGateway};

/// Placeholders in the recordings.
const RECEIPTS: [&str; 2] = ["66542d4be86c1eedf6b17965", "rid"];
const KEYS: [&str; 2] = ["66542dfb4d18d5fc7b43e1b6", "bk"];
const RESERVES: [&str; 1] = ["r1"];
/// 2025-11-01T00:00:00+09:00: the recorded reserves are for 2026-01-01.
const RECORDED_MS: i64 = 1_761_922_800_000;

/// What a recorded request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Endpoint {
    Token,
    Request,
    Publish,
    KeyOfReceipt,
    Key,
    Destroy,
    Receipt,
    PaymentReceipt,
    Charge,
    Reserve,
    LookUpReserve,
    Revoke,
    Cancel,
    /// `GET /v2/receipt/err`: the recorder's stand-in for an error.
    ReceiptThatIsNone,
}

impl Endpoint {
    /// `None` for endpoints that do not exist yet.
    fn of(request: &SdkRequest) -> Option<Self> {
        let path = request.path.split('?').next().unwrap_or_default();
        let path = path.strip_prefix("/v2/").expect("every recorded path begins with /v2/");
        let segments: Vec<_> = path.split('/').collect();
        Some(match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["request", "token"]) => Self::Token,
            ("POST", ["request", "subscribe", "automatic-transfer"]) => Self::Request,
            ("POST", ["request", "subscribe", "automatic-transfer", "publish"]) => Self::Publish,
            ("GET", ["subscribe", "billing_key", _]) => Self::KeyOfReceipt,
            ("GET", ["billing_key", _]) => Self::Key,
            ("DELETE", ["subscribe", "billing_key", _]) => Self::Destroy,
            ("GET", ["receipt", "err"]) => Self::ReceiptThatIsNone,
            // Both kinds of receipts are looked up alike; with user data it is a payment's.
            ("GET", ["receipt", _]) if request.path.contains("lookup_user_data=true") => Self::PaymentReceipt,
            ("GET", ["receipt", _]) => Self::Receipt,
            ("POST", ["subscribe", "payment"]) => Self::Charge,
            ("POST", ["subscribe", "payment", "reserve"]) => Self::Reserve,
            ("GET", ["subscribe", "payment", "reserve", _]) => Self::LookUpReserve,
            ("DELETE", ["subscribe", "payment", "reserve", _]) => Self::Revoke,
            ("POST", ["cancel"]) => Self::Cancel,
            _ => return None,
        })
    }

    /// Status and a key that the body must have.
    fn expected(self) -> (u16, &'static str) {
        match self {
            Self::Token => (200, "access_token"),
            Self::Request | Self::KeyOfReceipt | Self::Receipt => (200, "receipt_id"),
            Self::PaymentReceipt => (200, "user"),
            Self::Charge | Self::Cancel => (200, "bank_data"),
            Self::Reserve => (200, "reserve_execute_at"),
            Self::LookUpReserve => (200, "order_id"),
            Self::Revoke => (200, "success"),
            Self::Publish | Self::Key | Self::Destroy => (200, "billing_key"),
            Self::ReceiptThatIsNone => (404, "error_code"),
        }
    }
}

/// What the recorder's placeholders stand for in one replay.
struct Real {
    receipt_id: String,
    billing_key: String,
    reserve_id: String,
    token: String,
}

/// Brings the gateway to where the recorder's world was, with the SDK's own request on the way.
async fn real(merchant: &Merchant, endpoint: Endpoint) -> Real {
    let legacy = json!({ "application_id": "sandbox_application_id", "private_key": "sandbox_private_key" });
    let token = merchant
        .post("/v2/request/token", legacy)
        .await
        .expect(200)
        .text("access_token");
    let mut reserve_id = String::new();
    let (receipt_id, billing_key) = match endpoint {
        Endpoint::Charge | Endpoint::Reserve => (String::new(), merchant.key().await),
        Endpoint::Cancel | Endpoint::PaymentReceipt => {
            let key = merchant.key().await;
            let paid = merchant.charge(&key, json!({})).await.expect(200);
            (paid.text("receipt_id"), key)
        }
        Endpoint::LookUpReserve | Endpoint::Revoke => {
            let key = merchant.key().await;
            let at = json!({ "reserve_execute_at": "2026-01-01T00:00:00+09:00" });
            reserve_id = merchant.reserve(&key, at).await.expect(200).text("reserve_id");
            (String::new(), key)
        }
        Endpoint::Publish | Endpoint::Receipt => (merchant.receipt(json!({})).await, String::new()),
        Endpoint::Key | Endpoint::KeyOfReceipt | Endpoint::Destroy => merchant.issue(json!({})).await,
        Endpoint::Token | Endpoint::Request | Endpoint::ReceiptThatIsNone => Default::default(),
    };
    Real {
        receipt_id,
        billing_key,
        reserve_id,
        token,
    }
}

/// The recorded request as bytes, with real ids and credentials.
fn bytes(request: &SdkRequest, path: &str, real: &Real) -> Vec<u8> {
    let path = with_ids(path, real, '/');
    let body = with_ids(&request.body, real, '"')
        .replace("\"app1\"", "\"sandbox_application_id\"")
        .replace("\"pk1\"", "\"sandbox_private_key\"");
    let mut head = format!("{} {path} HTTP/1.1\r\nHost: api.bootpay.co.kr\r\n", request.method);
    for (name, value) in &request.headers {
        let value = match name.to_ascii_lowercase().as_str() {
            "host" => continue,
            "content-length" => body.len().to_string(),
            "authorization" => credentials(value, real),
            _ => value.clone(),
        };
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{head}\r\n{body}").into_bytes()
}

/// Placeholders are whole words: they begin and end at `edge`, a query or the end.
fn with_ids(text: &str, real: &Real, edge: char) -> String {
    let mut text = text.to_owned();
    let receipts = RECEIPTS.iter().map(|placeholder| (placeholder, &real.receipt_id));
    let keys = KEYS.iter().map(|placeholder| (placeholder, &real.billing_key));
    let reserves = RESERVES.iter().map(|placeholder| (placeholder, &real.reserve_id));
    for (placeholder, id) in receipts.chain(keys).chain(reserves) {
        for end in [edge.to_string(), "?".to_owned(), ".json".to_owned(), String::new()] {
            let whole = format!("{edge}{placeholder}{end}");
            if text.contains(&whole) && (!end.is_empty() || text.ends_with(&whole)) {
                text = text.replace(&whole, &format!("{edge}{id}{end}"));
            }
        }
    }
    text
}

fn credentials(recorded: &str, real: &Real) -> String {
    match recorded.split_once(' ') {
        Some(("Basic", _)) => format!("Basic {}", STANDARD.encode("sandbox_client_key:sandbox_secret_key")),
        Some(("Bearer", _)) => format!("Bearer {}", real.token),
        _ => panic!("a recorded request has unknown credentials: {recorded}"),
    }
}

/// What came of one recorded request, sent to `path` in a world of its own; `None` when it was as it must be.
async fn replay(request: &SdkRequest, endpoint: Endpoint, path: &str) -> Option<String> {
    let gateway = TestGateway::with(|plan| plan.start_ms = RECORDED_MS).await;
    let real = real(&gateway.merchant(), endpoint).await;
    let RawAnswer { status, body } = raw::send(gateway.node.address, &bytes(request, path, &real)).await;
    gateway.stop().await;
    let (expected, key) = endpoint.expected();
    let answer = Ordered::read(&body);
    let is_error = answer.get("error_code").is_some();
    let is_right = status == expected && answer.get(key).is_some() && is_error == (status != 200);
    (!is_right).then(|| format!("{} {} {path}: {status} {body}", request.sdk, request.method))
}

fn replayed() -> Vec<(SdkRequest, Endpoint)> {
    let known = |request: SdkRequest| Endpoint::of(&request).map(|endpoint| (request, endpoint));
    sdk_requests().into_iter().filter_map(known).collect()
}

#[test]
fn every_endpoint_was_recorded_of_several_sdks() {
    let replayed = replayed();
    assert_eq!(replayed.len(), 102);
    for endpoint in [
        Endpoint::Token,
        Endpoint::Request,
        Endpoint::Publish,
        Endpoint::Key,
        Endpoint::Destroy,
        Endpoint::Charge,
        Endpoint::Reserve,
        Endpoint::LookUpReserve,
        Endpoint::Revoke,
        Endpoint::Cancel,
    ] {
        let mut sdks: Vec<_> = replayed
            .iter()
            .filter(|(_, of)| *of == endpoint)
            .filter_map(|(request, _)| request.sdk.split(' ').next())
            .collect();
        sdks.sort_unstable();
        sdks.dedup();
        assert_eq!(sdks, ["go", "java", "js", "python"], "{endpoint:?}");
    }
}

#[tokio::test]
async fn every_recorded_request_is_answered_as_its_sdk_expects() {
    let mut wrong = Vec::new();
    for (request, endpoint) in replayed() {
        wrong.extend(replay(&request, endpoint, &request.path).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_recorded_request_may_also_come_with_json_at_the_end_and_two_slashes() {
    let mut wrong = Vec::new();
    for (request, endpoint) in replayed()
        .into_iter()
        .filter(|(request, _)| request.sdk.starts_with("js"))
    {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = format!("{}.json?{query}", path.replacen("/v2/", "/v2//", 1));
        wrong.extend(replay(&request, endpoint, path.trim_end_matches('?')).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
