//! What of a project somebody should look at, and how far who has just begun has come.

use domain::project::{SecretHash, SecretKind};
use domain::webhook_delivery::DeliveryState;
use domain::{ErrorCode, ProjectId, Refusal};
use store::{PageRequest, PaymentFilter};

use super::OperatorService;
use crate::sandbox_credentials::SECRET_KEY;
use crate::support::secret_hash::hash_secret;

/// What waits. A store that cannot be read shows nothing here: the page itself says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attention {
    /// Payments without an outcome, those that need a person among them; 1,000 also stands for more.
    pub in_doubt: u64,
    /// Payments that need a person; 1,000 also stands for more.
    pub needs_person: u64,
    /// Customers that are being asked for their consent.
    pub waiting: u64,
}

/// What a project has had of everything once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstSteps {
    pub has_key: bool,
    pub has_payment: bool,
    pub has_webhook_url: bool,
    pub has_delivered: bool,
}

impl FirstSteps {
    #[must_use]
    pub fn are_done(self) -> bool {
        self.has_key && self.has_payment && self.has_webhook_url && self.has_delivered
    }
}

/// What a developer needs to know of a project. Nothing secret: secrets are kept as hashes, and of the sandbox's own project
/// everybody knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectForDevelopers {
    pub name: String,
    pub company_name: String,
    /// Without `/v2`.
    pub url: String,
    pub client_key: String,
    /// The sandbox's own, as long as it opens.
    pub known_secret_key: Option<&'static str>,
    pub application_id: String,
    /// Empty: everywhere.
    pub allowed_ips: Vec<String>,
    /// `nicepay`, `hosted` or `tosspay`.
    pub pg: &'static str,
}

impl OperatorService {
    /// What waits in the project.
    pub async fn attention(&self, project: ProjectId) -> Attention {
        let store = self.app.services.store();
        Attention {
            in_doubt: store.count_in_doubt(project).await.unwrap_or_default(),
            needs_person: store.count_needs_person(project).await.unwrap_or_default(),
            waiting: store.open_consents(project).await.unwrap_or_default(),
        }
    }

    /// What the project has had of everything, among its newest.
    pub async fn first_steps(&self, project: ProjectId) -> Result<FirstSteps, Refusal> {
        let store = self.app.services.store();
        let one = || PageRequest {
            project,
            before: None,
            limit: 1,
        };
        let payments = store.recent_payments(one(), PaymentFilter::default()).await?;
        let delivered = store.deliveries(one(), vec![DeliveryState::Delivered]).await?;
        Ok(FirstSteps {
            has_key: !store.recent_keys(one()).await?.rows.is_empty(),
            has_payment: !payments.rows.is_empty(),
            has_webhook_url: self.webhook_endpoint(project)?.url.is_some(),
            has_delivered: !delivered.rows.is_empty(),
        })
    }

    /// What a developer needs. Errors: the project is gone.
    pub fn for_developers(&self, project: ProjectId) -> Result<ProjectForDevelopers, Refusal> {
        let services = &self.app.services;
        let known = services.ledger.projects.by_id(project);
        let known = known.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "project"))?;
        let project = &known.project;
        let hash = hash_secret(&services.pepper, SecretKind::SecretKey, SECRET_KEY);
        let now = services.clocks.machine_now();
        let opens = |secret: &SecretHash| secret.hash == hash && secret.expires_at.is_none_or(|until| now < until);
        let is_known = self.is_sandbox() && project.secrets.iter().any(opens);
        Ok(ProjectForDevelopers {
            name: project.name.clone(),
            company_name: project.company_name.clone(),
            url: services.public_url.to_string(),
            client_key: project.client_key.clone(),
            known_secret_key: is_known.then_some(SECRET_KEY),
            application_id: project.application_id.clone(),
            allowed_ips: project.allowed_ips.clone(),
            pg: project.pg.name.name(),
        })
    }
}
