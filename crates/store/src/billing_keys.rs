//! Billing keys.

use domain::due::DueKind;
use domain::key::{BillingKey, KeyDestroyed};
use domain::{BillingKeyId, EpochMs, ProjectId};

use crate::error::{CommitError, CommitRefused, ReadError};
use crate::history::HistoryEntry;
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, statements};
use crate::value::{Value, values};
use crate::{Store, due};

macro_rules! select_key {
    () => {
        "SELECT billing_key, project_id, receipt_id, bid, bank_code, account_masked, holder_masked, issued_at_ms,
        destroyed_at_ms FROM billing_key"
    };
}
pub(crate) use select_key;

statements! {
    /// Two who take the same key over meet here, and a publish whose key was taken over before.
    INSERT_KEY = "INSERT INTO billing_key ({bucket}billing_key, project_id, receipt_id, bid, bank_code, account_masked,
        holder_masked, issued_at_ms) VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    CLAIM_KEY = "INSERT INTO adopted_key (billing_key, project_id) VALUES (?1, ?2) ON CONFLICT (billing_key) DO NOTHING";
    SELECT_KEY_OWNER = "SELECT project_id FROM adopted_key WHERE billing_key = ?1";
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
    Write::any(&INSERT_KEY, columns_of(key))
}

pub fn adopt(key: &BillingKey) -> Write {
    Write::one(&INSERT_KEY, columns_of(key), CommitRefused::LostRace)
}

fn columns_of(key: &BillingKey) -> Vec<Value> {
    let shown = &key.shown;
    values![
        key.id,
        key.project_id,
        key.receipt_id,
        key.bid,
        shown.bank_code,
        shown.account_masked,
        shown.holder_masked,
        key.issued_at,
    ]
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
    /// Claims a key that was issued elsewhere for a project, and gives the one that has claimed it first, which may be another: one
    /// for all buckets, for two projects with the same account at their PG are two buckets. A claim is never given back.
    ///
    /// Errors: as of a commit; where it is in doubt, the claim may be made.
    pub async fn claim_adopted_key(&self, project: ProjectId, id: BillingKeyId) -> Result<ProjectId, CommitError> {
        self.write_one(Place::Shared, &CLAIM_KEY, values![id, project]).await?;
        let owner = self.adopted_key_owner(id).await;
        let owner = owner.map_err(|error| CommitError::NotDone(error.to_string()))?;
        owner.ok_or(CommitError::Overloaded)
    }

    /// The project that has claimed a key that was issued elsewhere.
    pub async fn adopted_key_owner(&self, id: BillingKeyId) -> Result<Option<ProjectId>, ReadError> {
        self.first(Place::Shared, &SELECT_KEY_OWNER, values![id], only).await
    }

    /// A billing key of `project`; `None` also when it is another project's.
    pub async fn billing_key(&self, project: ProjectId, id: BillingKeyId) -> Result<Option<BillingKey>, ReadError> {
        self.first(Place::Of(project), &SELECT_KEY, values![id, project], read)
            .await
    }
}
