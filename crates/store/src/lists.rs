//! Lists for people. Each looks back over a bounded number of rows along the ids, which grow with time: no index of their own to
//! pay for on every debit, and no scan however much is on disk.

use domain::issuance::{Issuance, IssuanceState};
use domain::key::BillingKey;
use domain::payment::{Payment, PaymentState};
use domain::webhook_delivery::{Delivery, DeliveryState};
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, Won};

use crate::Store;
use crate::billing_keys::{self, select_key};
use crate::deliveries::{self, delivery_columns};
use crate::error::ReadError;
use crate::issuances::{self, select_issuance};
use crate::payments::{self, payment_columns};
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Statement, statements};
use crate::value::{Value, list, values};

/// How many rows one part of a list looks back over.
const LOOK_BACK: u32 = 10_000;
/// Above every id.
const TOP: &str = "g";

statements! {
    PAYMENT_EDGE = "SELECT receipt_id FROM payment WHERE {of}receipt_id < ?1 ORDER BY receipt_id DESC LIMIT 1 OFFSET ?2";
    RECENT_PAYMENTS = concat!("SELECT ", payment_columns!(), " FROM payment WHERE {of}receipt_id < ?1 AND receipt_id >= ?2
        AND {+|}project_id = ?3 AND (?5 = '[]' OR state IN {each ?5})
        ORDER BY receipt_id DESC LIMIT ?4");
    PAYMENTS_BY_KEY = concat!("SELECT ", payment_columns!(), " FROM payment WHERE {of}receipt_id < ?1 AND receipt_id >= ?2
        AND {+|}project_id = ?3 AND billing_key = ?5 ORDER BY receipt_id DESC LIMIT ?4");
    ISSUANCE_EDGE = "SELECT receipt_id FROM issuance WHERE {of}receipt_id < ?1 ORDER BY receipt_id DESC LIMIT 1 OFFSET ?2";
    RECENT_ISSUANCES = concat!(select_issuance!(), " WHERE {of}receipt_id < ?1 AND receipt_id >= ?2 AND {+|}project_id = ?3
        ORDER BY receipt_id DESC LIMIT ?4");
    KEY_EDGE = "SELECT billing_key FROM billing_key WHERE {of}billing_key < ?1 ORDER BY billing_key DESC LIMIT 1 OFFSET ?2";
    RECENT_KEYS = concat!(select_key!(), " WHERE {of}billing_key < ?1 AND billing_key >= ?2 AND {+|}project_id = ?3
        ORDER BY billing_key DESC LIMIT ?4");
    DELIVERY_EDGE = "SELECT id FROM delivery WHERE {of}id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
    DELIVERIES = concat!("SELECT ", delivery_columns!(), " FROM delivery WHERE {of}id < ?1 AND id >= ?2
        AND {+|}project_id = ?3 AND (?5 = '[]' OR state IN {each ?5}) ORDER BY id DESC LIMIT ?4");
    LOOSE_CANCELS = "SELECT c.receipt_id, p.order_id, c.price, c.requested_at_ms
        FROM due AS d JOIN cancel AS c ON c.id = d.object JOIN payment AS p ON p.receipt_id = c.receipt_id
        WHERE {of d}{of c}{of p}d.kind = 'cancel' AND d.project_id = ?1 AND c.requested_at_ms < ?2 LIMIT ?3";
    LOOSE_CASH_RECEIPTS = "SELECT r.receipt_id, r.order_id, r.price, r.requested_at_ms
        FROM due AS d JOIN cash_receipt AS r ON r.receipt_id = d.object
        WHERE {of d}{of r}d.kind = 'cash_receipt' AND d.project_id = ?1 AND r.due_at_ms < ?2 LIMIT ?3";
    LOOSE_ISSUANCES = "SELECT receipt_id, subscription_id, price, requested_at_ms FROM issuance{ INDEXED BY issuance_open|}
        WHERE {of}is_open = 1 AND project_id = ?1 AND state = 'in_doubt' AND requested_at_ms < ?2 LIMIT ?3";
    COUNT_OPEN_CONSENTS = "SELECT count(*) FROM issuance{ INDEXED BY issuance_open|}
        WHERE {of}is_open = 1 AND project_id = ?1 AND state IN (?2, ?3)";
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

/// A call that ended without an answer and moves no debit: the worker finds out what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOperation {
    pub kind: PendingKind,
    /// The receipt on whose page it is told.
    pub receipt_id: ReceiptId,
    /// The order, or the subscription.
    pub name: String,
    pub price: Won,
    pub since: EpochMs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingKind {
    Cancel,
    CashReceipt,
    Issuance,
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
        let place = Place::Of(wanted.project);
        let before = wanted.before.unwrap_or_else(|| TOP.to_owned());
        let edge = self.first(place, list.edge, values![before, LOOK_BACK - 1], only::<String>);
        let edge = edge.await?;
        let from = edge.clone().unwrap_or_default();
        let values = [values![before, from, wanted.project, wanted.limit + 1], condition].concat();
        let mut rows = self.rows(place, list.rows, values, list.read).await?;
        let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
        let is_cut = rows.len() > limit;
        rows.truncate(limit);
        let next = if is_cut { rows.last().map(list.id) } else { edge };
        Ok(Page { rows, next })
    }

    /// The newest payments, in one of `states` unless it is empty. Looks back over a bounded number of receipts at a time, so a
    /// part may have fewer rows than asked for and still go on.
    pub async fn recent_payments(
        &self,
        wanted: PageRequest,
        states: Vec<PaymentState>,
    ) -> Result<Page<Payment>, ReadError> {
        let states = list(states.iter().map(|state| state.name()));
        self.page(&payments_in(&RECENT_PAYMENTS), wanted, vec![states]).await
    }

    /// At most `limit` payments with a key among the newest receipts older than `before`, newest first; `next` where there may be older ones.
    pub async fn payments_by_key(
        &self,
        project: ProjectId,
        key: BillingKeyId,
        before: Option<String>,
        limit: u32,
    ) -> Result<Page<Payment>, ReadError> {
        let wanted = PageRequest { project, before, limit };
        self.page(&payments_in(&PAYMENTS_BY_KEY), wanted, values![key]).await
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

    /// Cancels, cash receipts and issuances of a project that have been open since before `before`, oldest first, at most
    /// `limit` of each.
    pub async fn pending_operations(
        &self,
        project: ProjectId,
        before: EpochMs,
        limit: u32,
    ) -> Result<Vec<PendingOperation>, ReadError> {
        let mut found = Vec::new();
        for (statement, kind) in [
            (&LOOSE_CANCELS, PendingKind::Cancel),
            (&LOOSE_CASH_RECEIPTS, PendingKind::CashReceipt),
            (&LOOSE_ISSUANCES, PendingKind::Issuance),
        ] {
            let rows = self.rows(
                Place::Of(project),
                statement,
                values![project, before, limit],
                move |columns| {
                    Ok(PendingOperation {
                        kind,
                        receipt_id: columns.next()?,
                        name: columns.next()?,
                        price: columns.next()?,
                        since: columns.next()?,
                    })
                },
            );
            found.extend(rows.await?);
        }
        found.sort_by_key(|operation| operation.since);
        Ok(found)
    }

    /// How many customers of a project are being asked for their consent.
    pub async fn open_consents(&self, project: ProjectId) -> Result<u64, ReadError> {
        let [requested, consenting] = [IssuanceState::Requested, IssuanceState::Consenting].map(IssuanceState::name);
        let values = values![project, requested, consenting];
        let found = self
            .first(Place::Of(project), &COUNT_OPEN_CONSENTS, values, only)
            .await?;
        Ok(found.unwrap_or_default())
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
