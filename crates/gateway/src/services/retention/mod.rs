//! Destroying records that were kept for long enough, part by part: a part is one small commit, so nobody else waits for it, and what is
//! interrupted goes on where it was when it is begun again.

mod report;

use std::collections::HashSet;

use domain::ids::ObjectId;
use domain::retention::{Destruction, OldRecord, RecordKind, RetentionYears};
use domain::{EpochMs, ProjectId};
use store::{CommitError, ReadError, Store};

pub use self::report::{DestructionReport, REPORT_FORMAT};
use crate::support::failpoints::crash_point;

/// Records that are read, and destroyed, at once.
const PART: u32 = 25;
/// So often a record is tried again because somebody else destroys beside this.
const TRIES: u32 = 16;

/// Whether anything is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destroying {
    /// It is only counted.
    Dry,
    Real,
}

/// Why it did not go on. What was destroyed before is destroyed and on record.
#[derive(Debug, thiserror::Error)]
pub enum NotDestroyed {
    #[error(
        "debits are held, because the database was restored: what has happened since the backup is not in it. Nothing is destroyed \
         until `jadong resume --after-restore`"
    )]
    Held,
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What there is of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldRecords {
    /// What was destroyed; of a dry run, what would be.
    pub destroyed: Destruction,
    /// From before the limit too, and kept: in use, under way, or something has happened to it since.
    pub kept: u64,
}

/// One project's old records, on their way.
pub struct Retention {
    store: Store,
    project: ProjectId,
    /// What was over before this is destroyed.
    pub before: EpochMs,
    policy: RetentionYears,
    now: EpochMs,
    destroying: Destroying,
    /// Each kind so far, the present one last.
    pub kinds: Vec<OldRecords>,
    after: Option<ObjectId>,
    /// Payments that are kept, and the keys and reserves that something kept belongs to.
    needed: HashSet<ObjectId>,
    /// What is on record of the present kind, of today and by this policy.
    on_record: Option<Destruction>,
}

impl Retention {
    /// `now` is the project's time. Errors: debits are held.
    pub async fn begin(
        store: &Store,
        project: ProjectId,
        policy: RetentionYears,
        now: EpochMs,
        destroying: Destroying,
    ) -> Result<Self, NotDestroyed> {
        if destroying == Destroying::Real && store.are_debits_held().await? {
            return Err(NotDestroyed::Held);
        }
        let mut begun = Self {
            store: store.clone(),
            project,
            before: policy.limit(now),
            policy,
            now,
            destroying,
            kinds: Vec::new(),
            after: None,
            needed: HashSet::new(),
            on_record: None,
        };
        begun.next_kind().await?;
        Ok(begun)
    }

    /// The next part; `false` when there is none.
    pub async fn part(&mut self) -> Result<bool, NotDestroyed> {
        let Some(kind) = self.kinds.last().map(|kind| kind.destroyed.kind) else {
            return Ok(false);
        };
        if self.destroying == Destroying::Real && self.store.are_debits_held().await? {
            return Err(NotDestroyed::Held);
        }
        let from = (self.after, self.before);
        let found = self.store.old_records(self.project, kind, from, PART).await?;
        let Some(last) = found.last() else {
            return self.next_kind().await;
        };
        self.after = Some(last.id);
        let (over, kept): (Vec<_>, Vec<_>) = found.into_iter().partition(|record| self.is_over(record));
        for record in kept {
            self.keep(&record);
        }
        if !over.is_empty() {
            self.destroy(over).await?;
        }
        Ok(true)
    }

    /// `false`: that was the last.
    async fn next_kind(&mut self) -> Result<bool, NotDestroyed> {
        let Some(kind) = RecordKind::ALL.get(self.kinds.len()).copied() else {
            return Ok(false);
        };
        let destroyed = Destruction::none(self.now.to_day(), kind, self.policy, self.now);
        self.kinds.push(OldRecords { destroyed, kept: 0 });
        self.after = None;
        self.on_record = self.recorded().await?;
        Ok(true)
    }

    fn is_over(&self, record: &OldRecord) -> bool {
        let is_needed = |id: &Option<ObjectId>| id.is_some_and(|id| self.needed.contains(&id));
        match record.kind {
            // Its payment is gone by now, or would be.
            RecordKind::Request => match self.destroying {
                Destroying::Dry => !self.needed.contains(&record.id),
                Destroying::Real => record.is_over,
            },
            RecordKind::Reserve | RecordKind::Mandate => record.is_over && !is_needed(&Some(record.id)),
            RecordKind::Payment | RecordKind::CashReceipt | RecordKind::Issuance => record.is_over,
        }
    }

    fn keep(&mut self, record: &OldRecord) {
        if let Some(kind) = self.kinds.last_mut() {
            kind.kept += 1;
        }
        if record.kind == RecordKind::Payment {
            self.needed.insert(record.id);
            self.needed.extend(record.of);
        }
        self.needed.extend(record.key.map(|key| key.0));
    }

    fn tell(&mut self, records: &[OldRecord]) {
        if let Some(kind) = self.kinds.last_mut() {
            records.iter().for_each(|record| kind.destroyed.add(record));
        }
    }

    async fn recorded(&self) -> Result<Option<Destruction>, ReadError> {
        let Some(now) = self.kinds.last().map(|kind| &kind.destroyed) else {
            return Ok(None);
        };
        let known = self.store.destructions(self.project).await?;
        let is_same = |known: &Destruction| (&known.day, known.kind, known.years) == (&now.day, now.kind, now.years);
        Ok(known.into_iter().find(is_same))
    }

    /// All at once; where one of them has moved since it was read, each by itself.
    async fn destroy(&mut self, records: Vec<OldRecord>) -> Result<(), NotDestroyed> {
        if self.destroying == Destroying::Dry {
            self.tell(&records);
            return Ok(());
        }
        if self.commit(&records).await? {
            return Ok(());
        }
        for record in records {
            if !self.destroy_one(&record).await? {
                self.keep(&record);
            }
        }
        Ok(())
    }

    /// `false`: it is not what it was, and stays.
    async fn destroy_one(&mut self, record: &OldRecord) -> Result<bool, NotDestroyed> {
        for _try in 0..TRIES {
            let known = self.recorded().await?;
            let has_moved = known == self.on_record;
            self.on_record = known;
            if self.commit(std::slice::from_ref(record)).await? {
                return Ok(true);
            }
            if has_moved {
                return Ok(false);
            }
        }
        Err(CommitError::Overloaded.into())
    }

    /// `false`: something is not as it was read, and nothing was done.
    async fn commit(&mut self, records: &[OldRecord]) -> Result<bool, NotDestroyed> {
        let Some(kind) = self.kinds.last().map(|kind| kind.destroyed.kind) else {
            return Ok(true);
        };
        let none = || Destruction::none(self.now.to_day(), kind, self.policy, self.now);
        let mut now = self.on_record.clone().unwrap_or_else(none);
        now.at = self.now;
        records.iter().for_each(|record| now.add(record));
        let what = (records, self.before);
        match self
            .store
            .destroy(self.project, what, self.on_record.as_ref(), &now)
            .await
        {
            Ok(()) => {
                crash_point!("retention_after_commit");
                metrics::counter!("jadong_records_destroyed_total", "kind" => kind.name())
                    .increment(records.len() as u64);
                self.on_record = Some(now);
                self.tell(records);
                Ok(true)
            }
            Err(CommitError::Refused(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
