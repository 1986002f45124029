//! A gateway that follows a script: it answers the calls it is told to expect, in that order, and nothing else.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use client::Retries;
use merchant::{MasterKey, MerchantConfig, Monthly, RunningMerchant, Webhooks};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const RECEIPT: &str = "6655069ca691573f1bb9c28a";
pub const KEY: &str = "66550abf3324a61b141f9206";
pub const REQUEST: &str = "POST /v2/request/subscribe/automatic-transfer";
pub const PUBLISH: &str = "POST /v2/request/subscribe/automatic-transfer/publish";
pub const LOOKUP: &str = "GET /v2/subscribe/billing_key/6655069ca691573f1bb9c28a";
pub const DESTROY: &str = "DELETE /v2/subscribe/billing_key/66550abf3324a61b141f9206";

pub const ACCOUNT: &str = "11023456789012";
pub const BIRTH: &str = "900101";
pub const PHONE: &str = "01098761234";

/// What the fake does with a call.
pub enum Reply {
    Json(u16, Value),
    Text(u16, &'static str),
    /// Longer than the merchant's patience.
    Hang,
}

type Script = Arc<Mutex<VecDeque<(&'static str, Reply)>>>;

/// A merchant on a temporary folder before a scripted gateway.
pub struct Stage {
    pub folder: TempDir,
    pub master_key: MasterKey,
    script: Script,
    merchant: RunningMerchant,
    http: reqwest::Client,
}

impl Stage {
    pub async fn new(script: Vec<(&'static str, Reply)>) -> Self {
        let script: Script = Arc::new(Mutex::new(script.into()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let gateway_url = format!("http://{}", listener.local_addr().expect("bound"));
        let app = Router::new().fallback(play).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self::before(gateway_url, script).await
    }

    /// A gateway that is not there at all.
    pub async fn without_gateway() -> Self {
        // Port 9 (discard) is not served here; a connection is refused at once.
        Self::before("http://127.0.0.1:9".to_owned(), Script::default()).await
    }

    async fn before(gateway_url: String, script: Script) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let master_key = MasterKey::random().expect("randomness");
        let config = MerchantConfig {
            listen: "127.0.0.1:0".parse().expect("an address"),
            gateway_url,
            client_key: "client".to_owned(),
            secret_key: "secret".to_owned(),
            db_path: folder.path().join("service.db"),
            master_key: master_key.clone(),
            call_timeout: Duration::from_millis(300),
            // The script counts every call.
            retries: Retries::Never,
            webhooks: Webhooks::Off,
            monthly: Monthly::ByHand,
        };
        let merchant = merchant::start(config).await.expect("the merchant starts");
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .expect("a client");
        Self {
            folder,
            master_key,
            script,
            merchant,
            http,
        }
    }

    pub async fn signup(&self) -> (u16, Value) {
        let form = json!({"customer_id": "cust_7", "name": "홍길동", "bank": "국민은행",
            "account": ACCOUNT, "birth": BIRTH, "phone": PHONE});
        self.send(Method::POST, "/signup", Some(&form)).await
    }

    pub async fn confirm(&self, wait_ms: u64) -> (u16, Value) {
        self.send(
            Method::POST,
            &format!("/signup/{RECEIPT}/confirm?wait_ms={wait_ms}"),
            None,
        )
        .await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("http://{}{path}", self.merchant.addr()));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("the merchant answers");
        (
            answer.status().as_u16(),
            answer.json().await.expect("the merchant answers JSON"),
        )
    }

    /// The key as it is stored, unsealed.
    pub fn stored_key(&self) -> Option<String> {
        let db = self.folder.path().join("service.db");
        merchant::stored_key(&db, &self.master_key, RECEIPT).expect("a service DB")
    }

    /// `(step, status)` of every exchange; status `null` when there was no answer.
    pub async fn exchanges(&self) -> Vec<(String, Value)> {
        let (_, list) = self.send(Method::GET, "/exchanges", None).await;
        let step = |one: &Value| (one["step"].as_str().expect("a step").to_owned(), one["status"].clone());
        list.as_array().expect("an array").iter().map(step).collect()
    }

    /// Stops the merchant and checks that the gateway was called as often as the script says.
    pub async fn end(self) -> TempDir {
        self.merchant.stop().await.expect("the merchant stops");
        let left = self.script.lock().expect("no panic in the fake").len();
        assert_eq!(left, 0, "calls that the script expected and that never came");
        self.folder
    }
}

async fn play(State(script): State<Script>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    assert!(
        headers["authorization"]
            .to_str()
            .is_ok_and(|value| value.starts_with("Basic "))
    );
    assert!(
        !uri.path().ends_with("/publish") || body.as_ref() == format!(r#"{{"receipt_id":"{RECEIPT}"}}"#).as_bytes()
    );
    let came = format!("{method} {uri}");
    let next = script.lock().expect("no panic in the fake").pop_front();
    let answer = |status: u16, text: String| {
        let status = StatusCode::from_u16(status).expect("a status");
        let consent = if uri.path().ends_with("automatic-transfer") {
            "waiting"
        } else {
            ""
        };
        Response::builder()
            .status(status)
            .header("Jadong-Consent", consent)
            .body(Body::from(text))
            .expect("an answer")
    };
    match next {
        Some((expected, reply)) if expected == came => match reply {
            Reply::Json(status, body) => answer(status, body.to_string()),
            Reply::Text(status, text) => answer(status, text.to_owned()),
            Reply::Hang => {
                tokio::time::sleep(Duration::from_secs(30)).await;
                answer(500, String::new())
            }
        },
        _ => answer(418, json!({"error_code": "OFF_SCRIPT", "message": came}).to_string()),
    }
}

pub fn accepted() -> Reply {
    Reply::Json(200, json!({"receipt_id": RECEIPT, "status": 41}))
}

pub fn issued() -> Reply {
    let data = json!({"bank_name": "국민", "bank_code": "004", "bank_account": "1102******9012", "username": "홍길*"});
    Reply::Json(
        200,
        json!({"receipt_id": RECEIPT, "status": 1, "billing_key": KEY, "billing_data": data}),
    )
}

pub fn refused(status: u16, error_code: &str) -> Reply {
    Reply::Json(status, json!({"error_code": error_code, "message": "안내 문구"}))
}
