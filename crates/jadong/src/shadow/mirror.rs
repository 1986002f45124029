//! Asks the sandbox what the merchant asked the upstream, and compares. One exchange after the other, in the order in which the
//! upstream's answers were over: a twin must be there before it is asked for.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use domain::ErrorCode;
use futures_util::FutureExt;
use gateway::sandbox_credentials::{CLIENT_KEY, SECRET_KEY};
use reqwest::{Client, Method};
use serde_json::json;
use tokio::sync::mpsc::Receiver;

use super::compare::{compare, shown};
use super::difference::{Difference, Kind};
use super::disguise::{ABSENT, Disguise, NoTwin};
use super::endpoint::{Endpoint, segments};
use super::exchange::Exchange;
use super::json::Json;
use super::report::{Report, Verdict, Why};
use super::twins::Twins;

/// Longer than anything that the sandbox waits for.
const PATIENCE: Duration = Duration::from_secs(30);
const REQUEST: &str = "/v2/request/subscribe/automatic-transfer";
const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";
const RESEND: &str = "/v2/request/webhook";
const RESERVED: &str = "/v2/subscribe/payment/reserve/{reserve_id}";
const CHARGES: [&str; 2] = ["/v2/subscribe/payment", "/v2/subscribe/payment/reserve"];

/// What a bank, a PG or a customer has decided. In the sandbox others decide.
const OF_OTHERS: &[ErrorCode] = &[
    ErrorCode::HolderCheckFailed,
    ErrorCode::RequestRefused,
    ErrorCode::ConsentRefused,
    ErrorCode::ConsentNoAnswer,
    ErrorCode::ConsentBusy,
    ErrorCode::ConsentWrongKey,
    ErrorCode::ConsentExpired,
    ErrorCode::SignerMismatch,
    ErrorCode::NoApp,
    ErrorCode::PublishRefused,
    ErrorCode::ConfirmFailed,
    ErrorCode::ConfirmCritical,
    ErrorCode::CancelServerError,
    ErrorCode::CancelCritical,
    ErrorCode::CashReceiptFailed,
];

/// The sandbox and what in it stands for what.
pub struct Mirror {
    http: Client,
    sandbox: String,
    twins: Twins,
    /// Keys that were made because the merchant has them from before.
    made: u64,
}

/// What the sandbox said.
struct Answer {
    status: u16,
    body: Json,
    is_replayed: bool,
}

impl Mirror {
    pub fn of(sandbox: String) -> reqwest::Result<Self> {
        let builder = Client::builder().no_proxy().tls_certs_only([]).timeout(PATIENCE);
        Ok(Self {
            http: builder.build()?,
            sandbox,
            twins: Twins::default(),
            made: 0,
        })
    }

    /// Until nobody sends any more.
    pub async fn run(mut self, mut exchanges: Receiver<Exchange>, report: Report) {
        while let Some(exchange) = exchanges.recv().await {
            // A fault in here costs no more than this one comparison.
            let looked = AssertUnwindSafe(self.look(&exchange)).catch_unwind().await;
            report.record(&exchange, looked.unwrap_or(Verdict::NotCompared(Why::Failed)));
        }
    }

    async fn look(&mut self, exchange: &Exchange) -> Verdict {
        let status = exchange.status;
        if status >= 500 || status == 429 {
            return Verdict::NotCompared(Why::UpstreamFailed);
        }
        let Some(endpoint) = Endpoint::of(&exchange.method, &exchange.path) else {
            return if matches!(status, 404 | 405) {
                Verdict::NotCompared(Why::UnknownEndpoint)
            } else {
                Verdict::Different(vec![Difference::new(Kind::NoEndpoint, "", status.to_string(), "404")])
            };
        };
        let Some(said) = Json::read(&exchange.answered) else {
            return Verdict::Different(vec![Difference::new(Kind::NotJson, "", "", "")]);
        };
        let (found, instead) = match self.mirrored(exchange, &endpoint, &said).await {
            Ok(answer) => (self.compared(status, &said, &answer), None),
            Err(why) => (endpoint.compare(status, &said), Some(why)),
        };
        match instead {
            _ if !found.is_empty() => Verdict::Different(found),
            Some(why) => Verdict::AsDescribed(why),
            None => Verdict::Same,
        }
    }

    fn compared(&mut self, status: u16, said: &Json, answer: &Answer) -> Vec<Difference> {
        let mut found = Vec::new();
        if status != answer.status {
            let statuses = [status, answer.status].map(|status| status.to_string());
            let [there, here] = statuses;
            found.push(Difference::new(Kind::HttpStatus, "", there, here));
        }
        let is_new = self.twins.get(said.text("receipt_id")).is_none();
        if answer.is_replayed && is_new && !said.text("receipt_id").is_empty() {
            found.push(Difference::new(Kind::Replayed, "", "", ""));
        }
        match (said.get("error_code"), answer.body.get("error_code")) {
            (None, None) => {
                found.extend(compare(said, &answer.body));
                self.twins.learn(said, &answer.body);
            }
            (Some(_), Some(_)) => found.extend(compare(said, &answer.body)),
            (there, here) => {
                let [there, here] = [there, here].map(|code| code.map_or_else(String::new, shown));
                found.push(Difference::new(Kind::Value, "error_code", there, here));
            }
        }
        found
    }

    /// What the sandbox says to the same request; else why it is not asked, or its answer says nothing.
    async fn mirrored(&mut self, exchange: &Exchange, endpoint: &Endpoint, said: &Json) -> Result<Answer, Why> {
        let code = ErrorCode::from_name(said.text("error_code"));
        let is_publish = endpoint.template == PUBLISH;
        if matches!(exchange.status, 401 | 403) {
            return Err(Why::Credentials);
        }
        if endpoint.template == RESEND {
            return Err(Why::WouldTellTheMerchant);
        }
        // A publish that is too early or too late: when the customer agreed, only the upstream knows.
        let is_of_others = code.is_some_and(|code| OF_OTHERS.contains(&code)) || said.get("pg_error_code").is_some();
        if is_of_others || (is_publish && exchange.status != 200 && !said.text("error_code").starts_with("RC_")) {
            return Err(Why::PgOrCustomer);
        }
        let asked = match exchange.asked.as_ref() {
            [] => None,
            bytes => Some(Json::read(bytes).ok_or(Why::RequestNotJson)?),
        };
        // What is nowhere there is nowhere here.
        let absent = (code == Some(ErrorCode::ReceiptNotFound)).then_some(ABSENT);
        let disguised = match self.disguised(exchange, endpoint, asked.as_ref(), absent) {
            Err(NoTwin(key)) if CHARGES.contains(&endpoint.template) && exchange.status == 200 => {
                self.make_key(&key).await?;
                self.disguised(exchange, endpoint, asked.as_ref(), absent)
            }
            other => other,
        };
        let (path, body) = disguised.map_err(|NoTwin(_)| Why::NoTwin)?;
        let answer = self.ask(&exchange.method, &path, body.as_ref()).await?;
        if answer.body.get("pg_error_code").is_some() {
            return Err(Why::PgOrCustomer);
        }
        // Each debits it in its own moment, and as its bank sees it.
        let begun = |body: &Json| body.get("reserve_started_at").map(Json::kind);
        let is_moved = begun(said) != begun(&answer.body) || said.get("status") != answer.body.get("status");
        if endpoint.template == RESERVED && is_moved && exchange.status == 200 {
            return Err(Why::ReserveDue);
        }
        Ok(answer)
    }

    fn disguised(
        &mut self,
        exchange: &Exchange,
        endpoint: &Endpoint,
        asked: Option<&Json>,
        absent: Option<&str>,
    ) -> Result<(String, Option<Json>), NoTwin> {
        let mut disguise = Disguise::of(&mut self.twins, asked.unwrap_or(&Json::Null), absent);
        let mut path = String::new();
        for (part, sent) in segments(endpoint.template).into_iter().zip(segments(&exchange.path)) {
            path.push('/');
            path.push_str(&if part.starts_with('{') {
                disguise.id(sent)?
            } else {
                part.to_owned()
            });
        }
        // The one parameter that changes an answer.
        if exchange.query.split('&').any(|pair| pair == "lookup_user_data=true") {
            path.push_str("?lookup_user_data=true");
        }
        let body = asked.map(|asked| disguise.body(asked)).transpose()?;
        Ok((path, body))
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Json>) -> Result<Answer, Why> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| Why::Failed)?;
        let request = self.http.request(method, format!("{}{path}", self.sandbox));
        let mut request = request.basic_auth(CLIENT_KEY, Some(SECRET_KEY));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|_| Why::SandboxFailed)?;
        let status = response.status().as_u16();
        let is_replayed = response.headers().contains_key("jadong-replayed");
        let body = response.bytes().await.map_err(|_| Why::SandboxFailed)?;
        match Json::read(&body) {
            Some(body) if status < 500 && status != 429 => Ok(Answer {
                status,
                body,
                is_replayed,
            }),
            _ => Err(Why::SandboxFailed),
        }
    }

    /// A twin for a key that was issued before the shadow began: any key that pays is as good.
    async fn make_key(&mut self, upstream: &str) -> Result<(), Why> {
        self.made += 1;
        let asked = json!({
            "pg": "nicepay", "order_name": "shadow", "subscription_id": format!("made-{}", self.made), "username": "x",
            "bank_name": "004", "bank_account": "12345678901234", "identity_no": "900101", "phone": "01000001234",
        });
        let requested = self.made_of(REQUEST, &asked).await?;
        let receipt = json!({ "receipt_id": requested.text("receipt_id") });
        let published = self.made_of(PUBLISH, &receipt).await?;
        match published.text("billing_key") {
            "" => Err(Why::SandboxFailed),
            key => {
                self.twins.insert(upstream, key);
                Ok(())
            }
        }
    }

    async fn made_of(&self, path: &str, body: &serde_json::Value) -> Result<Json, Why> {
        let body = Json::read(body.to_string().as_bytes()).ok_or(Why::Failed)?;
        Ok(self.ask("POST", path, Some(&body)).await?.body)
    }
}
