//! The projects, kept in memory and read again every second: a command beside the server, or another gateway over the same
//! store, may change them. Who is not found in memory is looked for in the store once, so that a project and a secret of a
//! moment ago work everywhere; and what is older than it may be, as after a pause of the whole machine, is not gone by, so that
//! what was ended has ended.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::project::Project;
use domain::{EpochMs, ProjectId};
use ipnet::IpNet;
use store::{ReadError, Store};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// All who are not found share a read, which is not made more often: credentials that are guessed cost the store nothing more.
const READS_APART: Duration = Duration::from_millis(250);

/// Older than this they are read before anybody is let in by them: the reader has missed its second, or the whole process was
/// stopped.
const STALE_MS: u64 = 2_000;

/// A project with its allow list read.
pub struct CachedProject {
    pub project: Project,
    pub allowed: Vec<IpNet>,
}

/// The projects as last read.
pub struct Projects {
    /// Whether one that the store has is let in.
    is_let_in: fn(&Project) -> bool,
    known: RwLock<Arc<Known>>,
    /// When the last read began. Whoever holds it reads.
    reading: Mutex<Option<Instant>>,
}

struct Known {
    /// When the read began, by the machine's clock.
    at: EpochMs,
    by_id: HashMap<ProjectId, Arc<CachedProject>>,
    by_client_key: HashMap<String, Arc<CachedProject>>,
    by_application_id: HashMap<String, Arc<CachedProject>>,
}

impl Projects {
    /// None yet.
    pub fn unread(is_let_in: fn(&Project) -> bool) -> Self {
        Self {
            is_let_in,
            known: RwLock::new(Arc::new(Known::at(EpochMs(i64::MIN)))),
            reading: Mutex::default(),
        }
    }

    /// Reads them again. `now` is the machine's time, here and below.
    pub async fn refresh(&self, store: &Store, now: EpochMs) -> Result<(), ReadError> {
        let mut began = self.reading.lock().await;
        *began = Some(Instant::now());
        self.read(store, now).await
    }

    /// Reads them where those in memory are too old to go by, or of a time that the clock was set back from.
    pub async fn not_stale(&self, store: &Store, now: EpochMs) -> Result<(), ReadError> {
        let at = self.known().at;
        if now >= at && now.since_ms(at) <= STALE_MS {
            return Ok(());
        }
        self.read_through(store, now).await
    }

    /// Reads them for somebody who has just not found what it looked for. Waits, where they were read a moment ago.
    pub async fn read_through(&self, store: &Store, now: EpochMs) -> Result<(), ReadError> {
        let missed = Instant::now();
        let mut began = self.reading.lock().await;
        if let Some(last) = *began {
            if last >= missed {
                return Ok(());
            }
            tokio::time::sleep_until(last + READS_APART).await;
        }
        *began = Some(Instant::now());
        self.read(store, now).await
    }

    async fn read(&self, store: &Store, now: EpochMs) -> Result<(), ReadError> {
        let mut known = Known::at(now);
        for project in store.projects().await? {
            if !(self.is_let_in)(&project) {
                tracing::error!(project = %project.id, "a project with credentials that everybody knows is not let in");
                continue;
            }
            let project = Arc::new(CachedProject::new(project));
            let Project {
                id,
                client_key,
                application_id,
                ..
            } = &project.project;
            known.by_id.insert(*id, project.clone());
            known.by_client_key.insert(client_key.clone(), project.clone());
            known.by_application_id.insert(application_id.clone(), project.clone());
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }

    fn known(&self) -> Arc<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All of them, in no order.
    pub fn all(&self) -> Vec<Arc<CachedProject>> {
        self.known().by_id.values().cloned().collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.known().by_id.len()
    }

    pub fn by_client_key(&self, client_key: &str) -> Option<Arc<CachedProject>> {
        self.known().by_client_key.get(client_key).cloned()
    }

    pub fn by_application_id(&self, application_id: &str) -> Option<Arc<CachedProject>> {
        self.known().by_application_id.get(application_id).cloned()
    }

    pub fn by_id(&self, id: ProjectId) -> Option<Arc<CachedProject>> {
        self.known().by_id.get(&id).cloned()
    }
}

impl Known {
    fn at(at: EpochMs) -> Self {
        Self {
            at,
            by_id: HashMap::new(),
            by_client_key: HashMap::new(),
            by_application_id: HashMap::new(),
        }
    }
}

impl CachedProject {
    fn new(project: Project) -> Self {
        // A block that does not read allows nobody: `project create` has refused it.
        let allowed = project
            .allowed_ips
            .iter()
            .filter_map(|block| block.parse().ok())
            .collect();
        Self { project, allowed }
    }
}
