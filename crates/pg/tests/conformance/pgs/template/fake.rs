//! The imaginary PG, as far as the checks need it: every order once, and a ledger.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jadong_pg::{BoxFuture, Connector, Line, LineSettings};
use reqwest::StatusCode;
use seams::{Clock, SystemClock};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Template;
use crate::subject::{Asked, Decision, FakePg, Ledger, Who, times};

const SECRET_KEY: &str = "sk_of_the_template";

#[derive(Default)]
struct World {
    consents: HashMap<String, Consent>,
    keys: Vec<String>,
    debits: Vec<Debit>,
}

#[derive(Clone)]
struct Consent {
    state: &'static str,
    key: Option<String>,
}

struct Debit {
    order: String,
    amount: u64,
    paid_at_ms: i64,
    refunds: Vec<(String, u64)>,
}

type Shared = Arc<Mutex<World>>;
type Answer = Result<Json<Value>, Response>;

fn no(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({"error": code, "message": ""}))).into_response()
}

fn not_found() -> Response {
    no(StatusCode::NOT_FOUND, "not_found")
}

fn text(body: &Value, key: &str) -> String {
    body[key].as_str().unwrap_or_default().to_owned()
}

impl Consent {
    fn shown(&self, order: &str) -> Json<Value> {
        Json(json!({"order": order, "consent": format!("c-{order}"), "state": self.state, "key": self.key}))
    }
}

impl Debit {
    fn left(&self) -> u64 {
        self.amount - self.refunds.iter().map(|(_, amount)| amount).sum::<u64>()
    }

    fn shown(&self) -> Value {
        let (debit, left) = (format!("d-{}", self.order), self.left());
        let (order, amount, paid_at_ms) = (&self.order, self.amount, self.paid_at_ms);
        json!({"order": order, "debit": debit, "amount": amount, "left": left, "paid_at_ms": paid_at_ms})
    }
}

async fn start(State(world): State<Shared>, Json(body): Json<Value>) -> Json<Value> {
    let order = text(&body, "order");
    let asked = Consent {
        state: "asked",
        key: None,
    };
    let mut world = world.lock().unwrap();
    world.consents.entry(order.clone()).or_insert(asked).shown(&order)
}

async fn consent(State(world): State<Shared>, Path(order): Path<String>) -> Answer {
    let world = world.lock().unwrap();
    let consent = world.consents.get(&order).ok_or_else(not_found)?;
    Ok(consent.shown(&order))
}

async fn register(State(world): State<Shared>, Path(order): Path<String>) -> Answer {
    let mut world = world.lock().unwrap();
    let consent = world.consents.get_mut(&order).ok_or_else(not_found)?;
    match consent.state {
        "asked" => return Err(no(StatusCode::CONFLICT, "not_agreed")),
        "refused" => return Err(no(StatusCode::CONFLICT, "refused")),
        _ => {}
    }
    let is_new = consent.key.is_none();
    let key = consent.key.get_or_insert_with(|| format!("k-{order}")).clone();
    let shown = consent.shown(&order);
    if is_new {
        world.keys.push(key);
    }
    Ok(shown)
}

async fn expire(State(world): State<Shared>, Path(key): Path<String>) -> Answer {
    let mut world = world.lock().unwrap();
    let place = world.keys.iter().position(|own| *own == key);
    let place = place.ok_or_else(|| no(StatusCode::NOT_FOUND, "no_such_key"))?;
    world.keys.remove(place);
    Ok(Json(json!({"key": key})))
}

async fn charge(State(world): State<Shared>, Json(body): Json<Value>) -> Answer {
    let mut world = world.lock().unwrap();
    let order = text(&body, "order");
    if world.debits.iter().any(|debit| debit.order == order) {
        return Err(no(StatusCode::CONFLICT, "order_used"));
    }
    if !world.keys.contains(&text(&body, "key")) {
        return Err(no(StatusCode::NOT_FOUND, "no_such_key"));
    }
    let debit = Debit {
        order,
        amount: body["amount"].as_u64().unwrap_or_default(),
        paid_at_ms: SystemClock.now_ms(),
        refunds: Vec::new(),
    };
    let shown = debit.shown();
    world.debits.push(debit);
    Ok(Json(shown))
}

async fn of_order(State(world): State<Shared>, Path(order): Path<String>) -> Answer {
    let world = world.lock().unwrap();
    let debit = world.debits.iter().find(|debit| debit.order == order);
    Ok(Json(debit.ok_or_else(not_found)?.shown()))
}

async fn debit(world: State<Shared>, Path(id): Path<String>) -> Answer {
    of_order(world, Path(id.trim_start_matches("d-").to_owned())).await
}

async fn refund(State(world): State<Shared>, Path(id): Path<String>, Json(body): Json<Value>) -> Answer {
    let mut world = world.lock().unwrap();
    let mut debits = world.debits.iter_mut();
    let debit = debits
        .find(|debit| format!("d-{}", debit.order) == id)
        .ok_or_else(not_found)?;
    let (refund, amount) = (text(&body, "refund"), body["amount"].as_u64().unwrap_or_default());
    if !debit.refunds.iter().any(|(own, _)| *own == refund) {
        if amount > debit.left() {
            return Err(no(StatusCode::UNPROCESSABLE_ENTITY, "too_much"));
        }
        debit.refunds.push((refund.clone(), amount));
    }
    let mut shown = debit.shown();
    shown["refund"] = json!(refund);
    Ok(Json(shown))
}

async fn let_in(request: Request, next: Next) -> Response {
    let given = request.headers().get("authorization");
    if given.is_some_and(|given| *given == format!("Bearer {SECRET_KEY}")) {
        next.run(request).await
    } else {
        no(StatusCode::UNAUTHORIZED, "unauthorized")
    }
}

pub struct Fake {
    address: SocketAddr,
    world: Shared,
}

impl Fake {
    pub async fn start() -> Self {
        let world = Shared::default();
        let routes = Router::new()
            .route("/consents", post(start))
            .route("/consents/{order}", get(consent))
            .route("/consents/{order}/key", post(register))
            .route("/keys/{key}", delete(expire))
            .route("/debits", post(charge))
            .route("/orders/{order}", get(of_order))
            .route("/debits/{id}", get(debit))
            .route("/debits/{id}/refunds", post(refund))
            .layer(axum::middleware::from_fn(let_in))
            .with_state(world.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, world }
    }
}

impl FakePg for Fake {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn connector(&self, url: String, who: Who) -> Arc<dyn Connector> {
        let settings = LineSettings {
            base_url: url,
            connect_timeout: times().connect_timeout,
            read_timeout: times().read_timeout,
            held_timeout: None,
            calls_max: times().calls_max,
            queue_wait: times().queue_wait,
        };
        let line = Line::new(settings, Arc::new(SystemClock)).unwrap();
        let secret_key = match who {
            Who::Merchant => SECRET_KEY,
            Who::Stranger => "sk_of_nobody",
        };
        Arc::new(Template::new(Arc::new(line), secret_key).unwrap())
    }

    fn customer<'a>(&'a self, asked: &'a Asked, decision: Decision) -> BoxFuture<'a, ()> {
        let mut world = self.world.lock().unwrap();
        world.consents.get_mut(&asked.order_id).unwrap().state = match decision {
            Decision::Agrees => "agreed",
            Decision::Refuses => "refused",
        };
        Box::pin(async {})
    }

    fn ledger(&self) -> BoxFuture<'_, Ledger> {
        let world = self.world.lock().unwrap();
        let taken: u64 = world.debits.iter().map(|debit| debit.amount).sum();
        let ledger = Ledger {
            asked: world.consents.len(),
            keys: world.keys.len(),
            debits: world.debits.len(),
            taken,
            given_back: taken - world.debits.iter().map(Debit::left).sum::<u64>(),
            receipts: 0,
        };
        Box::pin(async move { ledger })
    }

    fn refusal(&self, words: &str) -> (&'static str, String) {
        let body = json!({"error": "no_money", "message": words});
        ("402 Payment Required", body.to_string())
    }

    fn credentials(&self) -> Vec<String> {
        vec![SECRET_KEY.to_owned()]
    }
}
