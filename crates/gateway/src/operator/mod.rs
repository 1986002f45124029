//! The operator: what the console may read and do. Pages know no store, no PG and no seam; they ask here.

mod ars_calls;
mod attention;
mod audit;
mod clock;
mod in_doubt;
mod keys;
mod loopback;
mod password;
mod pg_calls;
mod receipts;
mod request_history;
mod reserves;
mod role;
mod session;
pub mod timeline;
mod webhooks;

use std::net::IpAddr;
use std::sync::Arc;

use domain::{EpochMs, ProjectId};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::ledger::change_feed::Subscriber;
use crate::settings::Mode;

pub use attention::{Attention, FirstSteps, ProjectForDevelopers};
pub use audit::{ACTS_A_PAGE, AuditedAction};
pub use in_doubt::{InDoubt, UNRESOLVED_PER_PAGE};
pub use loopback::is_loopback_name;
pub use password::hash_password;
pub use receipts::{EXPORTED_MAX, SearchResult};
pub use reserves::{COUNTED_MAX, Day};
pub use role::{Person, Role};
pub use session::{NotSignedIn, SignedIn};
pub use webhooks::WebhookEndpoint;

/// Makes the console's pages over the operator's service; given by the binary, so that the gateway does not know the console.
pub type Pages = Box<dyn FnOnce(OperatorService) -> axum::Router + Send>;

/// All that the console may read and do.
#[derive(Clone)]
pub struct OperatorService {
    app: Arc<App>,
}

/// A project as a page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectShown {
    pub id: ProjectId,
    pub name: String,
}

/// Whether a URL names this machine only.
fn is_of_this_machine(url: &str) -> bool {
    let uri: Option<http::Uri> = url.parse().ok();
    uri.as_ref()
        .and_then(http::Uri::authority)
        .is_some_and(|authority| is_loopback_name(authority.as_str()))
}

impl OperatorService {
    pub(crate) fn over(app: &Arc<App>) -> Self {
        Self { app: app.clone() }
    }

    /// An id that nothing has yet: for a form that must count once, however often it is sent.
    #[must_use]
    pub fn fresh_id(&self, project: ProjectId) -> String {
        self.app
            .services
            .ids
            .receipt(project, self.app.services.clocks.machine_now())
            .to_string()
    }

    /// Whether nothing moves money, because the database was restored from a backup.
    #[must_use]
    pub fn are_debits_held(&self) -> bool {
        self.app.services.are_debits_held()
    }

    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.app.services.settings.mode == Mode::Sandbox
    }

    /// Whether the console may open without a password to a peer on this machine: a sandbox that only this machine reaches,
    /// and nothing said of a proxy in front that could carry others in, or of an address that others know it by.
    #[must_use]
    pub fn opens_to_this_machine(&self) -> bool {
        let settings = &self.app.services.settings;
        let listens: IpAddr = settings.listen.ip();
        let is_proxied = settings.behind_proxy || settings.trusted_proxies > 0;
        let is_known_elsewhere = settings
            .public_url
            .as_deref()
            .is_some_and(|url| !is_of_this_machine(url));
        self.is_sandbox() && listens.to_canonical().is_loopback() && !is_proxied && !is_known_elsewhere
    }

    /// Whether the console is reached over TLS of our own: then its cookies are for TLS only.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.is_sandbox() && self.app.services.settings.tls.is_some()
    }

    /// Every project, oldest first: a new one is not shown before anybody has chosen it.
    #[must_use]
    pub fn projects(&self) -> Vec<ProjectShown> {
        let shown = |known: &crate::ledger::projects::CachedProject| ProjectShown {
            id: known.project.id,
            name: known.project.name.clone(),
        };
        let mut projects: Vec<ProjectShown> = self
            .app
            .services
            .ledger
            .projects
            .all()
            .iter()
            .map(|known| shown(known))
            .collect();
        projects.sort_by_key(|project| project.id);
        projects
    }

    /// What time it is for `project`.
    #[must_use]
    pub fn now(&self, project: ProjectId) -> EpochMs {
        self.app.services.now_of(project)
    }

    /// How far the project's clock is ahead of the machine's, in milliseconds.
    #[must_use]
    pub fn offset_ms(&self, project: ProjectId) -> i64 {
        self.app.services.clocks.offset_ms(project)
    }

    /// What this node is called in `jadong nodes`, and how many serve from the same database.
    #[must_use]
    pub fn node(&self) -> (String, u32) {
        let nodes = &self.app.services.nodes;
        (format!("{:06x}", nodes.number), nodes.alive().get())
    }

    /// Every change from now on that this node makes.
    #[must_use]
    pub fn changes(&self) -> Subscriber {
        self.app.services.ledger.change_feed.subscribe()
    }

    /// Set when the gateway stops: streams end.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.app.services.stopping.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_of_this_machine_is_known_to_nobody_else() {
        for here in [
            "http://127.0.0.1:4141",
            "https://localhost",
            "http://[::1]:8080/",
            "http://127.9.9.9/x",
        ] {
            assert!(is_of_this_machine(here), "{here}");
        }
        for elsewhere in [
            "https://sandbox.example.com",
            "http://localhost.example.com:4141",
            "http://localhost@example.com/",
            "http://192.168.0.7:4141",
            "http://0.0.0.0:4141",
            "http://gateway:4141",
            "127.0.0.1:4141/console",
            "not a url",
            "/",
        ] {
            assert!(!is_of_this_machine(elsewhere), "{elsewhere}");
        }
    }
}
