//! The record of a mandate: events that are only ever added, each with the hash of the one before.

use domain::mandate::MandateEvent;
use domain::{ProjectId, ReceiptId};

use crate::Store;
use crate::error::{CommitRefused, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;

macro_rules! select_event {
    () => {
        "SELECT project_id, receipt_id, number, at_ms, entry, hash, signature FROM mandate_event
        WHERE {of}project_id = ?1 AND receipt_id = ?2"
    };
}

statements! {
    INSERT_MANDATE_EVENT = "INSERT INTO mandate_event ({bucket}project_id, receipt_id, number, at_ms, entry, hash, signature)
        VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT ({bucket}project_id, receipt_id, number) DO NOTHING";
    SELECT_MANDATE_EVENTS = concat!(select_event!(), " ORDER BY number");
    SELECT_LAST_MANDATE_EVENT = concat!(select_event!(), " ORDER BY number DESC LIMIT 1");
}

/// The number that is there already says that another event came first.
pub fn add(event: &MandateEvent) -> Write {
    let values = values![
        event.project_id,
        event.receipt_id,
        event.number,
        event.at,
        event.entry,
        event.hash,
        event.signature,
    ];
    Write::one(&INSERT_MANDATE_EVENT, values, CommitRefused::LostRace)
}

fn read(columns: &mut Columns<'_>) -> Read<MandateEvent> {
    Ok(MandateEvent {
        project_id: columns.next()?,
        receipt_id: columns.next()?,
        number: columns.next()?,
        at: columns.next()?,
        entry: columns.next()?,
        hash: columns.next()?,
        signature: columns.next()?,
    })
}

impl Store {
    /// The record of the mandate that was given with this issuance, oldest first.
    pub async fn mandate_events(&self, project: ProjectId, id: ReceiptId) -> Result<Vec<MandateEvent>, ReadError> {
        let values = values![project, id];
        self.rows(Place::Of(project), &SELECT_MANDATE_EVENTS, values, read)
            .await
    }

    /// The newest event of that record; `None` while there is none.
    pub async fn last_mandate_event(
        &self,
        project: ProjectId,
        id: ReceiptId,
    ) -> Result<Option<MandateEvent>, ReadError> {
        let values = values![project, id];
        self.first(Place::Of(project), &SELECT_LAST_MANDATE_EVENT, values, read)
            .await
    }
}
