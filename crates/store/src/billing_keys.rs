//! Billing keys.

use domain::due::DueKind;
use domain::key::{BillingKey, KeyDestroyed};
use domain::{BillingKeyId, EpochMs, ProjectId};

use crate::error::{CommitRefused, ReadError};
use crate::history::HistoryEntry;
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;
use crate::{Store, due};

macro_rules! select_key {
    () => {
        "SELECT billing_key, project_id, receipt_id, bid, bank_code, account_masked, holder_masked, issued_at_ms,
        destroyed_at_ms FROM billing_key"
    };
}
pub(crate) use select_key;

statements! {
    INSERT_KEY = "INSERT INTO billing_key ({bucket}billing_key, project_id, receipt_id, bid, bank_code, account_masked,
        holder_masked, issued_at_ms) VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    DESTROY_KEY = "UPDATE billing_key SET destroyed_at_ms = ?2 WHERE {of}billing_key = ?1 AND destroyed_at_ms IS NULL";
    KEY_EXPIRED_AT_PG = "UPDATE billing_key SET expired_at_pg_at_ms = ?2
        WHERE {of}billing_key = ?1 AND expired_at_pg_at_ms IS NULL";
    HAS_KEY = "SELECT 1 FROM billing_key WHERE {of}billing_key = ?1{lock}";
    HAS_ACTIVE_KEY = "SELECT 1 FROM billing_key WHERE {of}billing_key = ?1 AND destroyed_at_ms IS NULL{lock}";
    /// What is counted or looked for among a key's rows stays so until the commit.
    LOCK_KEY = "{postgres}SELECT 1 FROM billing_key WHERE {of}billing_key = ?1{lock}";
    SELECT_KEY = concat!(select_key!(), " WHERE {of}billing_key = ?1 AND project_id = ?2");
}

pub fn issue(key: &BillingKey) -> Write {
    let shown = &key.shown;
    let values = values![
        key.id,
        key.project_id,
        key.receipt_id,
        key.bid,
        shown.bank_code,
        shown.account_masked,
        shown.holder_masked,
        key.issued_at,
    ];
    Write::any(&INSERT_KEY, values)
}

pub fn destroy(destroyed: &KeyDestroyed, writes: &mut Vec<Write>) {
    let values = values![destroyed.billing_key, destroyed.at];
    writes.push(Write::one(&DESTROY_KEY, values, CommitRefused::LostRace));
    let entry = HistoryEntry {
        object: &destroyed.billing_key.to_string(),
        seq: 1,
        from: "active",
        to: "destroyed",
        at: destroyed.at,
        actor: destroyed.end.by,
        detail: if destroyed.end.withdrawal.is_some() {
            "withdrawn"
        } else {
            ""
        },
    };
    writes.push(entry.insert());
}

pub fn expired_at_pg(project: ProjectId, key: BillingKeyId, at: EpochMs, writes: &mut Vec<Write>) {
    writes.push(Write::any(&KEY_EXPIRED_AT_PG, values![key, at]));
    writes.push(due::end(DueKind::KeyExpiry, project, key));
}

/// Columns as `select_key!` has them.
pub fn read(columns: &mut Columns<'_>) -> Read<BillingKey> {
    Ok(BillingKey {
        id: columns.next()?,
        project_id: columns.next()?,
        receipt_id: columns.next()?,
        bid: columns.next()?,
        shown: columns.masked_account()?,
        issued_at: columns.next()?,
        destroyed_at: columns.next()?,
    })
}

impl Store {
    /// A billing key of `project`; `None` also when it is another project's.
    pub async fn billing_key(&self, project: ProjectId, id: BillingKeyId) -> Result<Option<BillingKey>, ReadError> {
        self.first(Place::Of(project), &SELECT_KEY, values![id, project], read)
            .await
    }
}
