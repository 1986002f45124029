//! Something between the gateway and the hosted API that makes of its answers what the real service might say instead.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use testkit::application::with;

const CHARGE: &str = "/v2/subscribe/payment";
const CANCEL: &str = "/v2/cancel";
const ORDER: &str = "/v2/lookup/order/";

/// What is otherwise than with the gateway that stands in the place of the hosted API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    Nothing,
    /// An order is listed only so long after it was charged.
    ListsLate(Duration),
    /// No order is ever listed.
    ListsNothing,
    /// The look-up of an order is unavailable.
    ListsWith500,
    /// Every refund gives back, whatever its id.
    RefundsAgain,
    /// A refund that is sent again gives back, and the receipt shows it only so long after.
    RefundsAgainLate(Duration),
    RefusesRefunds,
    /// A used order id is refused.
    RefusesUsedOrders,
    /// Every debit is refused so, and none is made.
    RefusesDebitsAsUsed,
    /// Debits are made, and answered with a 500.
    DebitsWith500,
    /// No debit is made, and 500 is answered.
    LosesDebits,
    /// A debit is answered when it is let go.
    HoldsDebits,
    /// The key pair is of the real thing.
    IsLive,
    /// Nobody says of which it is.
    SaysNoSandbox,
}

/// It stands there until the test is over.
pub struct Between {
    pub url: String,
    hub: Arc<Hub>,
}

struct Hub {
    target: String,
    http: reqwest::Client,
    temper: Mutex<Temper>,
    charged: Mutex<HashMap<String, Instant>>,
    refunds: Mutex<(HashSet<String>, Vec<Instant>)>,
    asked: Mutex<Vec<String>>,
    is_held: watch::Sender<bool>,
}

impl Between {
    pub async fn to(target: &str, temper: Temper) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let hub = Arc::new(Hub {
            target: target.to_owned(),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            temper: Mutex::new(temper),
            charged: Mutex::default(),
            refunds: Mutex::default(),
            asked: Mutex::default(),
            is_held: watch::Sender::new(true),
        });
        let router = Router::new().fallback(pass_on).with_state(hub.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { url, hub }
    }

    pub fn is(&self, temper: Temper) {
        *self.hub.temper.lock().unwrap() = temper;
    }

    /// The paths that were asked for, with their methods.
    pub fn asked(&self) -> Vec<String> {
        self.hub.asked.lock().unwrap().clone()
    }

    /// Until a debit was asked for.
    pub async fn has_a_debit(&self) {
        testkit::until(testkit::PATIENCE, async || {
            let asked = self.asked();
            let is_there = asked.iter().any(|path| path.ends_with(CHARGE));
            if is_there { Ok(()) } else { Err(asked) }
        })
        .await;
    }

    pub fn lets_go(&self) {
        self.hub.is_held.send_replace(false);
    }
}

fn answer(status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn refusal(code: &str) -> Response {
    answer(400, json!({ "error_code": code, "message": "거절" }))
}

async fn pass_on(State(hub): State<Arc<Hub>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().to_owned();
    hub.asked.lock().unwrap().push(format!("{method} {path}"));
    let temper = *hub.temper.lock().unwrap();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(instead) = hub.instead(temper, &path, &asked) {
        return instead;
    }
    let sent = hub.changed(temper, &path, asked);
    let mut request = hub.http.request(method, format!("{}{path}", hub.target));
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    if !sent.is_null() {
        request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(sent.to_string());
    }
    let replied = request.send().await.expect("it is there");
    let status = replied.status().as_u16();
    let replied: Value = serde_json::from_slice(&replied.bytes().await.expect("a body")).unwrap_or_default();
    if path == CHARGE && temper == Temper::HoldsDebits {
        let mut held = hub.is_held.subscribe();
        held.wait_for(|is_held| !is_held).await.expect("the test runs");
    }
    match temper {
        Temper::DebitsWith500 if path == CHARGE => answer(500, json!({})),
        _ => answer(status, hub.as_seen(temper, &path, replied)),
    }
}

impl Hub {
    /// What is answered without asking anybody.
    fn instead(&self, temper: Temper, path: &str, asked: &Value) -> Option<Response> {
        let order = asked["order_id"].as_str().unwrap_or_default().to_owned();
        match temper {
            Temper::ListsWith500 if path.starts_with(ORDER) => Some(answer(500, json!({}))),
            Temper::ListsNothing if path.starts_with(ORDER) => Some(answer(200, json!([]))),
            Temper::RefusesRefunds if path == CANCEL => Some(refusal("RC_CANCEL_REFUSED")),
            Temper::LosesDebits if path == CHARGE => Some(answer(500, json!({}))),
            Temper::RefusesDebitsAsUsed if path == CHARGE => Some(refusal("RC_ORDER_USED")),
            Temper::ListsLate(late) => {
                let mut charged = self.charged.lock().unwrap();
                if path == CHARGE {
                    charged.insert(order, Instant::now());
                }
                let of = path.strip_prefix(ORDER)?;
                let is_early = charged.get(of).is_some_and(|at| at.elapsed() < late);
                is_early.then(|| answer(200, json!([])))
            }
            Temper::RefusesUsedOrders if path == CHARGE => {
                let is_new = self.charged.lock().unwrap().insert(order, Instant::now()).is_none();
                (!is_new).then(|| refusal("RC_ORDER_USED"))
            }
            _ => None,
        }
    }

    /// What is asked instead.
    fn changed(&self, temper: Temper, path: &str, asked: Value) -> Value {
        let is_again = matches!(temper, Temper::RefundsAgain | Temper::RefundsAgainLate(_));
        if path != CANCEL || !is_again {
            return asked;
        }
        let id = asked["cancel_id"].as_str().expect("an id").to_owned();
        let mut refunds = self.refunds.lock().unwrap();
        if !refunds.0.insert(id.clone()) {
            refunds.1.push(Instant::now());
        }
        let (known, again) = (refunds.0.len(), refunds.1.len());
        with(asked, json!({ "cancel_id": format!("{id}-{known}-{again}") }))
    }

    /// What of an answer is seen.
    fn as_seen(&self, temper: Temper, path: &str, mut replied: Value) -> Value {
        match temper {
            Temper::IsLive if replied["sandbox"].is_boolean() => replied["sandbox"] = json!(false),
            Temper::IsLive if replied["sandbox"].is_number() => replied["sandbox"] = json!(0),
            Temper::SaysNoSandbox => {
                replied.as_object_mut().map(|fields| fields.remove("sandbox"));
            }
            Temper::RefundsAgainLate(late) if path.starts_with("/v2/receipt/") => {
                let refunds = self.refunds.lock().unwrap();
                let hidden = refunds.1.iter().filter(|at| at.elapsed() < late).count();
                let shown = replied["cancelled_price"].as_u64().unwrap_or(0);
                // Each of those that are seen late gave back a tenth of 1,000 won.
                replied["cancelled_price"] = json!(shown - 100 * u64::try_from(hidden).expect("few"));
            }
            _ => {}
        }
        replied
    }
}
