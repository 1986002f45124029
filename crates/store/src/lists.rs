//! Lists for people. Each looks back over a bounded number of rows along the ids, which grow with time: no index of their own to
//! pay for on every debit, and no scan however much is on disk.

use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::{Payment, PaymentState};
use domain::reserve::{Reserve, ReserveState};
use domain::text::nfc;
use domain::webhook_delivery::{Delivery, DeliveryState};
use domain::{BillingKeyId, EpochMs, ProjectId};

use crate::Store;
use crate::billing_keys::{self, select_key};
use crate::deliveries::{self, delivery_columns};
use crate::error::ReadError;
use crate::issuances::{self, select_issuance};
use crate::payments::{self, payment_columns};
use crate::place::Place;
use crate::reserves::{self, reserve_columns};
use crate::row::{Columns, Read, only};
use crate::statement::{Statement, statements};
use crate::value::{Value, list, values};

/// How many rows one part of a list looks back over.
const LOOK_BACK: u32 = 10_000;
/// Above every id.
const TOP: &str = "g";
/// An id says to the second when it was made, by the clock of the node that made it; the row says it by the same clock, or another.
const SKEW_MS: u64 = 3_600_000;

macro_rules! select_payments {
    () => {
        concat!(
            "SELECT ",
            payment_columns!(),
            " FROM payment WHERE {of}receipt_id < ?1 AND receipt_id >= ?2 AND {+|}project_id = ?3
            AND (?5 = '[]' OR state IN {each ?5}) AND requested_at_ms >= ?6 AND requested_at_ms < ?7"
        )
    };
}

statements! {
    PAYMENT_EDGE = "SELECT receipt_id FROM payment WHERE {of}receipt_id < ?1 ORDER BY receipt_id DESC LIMIT 1 OFFSET ?2";
    RECENT_PAYMENTS = concat!(select_payments!(), " ORDER BY receipt_id DESC LIMIT ?4");
    PAYMENTS_BY_KEY = concat!(select_payments!(), " AND billing_key = ?8 ORDER BY receipt_id DESC LIMIT ?4");
    RESERVE_EDGE = "SELECT reserve_id FROM reserve WHERE {of}reserve_id < ?1 ORDER BY reserve_id DESC LIMIT 1 OFFSET ?2";
    RECENT_RESERVES = concat!("SELECT ", reserve_columns!(), " FROM reserve WHERE {of}reserve_id < ?1 AND reserve_id >= ?2
        AND {+|}project_id = ?3 AND (?5 = '[]' OR state IN {each ?5}) AND (?6 = '' OR {+|}billing_key = ?6)
        AND (?7 = '' OR order_id = ?7) ORDER BY reserve_id DESC LIMIT ?4");
    ISSUANCE_EDGE = "SELECT receipt_id FROM issuance WHERE {of}receipt_id < ?1 ORDER BY receipt_id DESC LIMIT 1 OFFSET ?2";
    RECENT_ISSUANCES = concat!(select_issuance!(), " WHERE {of}receipt_id < ?1 AND receipt_id >= ?2 AND {+|}project_id = ?3
        ORDER BY receipt_id DESC LIMIT ?4");
    SELECT_ISSUANCES_BY_SUBSCRIPTION = concat!(select_issuance!(), "{ INDEXED BY issuance_by_subscription|}
        WHERE {of}project_id = ?1 AND subscription_id = ?2 AND receipt_id < ?4 ORDER BY receipt_id DESC LIMIT ?3");
    KEY_EDGE = "SELECT billing_key FROM billing_key WHERE {of}billing_key < ?1 ORDER BY billing_key DESC LIMIT 1 OFFSET ?2";
    RECENT_KEYS = concat!(select_key!(), " WHERE {of}billing_key < ?1 AND billing_key >= ?2 AND {+|}project_id = ?3
        ORDER BY billing_key DESC LIMIT ?4");
    DELIVERY_EDGE = "SELECT id FROM delivery WHERE {of}id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
    DELIVERIES = concat!("SELECT ", delivery_columns!(), " FROM delivery WHERE {of}id < ?1 AND id >= ?2
        AND {+|}project_id = ?3 AND (?5 = '[]' OR state IN {each ?5}) ORDER BY id DESC LIMIT ?4");
}

/// A part of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next part goes on; `None` at the end.
    pub next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Clone)]
pub struct PageRequest {
    pub project: ProjectId,
    /// Only what is older than this id.
    pub before: Option<String>,
    pub limit: u32,
}

/// Which payments of a list.
#[derive(Debug, Clone, Default)]
pub struct PaymentFilter {
    /// In one of these states; empty: in any.
    pub states: Vec<PaymentState>,
    pub key: Option<BillingKeyId>,
    /// Asked for at that time or later.
    pub from: Option<EpochMs>,
    /// Asked for before it.
    pub until: Option<EpochMs>,
}

/// Which reserves of a list.
#[derive(Debug, Clone, Default)]
pub struct ReserveFilter {
    /// In one of these states; empty: in any.
    pub states: Vec<ReserveState>,
    pub key: Option<BillingKeyId>,
    /// The merchant's id, in any spelling that is the same id.
    pub order_id: Option<String>,
}

/// A list: how far one part of it looks back, and what it finds there.
struct List<T> {
    edge: &'static Statement,
    rows: &'static Statement,
    read: fn(&mut Columns<'_>) -> Read<T>,
    id: fn(&T) -> String,
}

impl Store {
    /// Reads one more than wanted, to know whether there is more; else the next part begins at the edge.
    async fn page<T: Send + 'static>(
        &self,
        list: &List<T>,
        wanted: PageRequest,
        condition: Vec<Value>,
    ) -> Result<Page<T>, ReadError> {
        self.page_above(String::new(), list, wanted, condition).await
    }

    /// The same down to the id `floor`, and no further.
    async fn page_above<T: Send + 'static>(
        &self,
        floor: String,
        list: &List<T>,
        wanted: PageRequest,
        condition: Vec<Value>,
    ) -> Result<Page<T>, ReadError> {
        let place = Place::Of(wanted.project);
        let before = wanted.before.unwrap_or_else(|| TOP.to_owned());
        let edge = self.first(place, list.edge, values![before, LOOK_BACK - 1], only::<String>);
        let edge = edge.await?.filter(|edge| *edge > floor);
        let from = edge.clone().unwrap_or(floor);
        let values = [values![before, from, wanted.project, wanted.limit + 1], condition].concat();
        let mut rows = self.rows(place, list.rows, values, list.read).await?;
        let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
        let is_cut = rows.len() > limit;
        rows.truncate(limit);
        let next = if is_cut { rows.last().map(list.id) } else { edge };
        Ok(Page { rows, next })
    }

    /// The newest payments that `filter` lets through. Looks back over a bounded number of receipts at a time, so a part may have
    /// fewer rows than asked for and still go on.
    pub async fn recent_payments(
        &self,
        wanted: PageRequest,
        filter: PaymentFilter,
    ) -> Result<Page<Payment>, ReadError> {
        let floor = filter
            .from
            .map_or_else(String::new, |from| first_id(from.minus_ms(SKEW_MS)));
        let top = filter
            .until
            .map_or_else(|| TOP.to_owned(), |until| first_id(until.plus_ms(SKEW_MS)));
        let before = Some(wanted.before.map_or(top.clone(), |before| before.min(top)));
        let from = filter.from.unwrap_or(EpochMs(0));
        let until = filter.until.unwrap_or(EpochMs(i64::MAX));
        let mut condition = vec![list(filter.states.iter().map(|state| state.name()))];
        condition.extend(values![from, until]);
        let rows = match filter.key {
            Some(key) => {
                condition.extend(values![key]);
                &PAYMENTS_BY_KEY
            }
            None => &RECENT_PAYMENTS,
        };
        let wanted = PageRequest { before, ..wanted };
        self.page_above(floor, &payments_in(rows), wanted, condition).await
    }

    /// The newest reserves that `filter` lets through, bounded like [`recent_payments`](Self::recent_payments).
    pub async fn recent_reserves(
        &self,
        wanted: PageRequest,
        filter: ReserveFilter,
    ) -> Result<Page<Reserve>, ReadError> {
        let list_of = List {
            edge: &RESERVE_EDGE,
            rows: &RECENT_RESERVES,
            read: reserves::read,
            id: |reserve: &Reserve| reserve.id.to_string(),
        };
        let key = filter.key.map(|key| key.to_string()).unwrap_or_default();
        let order = filter.order_id.map(|id| nfc(&id).into_owned()).unwrap_or_default();
        let mut condition = vec![list(filter.states.iter().map(|state| state.name()))];
        condition.extend(values![key, order]);
        self.page(&list_of, wanted, condition).await
    }

    /// The newest issuances, bounded like [`recent_payments`](Self::recent_payments).
    pub async fn recent_issuances(&self, wanted: PageRequest) -> Result<Page<Issuance>, ReadError> {
        let list = List {
            edge: &ISSUANCE_EDGE,
            rows: &RECENT_ISSUANCES,
            read: issuances::read,
            id: |issuance: &Issuance| issuance.receipt_id.to_string(),
        };
        self.page(&list, wanted, Vec::new()).await
    }

    /// At most `limit` issuances of a subscription that are older than the id `before`, newest first.
    pub async fn issuances_by_subscription(
        &self,
        project: ProjectId,
        subscription: String,
        before: Option<String>,
        limit: u32,
    ) -> Result<Vec<Issuance>, ReadError> {
        let before = before.unwrap_or_else(|| TOP.to_owned());
        let values = values![project, nfc(&subscription), limit, before];
        self.rows(
            Place::Of(project),
            &SELECT_ISSUANCES_BY_SUBSCRIPTION,
            values,
            issuances::read,
        )
        .await
    }

    /// The newest keys, bounded like [`recent_payments`](Self::recent_payments).
    pub async fn recent_keys(&self, wanted: PageRequest) -> Result<Page<BillingKey>, ReadError> {
        let list = List {
            edge: &KEY_EDGE,
            rows: &RECENT_KEYS,
            read: billing_keys::read,
            id: |key: &BillingKey| key.id.to_string(),
        };
        self.page(&list, wanted, Vec::new()).await
    }

    /// The newest webhooks, in one of `states` unless it is empty; bounded like [`recent_payments`](Self::recent_payments).
    pub async fn deliveries(
        &self,
        wanted: PageRequest,
        states: Vec<DeliveryState>,
    ) -> Result<Page<Delivery>, ReadError> {
        let list_of = List {
            edge: &DELIVERY_EDGE,
            rows: &DELIVERIES,
            read: deliveries::read,
            id: |delivery: &Delivery| delivery.id.to_string(),
        };
        let states = list(states.iter().map(|state| state.name()));
        self.page(&list_of, wanted, vec![states]).await
    }
}

/// No id of this second or later is below it. An id has four bytes for its second.
fn first_id(at: EpochMs) -> String {
    match u32::try_from(at.0.div_euclid(1000)) {
        Ok(second) => format!("{second:08x}"),
        Err(_) if at.0 < 0 => String::new(),
        Err(_) => TOP.to_owned(),
    }
}

fn payments_in(rows: &'static Statement) -> List<Payment> {
    List {
        edge: &PAYMENT_EDGE,
        rows,
        read: payments::read,
        id: |payment| payment.receipt_id.to_string(),
    }
}
