//! `GET /v2/receipts`, `/v2/reserves`, `/v2/billing_keys`: a project's own, newest first. Not of the hosted API, and so under names
//! that none of its SDKs asks for: `/v2/receipt/` with an id that was forgotten must not answer a list.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::payment::PaymentState;
use domain::reserve::ReserveState;
use domain::written_time::parse as parse_when;
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use serde::Serialize;
use store::{PageRequest, PaymentFilter, ReserveFilter};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::services::{cash_receipt, listing};
use crate::wire;

pub const RECEIPTS: Endpoint = Endpoint {
    path: "/v2/receipts",
    name: "listReceipts",
    tag: "receipts",
    korean: "결제 영수증 목록: 최근 것부터, 기간·상태·빌링키로",
    english: "Receipts of payments, newest first: by time, status and key",
    query: &["since", "until", "status", "billing_key", "before", "limit"],
    answer: DocumentedAnswer::One("PaymentReceipts"),
    ..PLAIN
};

pub const RESERVES: Endpoint = Endpoint {
    path: "/v2/reserves",
    name: "listReserves",
    tag: "reserves",
    korean: "예약 목록: 최근 것부터, 빌링키·주문·상태로",
    english: "Reserves, newest first: by key, order and status",
    query: &["billing_key", "order_id", "status", "before", "limit"],
    answer: DocumentedAnswer::One("Reserves"),
    ..PLAIN
};

pub const BILLING_KEYS: Endpoint = Endpoint {
    path: "/v2/billing_keys",
    name: "listBillingKeys",
    tag: "billing keys",
    korean: "구독의 빌링키 목록: 그 subscription_id의 요청과 발급된 키, 최근 것부터",
    english: "Keys of a subscription: its requests, with the key that came of each, newest first",
    query: &["subscription_id", "before", "limit"],
    answer: DocumentedAnswer::One("IssuedKeys"),
    ..PLAIN
};

#[derive(Serialize, ToSchema)]
pub struct PaymentReceipts<'a> {
    data: Vec<wire::PaymentReceipt<'a>>,
    #[schema(required)]
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Reserves<'a> {
    data: Vec<wire::ReserveBody<'a>>,
    #[schema(required)]
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct IssuedKeys<'a> {
    data: Vec<wire::IssuedKeyBody<'a>>,
    #[schema(required)]
    next: Option<String>,
}

const ROWS: u32 = 20;
const ROWS_MAX: u32 = 100;
const ID_HINT: &str = "1–255자 (1 to 255 characters)";

/// What is behind the `?`: each name once, and none that the list does not know, for a filter with a slip in its name would answer
/// everything.
struct Wanted(HashMap<String, String>);

impl Wanted {
    fn read(endpoint: &Endpoint, query: Option<&str>) -> Result<Self, Refusal> {
        let mut found = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let Some(known) = endpoint.query.iter().find(|known| **known == name) else {
                let hint = format!("쓸 수 있는 것 (there are): {}", endpoint.query.join(", "));
                return Err(Refusal::new(ErrorCode::FieldInvalid, "query").hint(hint));
            };
            if found.insert(name.into_owned(), value.trim().to_owned()).is_some() {
                return Err(invalid(known, "한 번만 보내 주세요 (send one)"));
            }
        }
        Ok(Self(found))
    }

    /// The value of a parameter as `read` reads it; `None` where it was not sent. Errors: `FIELD_INVALID` with `hint`.
    fn take<T>(
        &self,
        name: &'static str,
        hint: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(text) => read(text).map(Some).ok_or_else(|| invalid(name, hint)),
        }
    }

    fn id<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Refusal> {
        self.take(name, "24자리 16진수 (24 hexadecimal characters)", |text| {
            text.parse().ok()
        })
    }

    fn page(&self, project: ProjectId) -> Result<PageRequest, Refusal> {
        let rows = |text: &str| text.parse().ok().filter(|rows| (1..=ROWS_MAX).contains(rows));
        let before: Option<ReceiptId> = self.take("before", "앞선 답의 next (the next of an answer)", |text| {
            text.parse().ok()
        })?;
        Ok(PageRequest {
            project,
            before: before.map(|id| id.to_string()),
            limit: self.take("limit", "1–100", rows)?.unwrap_or(ROWS),
        })
    }

    /// The states that are this `status` on the wire.
    fn states<S: Copy>(&self, all: &[S], status: impl Fn(S) -> i16) -> Result<Vec<S>, Refusal> {
        let mut known: Vec<i16> = all.iter().map(|state| status(*state)).collect();
        known.sort_unstable();
        known.dedup();
        let hint = known.iter().map(i16::to_string).collect::<Vec<_>>().join(", ");
        let of = |text: &str| {
            let wanted: i16 = text.parse().ok()?;
            let states: Vec<S> = all.iter().copied().filter(|state| status(*state) == wanted).collect();
            (!states.is_empty()).then_some(states)
        };
        Ok(self.take("status", &hint, of)?.unwrap_or_default())
    }
}

fn invalid(field: &'static str, hint: &str) -> Refusal {
    Refusal::new(ErrorCode::FieldInvalid, field).hint(hint)
}

pub async fn receipts(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let project = &known.project;
    let wanted = Wanted::read(&RECEIPTS, query.as_deref())?;
    let when = "2026-12-01, 2026-12-01T09:00:00+09:00";
    let filter = PaymentFilter {
        states: wanted.states(PaymentState::ALL, |state| wire::payment_status(state).0)?,
        key: wanted.id("billing_key")?,
        from: wanted.take("since", when, moment)?,
        until: wanted.take("until", when, moment)?,
    };
    if filter.from.zip(filter.until).is_some_and(|(from, until)| from >= until) {
        return Err(invalid("until", "since보다 뒤 (later than since)").into());
    }
    let page = listing::payments(&app.services, wanted.page(project.id)?, filter).await?;
    let mut cash = Vec::with_capacity(page.rows.len());
    for payment in &page.rows {
        cash.push(cash_receipt::of_payment(&app.services, payment).await?);
    }
    let site = app.services.site(project.id);
    let receipts = std::iter::zip(&page.rows, &cash)
        .map(|(payment, cash)| wire::PaymentReceipt::new(site, project, payment, cash.as_ref()));
    Ok(ok(&PaymentReceipts {
        data: receipts.collect::<Result<_, _>>()?,
        next: page.next,
    }))
}

pub async fn reserves(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let wanted = Wanted::read(&RESERVES, query.as_deref())?;
    let filter = ReserveFilter {
        states: wanted.states(ReserveState::ALL, ReserveState::wire_status)?,
        key: wanted.id("billing_key")?,
        order_id: wanted.take("order_id", ID_HINT, merchants_id)?,
    };
    let page = listing::reserves(&app.services, wanted.page(known.project.id)?, filter).await?;
    Ok(ok(&Reserves {
        data: page.rows.iter().map(wire::ReserveBody::new).collect::<Result<_, _>>()?,
        next: page.next,
    }))
}

pub async fn billing_keys(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let project = &known.project;
    let wanted = Wanted::read(&BILLING_KEYS, query.as_deref())?;
    let subscription = wanted.take("subscription_id", ID_HINT, merchants_id)?;
    let subscription = subscription.ok_or_else(|| invalid("subscription_id", "필수입니다 (is required)"))?;
    let page = listing::issuances_of(&app.services, wanted.page(project.id)?, subscription).await?;
    let (site, now) = (app.services.site(project.id), app.services.now_of(project.id));
    let keys = page
        .rows
        .iter()
        .map(|(issuance, key)| wire::IssuedKeyBody::new(site, project, issuance, key.as_ref(), now, None));
    Ok(ok(&IssuedKeys {
        data: keys.collect::<Result<_, _>>()?,
        next: page.next,
    }))
}

/// A time as it was written, also where the `+` of its zone was not encoded, and so has come as a space.
fn moment(text: &str) -> Option<EpochMs> {
    parse_when(text).or_else(|| parse_when(&text.replacen(' ', "+", 1)))
}

/// A merchant's own id. An empty one is a variable that was not set, and would match everything.
fn merchants_id(text: &str) -> Option<String> {
    let is_one = (1..=255).contains(&text.chars().count()) && !text.contains('\0');
    is_one.then(|| text.to_owned())
}
