//! The clocks of a sandbox's projects. Every time in a project's rows is in that project's time; how far it is ahead of the
//! machine's is one row here, and in live mode there is none.

use domain::due::DueKind;
use domain::{EpochMs, ProjectId};

use crate::Store;
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::place::Place;
use crate::row::only;
use crate::statement::{Write, statements};
use crate::value::{list, values};

statements! {
    SELECT_CLOCKS = "SELECT project_id, ahead_ms FROM sandbox_clock";
    SET_CLOCK = "INSERT INTO sandbox_clock (project_id, ahead_ms) VALUES (?1, ?2)
        ON CONFLICT (project_id) DO UPDATE SET ahead_ms = {max|greatest}(sandbox_clock.ahead_ms, ?2)";
    FORGET_CLOCK = "DELETE FROM sandbox_clock WHERE project_id = ?1";
    FORGET_LATER_TOKENS = "DELETE FROM access_token WHERE project_id = ?1 AND issued_at_ms > ?2";
    HAS_NOTHING_LATER = "SELECT 1 WHERE NOT EXISTS (
        SELECT 1 FROM issuance WHERE {of}project_id = ?1 AND {max|greatest}(requested_at_ms, coalesce(published_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM billing_key
            WHERE {of}project_id = ?1 AND {max|greatest}(issued_at_ms, coalesce(destroyed_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM payment
            WHERE {of}project_id = ?1 AND {max|greatest}(requested_at_ms, coalesce(paid_at_ms, 0), coalesce(cancelled_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM reserve
            WHERE {of}project_id = ?1 AND {max|greatest}(requested_at_ms, coalesce(finished_at_ms, 0), coalesce(revoked_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM delivery
            WHERE {of}project_id = ?1 AND {max|greatest}(created_at_ms, coalesce(delivered_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM cash_receipt
            WHERE {of}project_id = ?1 AND {max|greatest}(requested_at_ms, coalesce(issued_at_ms, 0), coalesce(cancelled_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM transition WHERE {of}at_ms > ?2 AND (
            object IN (SELECT receipt_id FROM issuance WHERE {of}project_id = ?1)
            OR object IN (SELECT billing_key FROM billing_key WHERE {of}project_id = ?1)
            OR object IN (SELECT receipt_id FROM payment WHERE {of}project_id = ?1)
            OR object IN (SELECT reserve_id FROM reserve WHERE {of}project_id = ?1)))";
    /// A clock that is moved stops at each of these. A consent that is published or in doubt has no end.
    SELECT_NEXT_DUE = "SELECT min(at_ms) FROM (
        SELECT (SELECT d.at_ms FROM due AS d WHERE {of d}d.kind = {json_each|k}.value AND {+|}d.project_id = ?1 ORDER BY d.at_ms LIMIT 1)
            AS at_ms FROM {json_each(?2)|jsonb_array_elements_text(CAST(?2 AS text)::jsonb) AS k(value)}
        UNION ALL SELECT min(consent_expires_at_ms) FROM issuance{ INDEXED BY issuance_open|}
            WHERE {of}project_id = ?1 AND is_open = 1 AND state IN ('requested', 'consenting', 'consented')) AS times";
}

impl Store {
    /// How far each moved clock is ahead of the machine's, in milliseconds.
    pub async fn clock_offsets(&self) -> Result<Vec<(ProjectId, i64)>, ReadError> {
        self.rows(Place::Shared, &SELECT_CLOCKS, values![], |columns| {
            Ok((columns.next()?, columns.next()?))
        })
        .await
    }

    /// Keeps how far a project's clock is ahead; never less than before.
    pub async fn set_clock_offset(&self, project: ProjectId, ahead_ms: i64) -> Result<(), CommitError> {
        self.write_one(Place::Shared, &SET_CLOCK, values![project, ahead_ms])
            .await
            .map(drop)
    }

    /// Forgets how far a project's clock is ahead, and its tokens of later than `machine_now`; `false`, and nothing is changed,
    /// where anything of it happened later than that.
    pub async fn reset_clock_offset(&self, project: ProjectId, machine_now: EpochMs) -> Result<bool, CommitError> {
        let values = values![project, machine_now];
        let writes = vec![
            Write::one(&HAS_NOTHING_LATER, values.clone(), CommitRefused::LostRace),
            Write::any(&FORGET_LATER_TOKENS, values),
            Write::any(&FORGET_CLOCK, values![project]),
        ];
        match self.write(Place::Of(project), writes).await {
            Ok(_) => Ok(true),
            Err(CommitError::Refused(CommitRefused::LostRace)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// When the next reserve, webhook, resolution step, open cancel or end of a consent of `project` is due, in its time.
    pub async fn next_due(&self, project: ProjectId) -> Result<Option<EpochMs>, ReadError> {
        // That a key is dead, the PG is told by the machine's clock; of an open issuance a lease is no end.
        let is_awaited = |kind: &&DueKind| !matches!(kind, DueKind::KeyExpiry | DueKind::Consent);
        let kinds = DueKind::ALL.iter().filter(is_awaited);
        let kinds = kinds.map(|kind| kind.name());
        let next = self
            .first(
                Place::Of(project),
                &SELECT_NEXT_DUE,
                [values![project], vec![list(kinds)]].concat(),
                only,
            )
            .await?;
        Ok(next.flatten())
    }
}
