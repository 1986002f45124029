//! The projects, kept in memory and read again every second: a command beside the server may change them.

use std::sync::{Arc, PoisonError, RwLock};

use domain::ProjectId;
use domain::project::Project;
use ipnet::IpNet;
use store::{ReadError, Store};

/// A project with its allow list read.
pub struct CachedProject {
    pub project: Project,
    pub allowed: Vec<IpNet>,
}

/// The projects as last read.
#[derive(Default)]
pub struct Projects {
    known: RwLock<Arc<Vec<Arc<CachedProject>>>>,
}

impl Projects {
    /// Reads them again.
    pub async fn refresh(&self, store: &Store) -> Result<(), ReadError> {
        let known = store
            .projects()
            .await?
            .into_iter()
            .map(|project| Arc::new(CachedProject::new(project)))
            .collect();
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }

    fn find(&self, wanted: impl Fn(&Project) -> bool) -> Option<Arc<CachedProject>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.iter().find(|known| wanted(&known.project)).cloned()
    }

    /// All of them.
    pub fn all(&self) -> Arc<Vec<Arc<CachedProject>>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn by_client_key(&self, client_key: &str) -> Option<Arc<CachedProject>> {
        self.find(|project| project.client_key == client_key)
    }

    pub fn by_application_id(&self, application_id: &str) -> Option<Arc<CachedProject>> {
        self.find(|project| project.application_id == application_id)
    }

    pub fn by_id(&self, id: ProjectId) -> Option<Arc<CachedProject>> {
        self.find(|project| project.id == id)
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
