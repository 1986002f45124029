//! The webhook outbox.

use domain::webhook_delivery::{Delivery, DeliveryAttempt, DeliveryState, LEASE_MS, NewDelivery};
use domain::{EpochMs, ProjectId, ReceiptId};

use crate::Store;
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::lease::Leased;
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
    INSERT_DELIVERY = "INSERT INTO delivery ({bucket}receipt_id, sequence, id, project_id, url, content_type, webhook_type, payload,
        state, next_at_ms, created_at_ms, origin)
        VALUES ({:bucket}?1, (SELECT coalesce(max(sequence), 0) + 1 FROM delivery WHERE {of}receipt_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7,
        'pending', ?8, ?8, ?9)";
    /// A receipt's webhooks go out one after the other: the receipt has work to do as long as one is pending. Where it has already,
    /// its row is locked, so that whoever commits at the same time takes the next number in the order, and does not end the work.
    HAS_WEBHOOKS = "INSERT INTO due ({bucket}kind, project_id, object, at_ms, queue) VALUES ({:bucket}'webhook', ?1, ?2, ?3, ?4)
        ON CONFLICT ({bucket}kind, project_id, object) DO UPDATE SET at_ms = due.at_ms";
    /// Only while the lease under which the attempt was made still holds.
    RELEASE = "UPDATE due SET lease = NULL
        WHERE {of}kind = 'webhook' AND project_id = ?1 AND object = ?2 AND lease = ?3";
    END_DELIVERY = "UPDATE delivery SET state = ?3, attempts = ?4, next_at_ms = ?5, last_result = ?6, delivered_at_ms = ?7
        WHERE {of}id = ?1 AND project_id = ?2 AND state = 'pending'";
    /// The oldest pending one is next.
    GO_ON = "UPDATE due SET (at_ms, queue) = (SELECT next_at_ms, origin FROM delivery
            WHERE {of}project_id = ?1 AND receipt_id = ?2 AND state = 'pending' ORDER BY sequence LIMIT 1)
        WHERE {of}kind = 'webhook' AND project_id = ?1 AND object = ?2
        AND EXISTS (SELECT 1 FROM delivery WHERE {of}project_id = ?1 AND receipt_id = ?2 AND state = 'pending')";
    END_WEBHOOKS = "DELETE FROM due WHERE {of}kind = 'webhook' AND project_id = ?1 AND object = ?2
        AND NOT EXISTS (SELECT 1 FROM delivery WHERE {of}project_id = ?1 AND receipt_id = ?2 AND state = 'pending')";
    SELECT_NEXT = concat!("SELECT ", delivery_columns!(), " FROM delivery
        WHERE {of}project_id = ?1 AND receipt_id = ?2 AND state = 'pending' ORDER BY sequence LIMIT 1");
    SELECT_RECEIPT_OF = "SELECT receipt_id, url FROM delivery WHERE {of}id = ?1 AND project_id = ?2";
    /// One that is sent again and is the next of its receipt is due when it says; an older one that is pending goes first.
    HASTEN = "UPDATE due SET at_ms = (SELECT next_at_ms FROM delivery WHERE {of}id = ?3), lease = NULL
        WHERE {of}kind = 'webhook' AND project_id = ?1 AND object = ?2 AND ?3 = (SELECT id FROM delivery
            WHERE {of}project_id = ?1 AND receipt_id = ?2 AND state = 'pending' ORDER BY sequence LIMIT 1)";
    RESEND_DELIVERY = concat!("UPDATE delivery SET state = 'pending', attempts = 0, delivered_at_ms = NULL,
        next_at_ms = ?2 + ", ahead_ms!("delivery.project_id"), "
        WHERE {of}id = ?1 AND project_id = ?4 AND (state <> 'pending' OR ?3 + ", ahead_ms!("delivery.project_id"), " <
            (SELECT d.at_ms FROM due AS d WHERE {of d}d.kind = 'webhook' AND d.project_id = ?4 AND d.object = delivery.receipt_id))");
    SELECT_DELIVERIES_OF_RECEIPT = concat!("SELECT ", delivery_columns!(), " FROM delivery
        WHERE {of}receipt_id = ?1 AND project_id = ?2 ORDER BY sequence");
    SELECT_RECENT_DELIVERIES = concat!("SELECT ", delivery_columns!(), " FROM delivery
        ORDER BY created_at_ms DESC, sequence DESC LIMIT ?1");
}

pub fn insert(delivery: &NewDelivery, writes: &mut Vec<Write>) {
    let origin = origin(&delivery.url);
    let due = values![delivery.project_id, delivery.receipt_id, delivery.created_at, origin];
    writes.push(Write::any(&HAS_WEBHOOKS, due));
    let values = values![
        delivery.receipt_id,
        delivery.id,
        delivery.project_id,
        delivery.url,
        delivery.content_type.name(),
        delivery.webhook_type.name(),
        delivery.payload,
        delivery.created_at,
        origin,
    ];
    writes.push(Write::any(&INSERT_DELIVERY, values));
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

    /// The oldest pending webhook of a receipt.
    pub(crate) async fn next_delivery(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
    ) -> Result<Option<Delivery>, ReadError> {
        self.first(Place::Of(project), &SELECT_NEXT, values![project, receipt], read)
            .await
    }

    /// Records what came of an attempt at a leased webhook; `now` is its project's time. Nothing where the lease is over, and somebody
    /// else may be at it.
    pub async fn end_delivery(
        &self,
        leased: Leased<Delivery>,
        attempted: DeliveryAttempt,
        result: String,
        now: EpochMs,
    ) -> Result<(), CommitError> {
        let (project, delivery) = (leased.project, leased.of);
        let values = values![
            delivery.id,
            project,
            attempted.state.name(),
            attempted.attempts,
            attempted.next_at,
            result,
            (attempted.state == DeliveryState::Delivered).then_some(now),
        ];
        let receipt = values![project, delivery.receipt_id];
        let held = [receipt.clone(), values![leased.lease.0]].concat();
        let writes = vec![
            Write::one(&RELEASE, held, CommitRefused::LostRace),
            Write::one(&END_DELIVERY, values, CommitRefused::LostRace),
            Write::any(&GO_ON, receipt.clone()),
            Write::any(&END_WEBHOOKS, receipt),
        ];
        match self.write(Place::Of(project), writes).await {
            Ok(_) | Err(CommitError::Refused(CommitRefused::LostRace)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends a webhook again that has ended, or now one that waits for its next attempt; `false` when there is none such.
    /// `now` is the machine's: the project's is known here.
    pub async fn resend(&self, project: ProjectId, id: ReceiptId, now: EpochMs) -> Result<bool, CommitError> {
        let of = values![id, project];
        let read = |columns: &mut Columns<'_>| Ok((columns.next()?, columns.next()?));
        let found = self.first(Place::Of(project), &SELECT_RECEIPT_OF, of, read).await;
        let found: Option<(ReceiptId, String)> = found.map_err(|error| CommitError::NotDone(error.to_string()))?;
        let Some((receipt, url)) = found else { return Ok(false) };
        // One that is due sooner than a lease ends may be on its way at this moment.
        let lease_ends = now.plus_ms(LEASE_MS);
        let writes = vec![
            Write::any(&HAS_WEBHOOKS, values![project, receipt, now, origin(&url)]),
            Write::one(
                &RESEND_DELIVERY,
                values![id, now, lease_ends, project],
                CommitRefused::LostRace,
            ),
            Write::any(&HASTEN, values![project, receipt, id]),
        ];
        match self.write(Place::Of(project), writes).await {
            Ok(_) => Ok(true),
            Err(CommitError::Refused(CommitRefused::LostRace)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
