//! The webhook outbox.

use domain::webhook_delivery::{Delivery, DeliveryAttempt, DeliveryState, LEASE_MS, NewDelivery};
use domain::{EpochMs, ProjectId, ReceiptId};

use crate::Store;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, ahead_ms, statements};
use crate::value::values;

macro_rules! delivery_columns {
    () => {
        "id, project_id, receipt_id, sequence, url, content_type, webhook_type, payload, state, attempts, next_at_ms,
        last_result, created_at_ms, delivered_at_ms"
    };
}
pub(crate) use delivery_columns;

statements! {
    INSERT_DELIVERY = "INSERT INTO delivery (receipt_id, sequence, id, project_id, url, content_type, webhook_type, payload,
        state, next_at_ms, created_at_ms, origin)
        VALUES (?1, (SELECT coalesce(max(sequence), 0) + 1 FROM delivery WHERE receipt_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7,
        'pending', ?8, ?8, ?9)";
    /// Only while the claim under which the attempt was made still holds.
    END_DELIVERY = "UPDATE delivery SET state = ?3, attempts = ?4, next_at_ms = ?5, last_result = ?6, delivered_at_ms = ?7
        WHERE id = ?1 AND next_at_ms = ?2 AND state = 'pending'";
    RESEND_DELIVERY = concat!("UPDATE delivery SET state = 'pending', attempts = 0, delivered_at_ms = NULL,
        next_at_ms = ?2 + ", ahead_ms!("delivery.project_id"), "
        WHERE id = ?1 AND project_id = ?4 AND (state <> 'pending' OR next_at_ms > ?3 + ", ahead_ms!("delivery.project_id"), ")");
    PUT_BACK_DELIVERY = concat!("UPDATE delivery SET next_at_ms = ?3 + ", ahead_ms!("delivery.project_id"), "
        WHERE id = ?1 AND next_at_ms = ?2 AND state = 'pending'");
    SELECT_DELIVERIES_OF_RECEIPT = concat!("SELECT ", delivery_columns!(), " FROM delivery
        WHERE receipt_id = ?1 AND project_id = ?2 ORDER BY sequence");
    SELECT_RECENT_DELIVERIES = concat!("SELECT ", delivery_columns!(), " FROM delivery
        ORDER BY created_at_ms DESC, sequence DESC LIMIT ?1");
}

pub fn insert(delivery: &NewDelivery) -> Write {
    let values = values![
        delivery.receipt_id,
        delivery.id,
        delivery.project_id,
        delivery.url,
        delivery.content_type.name(),
        delivery.webhook_type.name(),
        delivery.payload,
        delivery.created_at,
        origin(&delivery.url),
    ];
    Write::any(&INSERT_DELIVERY, values)
}

/// Scheme, host and port: who shares these waits for the same server. A text that is no URL is its own.
fn origin(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// Columns as `delivery_columns!` lists them.
pub fn read(columns: &mut Columns<'_>) -> Read<Delivery> {
    Ok(Delivery {
        id: columns.next()?,
        project_id: columns.next()?,
        receipt_id: columns.next()?,
        sequence: columns.next()?,
        url: columns.next()?,
        content_type: columns.next()?,
        webhook_type: columns.next()?,
        payload: columns.next()?,
        state: columns.next()?,
        attempts: columns.next()?,
        next_at: columns.next()?,
        last_result: columns.next()?,
        created_at: columns.next()?,
        delivered_at: columns.next()?,
    })
}

impl Store {
    /// The webhooks of a receipt, in order.
    pub async fn deliveries_of(&self, project: ProjectId, receipt: ReceiptId) -> Result<Vec<Delivery>, ReadError> {
        self.rows(
            Place::Of(project),
            &SELECT_DELIVERIES_OF_RECEIPT,
            values![receipt, project],
            read,
        )
        .await
    }

    /// The newest webhooks of all projects.
    pub async fn recent_deliveries(&self, limit: u32) -> Result<Vec<Delivery>, ReadError> {
        self.rows(Place::Shared, &SELECT_RECENT_DELIVERIES, values![limit], read)
            .await
    }

    /// Gives claimed webhooks back without an attempt; they are due again at `until` by the machine's clock.
    pub async fn put_back_deliveries(&self, claimed: Vec<Delivery>, until: EpochMs) -> Result<(), CommitError> {
        let back = |delivery: &Delivery| {
            let values = values![delivery.id, delivery.next_at, until];
            Write::any(&PUT_BACK_DELIVERY, values)
        };
        self.write(Place::Shared, claimed.iter().map(back).collect())
            .await
            .map(drop)
    }

    /// Records what came of an attempt at a claimed webhook; `now` is its project's time.
    pub async fn end_delivery(
        &self,
        claimed: Delivery,
        attempted: DeliveryAttempt,
        result: String,
        now: EpochMs,
    ) -> Result<(), CommitError> {
        let values = values![
            claimed.id,
            claimed.next_at,
            attempted.state.name(),
            attempted.attempts,
            attempted.next_at,
            result,
            (attempted.state == DeliveryState::Delivered).then_some(now),
        ];
        self.write_one(Place::Of(claimed.project_id), &END_DELIVERY, values)
            .await
            .map(drop)
    }

    /// Sends a webhook again that has ended, or now one that waits for its next attempt; `false` when there is none such.
    /// `now` is the machine's: the project's is known here.
    pub async fn resend(&self, project: ProjectId, id: ReceiptId, now: EpochMs) -> Result<bool, CommitError> {
        // One that is due sooner than a lease ends may be on its way at this moment.
        let lease_ends = now.plus_ms(LEASE_MS);
        self.write_one(
            Place::Of(project),
            &RESEND_DELIVERY,
            values![id, now, lease_ends, project],
        )
        .await
    }
}
