//! Work that somebody has. The consents that a gateway drives are its own for as long as it lives: their lease is one number, and is
//! renewed for all of them at once. What is not renewed runs out, and is leased by another one like any work that is due.

use domain::due::{DueKind, Lease};
use domain::ids::ObjectId;
use domain::issuance::Issuance;
use domain::{EpochMs, ProjectId, ReceiptId};
use futures_util::future::try_join_all;

use crate::Store;
use crate::error::{CommitError, CommitRefused};
use crate::lease::{Busy, LeaseRequest, Leased};
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, ahead_ms, statements};
use crate::value::{ToValue, values};

statements! {
    HOLD_WORK = "INSERT INTO due ({bucket}kind, project_id, object, at_ms, lease) VALUES ({:bucket}?1, ?2, ?3, ?4, ?5)
        ON CONFLICT ({bucket}kind, project_id, object) DO UPDATE SET at_ms = excluded.at_ms, lease = excluded.lease";
    HELD_OF = "SELECT DISTINCT project_id FROM due WHERE kind = 'consent' AND lease = ?1";
    RENEW = concat!("UPDATE due SET at_ms = ?2 + ", ahead_ms!("?3"), "
        WHERE {of}kind = 'consent' AND project_id = ?3 AND lease = ?1 RETURNING project_id, object");
    TAKE = concat!("UPDATE due SET at_ms = ?4 + ", ahead_ms!("?1"), ", lease = ?5
        WHERE {of}kind = 'consent' AND project_id = ?1 AND object = ?2
        AND (at_ms <= ?3 + ", ahead_ms!("?1"), " OR lease = ?5)");
    RENEW_ONE = "UPDATE due SET at_ms = ?4 WHERE {of}kind = ?1 AND project_id = ?2 AND object = ?3 AND lease = ?5";
    TAKE_FREE = concat!("UPDATE due SET at_ms = ?5 + ", ahead_ms!("?2"), ", lease = ?6
        WHERE {of}kind = ?1 AND project_id = ?2 AND object = ?3
        AND (lease IS NULL OR at_ms <= ?4 + ", ahead_ms!("?2"), ")");
    FREE_ALL = "UPDATE due SET at_ms = ?1, lease = NULL WHERE kind = 'consent' AND lease IS NOT NULL";
}

/// The work is `lease`'s until then, whoever had it.
pub fn hold(project: ProjectId, (kind, object): (DueKind, impl ToValue), until: EpochMs, lease: Lease) -> Write {
    Write::any(&HOLD_WORK, values![kind.name(), project, object, until, lease.0])
}

/// The work stays this lease's until then.
pub fn renew(project: ProjectId, (kind, object): (DueKind, impl ToValue), until: EpochMs, lease: Lease) -> Write {
    let values = values![kind.name(), project, object, until, lease.0];
    Write::one(&RENEW_ONE, values, CommitRefused::LostRace)
}

impl Store {
    /// Takes the work about one object before its time, for somebody who does it by hand; `false` where another one is at it now, or
    /// there is none. The times are the machine's.
    pub async fn take_work(
        &self,
        project: ProjectId,
        (kind, object): (DueKind, ObjectId),
        request: LeaseRequest,
    ) -> Result<bool, CommitError> {
        let LeaseRequest { now, until, lease, .. } = request;
        let taken = self.write_one(
            Place::Of(project),
            &TAKE_FREE,
            values![kind.name(), project, object, now, until, lease.0],
        );
        taken.await
    }

    /// Open issuances that nobody drives any more, or whose time is over.
    pub async fn lease_consents(&self, request: LeaseRequest) -> Result<Vec<Leased<Issuance>>, CommitError> {
        let read = |project, object| self.issuance(project, ReceiptId(object));
        self.lease_and_read(DueKind::Consent, request, &Busy::default(), read)
            .await
    }

    /// Renews every lease of this number, until `until` by the machine's clock, each project's in a commit of its own; which issuances they
    /// are. No write where there is none.
    pub async fn renew_consents(
        &self,
        lease: Lease,
        until: EpochMs,
    ) -> Result<Vec<(ProjectId, ReceiptId)>, CommitError> {
        let projects = self
            .rows(Place::Shared, &HELD_OF, values![lease.0], only::<ProjectId>)
            .await;
        let projects = projects.map_err(|error| CommitError::NotDone(error.to_string()))?;
        let commits = projects.into_iter().map(|project| {
            let held = |columns: &mut Columns<'_>| -> Read<_> { Ok((columns.next()?, columns.next()?)) };
            self.changed(Place::Of(project), &RENEW, values![lease.0, until, project], held)
        });
        Ok(try_join_all(commits).await?.concat())
    }

    /// Takes one issuance that nobody drives, or that is this lease's already; `false` where another one drives it. The times are
    /// the machine's.
    pub async fn take_consent(
        &self,
        project: ProjectId,
        id: ReceiptId,
        request: LeaseRequest,
    ) -> Result<bool, CommitError> {
        let LeaseRequest { now, until, lease, .. } = request;
        let taken = self.write_one(Place::Of(project), &TAKE, values![project, id, now, until, lease.0]);
        taken.await
    }

    /// Nobody drives anything any more: what the only process of a database knows when it starts.
    pub async fn free_all_consents(&self, now: EpochMs) -> Result<(), CommitError> {
        let write = Write::any(&FREE_ALL, values![now]);
        self.write(Place::Shared, vec![write]).await.map(drop)
    }
}
