//! Work that a gateway has for as long as it lives: its lease is one number for all of it, and is renewed for all of it at once.
//! What is not renewed runs out, and is leased by another one like any work that is due.

use domain::due::{DueKind, Lease};
use domain::issuance::Issuance;
use domain::{EpochMs, ProjectId, ReceiptId};
use futures_util::future::try_join_all;

use crate::Store;
use crate::error::CommitError;
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
    FREE_ALL = "UPDATE due SET at_ms = ?1, lease = NULL WHERE kind = 'consent' AND lease IS NOT NULL";
}

/// The work is `lease`'s until then, whoever had it.
pub fn hold(project: ProjectId, (kind, object): (DueKind, impl ToValue), until: EpochMs, lease: Lease) -> Write {
    Write::any(&HOLD_WORK, values![kind.name(), project, object, until, lease.0])
}

impl Store {
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
        let write = Write::any(&TAKE, values![project, id, now, until, lease.0]);
        let counts = self.write(Place::Of(project), vec![write]).await?;
        Ok(counts.iter().any(|count| *count > 0))
    }

    /// Nobody drives anything any more: what the only process of a database knows when it starts.
    pub async fn free_all_consents(&self, now: EpochMs) -> Result<(), CommitError> {
        let write = Write::any(&FREE_ALL, values![now]);
        self.write(Place::Shared, vec![write]).await.map(drop)
    }
}
