//! The only way to write: a commit of changes, and what is told of it once it is durable. Reads go to its [`Store`].

pub mod change_feed;
pub mod mandate_record;
pub mod projects;
mod webhook_copies;

use std::sync::Arc;

use domain::change::Change;
use domain::fingerprint::Pepper;
use domain::project::Project;
use domain::{EpochMs, ProjectId};
use fairness::{Limit, Share};
use store::{CommitError, CommitRefused, ReadError, Store};

pub use self::change_feed::{ChangeEvent, ChangeFeed, Subject, Subscriber};
use self::mandate_record::{MandateRecords, ToldOfMandate};
pub use self::projects::{CachedProject, Projects};
pub use self::webhook_copies::{ListenerSubscription, WebhookCopies};
use crate::support::failpoints::lost_point;

/// One of several projects stops at three quarters, and leaves three quarters of the rest to the next.
pub const SHARE: Limit = Limit::OfFree(3);

/// What is done once the commit of some changes is durable.
pub type AfterCommit = Box<dyn FnOnce() + Send>;

/// Looks at changes before they are committed, and says what to do after: for counts. It can change nothing.
pub type CommitObserver = Box<dyn Fn(ProjectId, &[Change]) -> Option<AfterCommit> + Send + Sync>;

pub struct Ledger {
    pub store: Store,
    /// The projects' rows, kept in memory.
    pub projects: Arc<Projects>,
    pub change_feed: ChangeFeed,
    /// Who gets copies of webhooks; in a sandbox only.
    pub webhook_copies: WebhookCopies,
    mandates: MandateRecords,
    observer: CommitObserver,
}

impl Ledger {
    /// `is_let_in`: of the projects that the store has.
    pub fn new(store: Store, pepper: &Pepper, is_let_in: fn(&Project) -> bool, observer: CommitObserver) -> Self {
        Self {
            store,
            projects: Arc::new(Projects::unread(is_let_in)),
            change_feed: ChangeFeed::default(),
            webhook_copies: WebhookCopies::default(),
            mandates: MandateRecords::new(pepper),
            observer,
        }
    }

    /// Makes `changes` of one project true, all or none, with what they tell of mandates on record, and tells whoever looks on.
    /// Answers when they are durable.
    pub async fn commit(&self, project: ProjectId, changes: Vec<Change>) -> Result<(), CommitError> {
        let payee = || self.projects.by_id(project).map(|known| known.project.clone());
        let told = mandate_record::told(&changes, payee);
        self.commit_told(project, changes, &told).await
    }

    /// The same for changes of which something is to be told that they do not say.
    pub async fn commit_told(
        &self,
        project: ProjectId,
        changes: Vec<Change>,
        told: &[ToldOfMandate],
    ) -> Result<(), CommitError> {
        if told.is_empty() {
            return self.make_true(project, changes).await;
        }
        let read = async || {
            let heads = self.mandates.heads(&self.store, project, told).await;
            heads.map_err(|error| match error {
                ReadError::Overloaded => CommitError::Overloaded,
                ReadError::Failed(reason) => CommitError::NotDone(reason),
            })
        };
        let mut heads = read().await?;
        for _try in 0..mandate_record::TRIES {
            let events = self.mandates.events(project, &heads, told);
            let whole = [changes.clone(), events].concat();
            match self.make_true(project, whole).await {
                Err(CommitError::Refused(CommitRefused::LostRace)) => {
                    // The changes' own race, or only that to the record's next number.
                    let now = read().await?;
                    if now == heads {
                        return Err(CommitError::Refused(CommitRefused::LostRace));
                    }
                    heads = now;
                }
                other => return other,
            }
        }
        Err(CommitError::Overloaded)
    }

    async fn make_true(&self, project: ProjectId, mut changes: Vec<Change>) -> Result<(), CommitError> {
        let events = self.change_feed.events_for(&changes);
        let copies = self.webhook_copies.copies(&mut changes);
        let after = (self.observer)(project, &changes);
        lost_point!(
            "commit_in_doubt_before",
            CommitError::InDoubt("a test said so".to_owned())
        );
        lost_point!("commit_not_done", CommitError::NotDone("a test said so".to_owned()));
        self.store.commit(project, changes).await?;
        lost_point!(
            "commit_in_doubt_after",
            CommitError::InDoubt("a test said so".to_owned())
        );
        self.webhook_copies.publish(copies);
        for subject in events {
            self.change_feed.publish(project, subject);
        }
        if let Some(after) = after {
            after();
        }
        Ok(())
    }

    /// A project by its id as it is now, also when it was made a moment ago in another gateway; `None` when there is none. `now` is
    /// the machine's time. Errors: it is not in memory, or too old there, and the store cannot be read.
    pub async fn project(&self, id: ProjectId, now: EpochMs) -> Result<Option<Arc<CachedProject>>, ReadError> {
        self.projects.not_stale(&self.store, now).await?;
        if let Some(known) = self.projects.by_id(id) {
            return Ok(Some(known));
        }
        self.projects.read_through(&self.store, now).await?;
        Ok(self.projects.by_id(id))
    }

    /// How much of what the projects share one of them may hold: all of it when it is the only one.
    pub fn share_of(&self, project: ProjectId) -> Share<ProjectId> {
        let is_alone = self.projects.count() <= 1;
        Share {
            of: project,
            limit: if is_alone { Limit::NONE } else { SHARE },
        }
    }
}
