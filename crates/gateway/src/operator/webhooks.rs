//! Webhooks at the operator: where a project's go, what they are signed with, and what came of each.

use domain::webhook_delivery::{Delivery, DeliveryState, read_url};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::Page;

use super::OperatorService;
use super::audit::AuditedAction;
use super::receipts::wanted;
use super::role::Person;
use crate::services::webhook::webhook_secret;

/// How long the secret before signs too: whoever verifies has a day to take the new one over.
const OVERLAP_MS: u64 = 24 * 60 * 60 * 1000;

/// Where a project's webhooks go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEndpoint {
    /// `None`: only requests with a `feedback_url` are told.
    pub url: Option<String>,
    /// Until when the secret before signs too, where it still does.
    pub overlap_until: Option<EpochMs>,
}

impl OperatorService {
    /// A page of the project's webhooks, newest first, in one of `states` unless it is empty.
    pub async fn webhooks(
        &self,
        project: ProjectId,
        states: &[DeliveryState],
        before: Option<String>,
    ) -> Result<Page<Delivery>, Refusal> {
        let store = self.app.services.store();
        let page = store.deliveries(wanted(project, before), states.to_vec()).await;
        page.map_err(Refusal::from)
    }

    /// Where the project's webhooks go. Errors: the project is gone.
    pub fn webhook_endpoint(&self, project: ProjectId) -> Result<WebhookEndpoint, Refusal> {
        let known = self.app.services.ledger.projects.by_id(project);
        let known = known.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "project"))?;
        let now = self.app.services.clocks.machine_now();
        let webhook = &known.project.webhook;
        Ok(WebhookEndpoint {
            url: webhook.url.clone(),
            overlap_until: webhook.overlap_until.filter(|until| now < *until),
        })
    }

    /// The secret that the project's webhooks are signed with; that it was looked at is written down.
    pub async fn webhook_secret(&self, person: &Person, project: ProjectId) -> Result<String, Refusal> {
        let action = of_project("webhook_secret", project, "");
        let reading = async move |operator: Self| {
            let services = &operator.app.services;
            let known = services.ledger.projects.by_id(project);
            let known = known.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "project"))?;
            Ok(webhook_secret(
                &services.pepper,
                project,
                known.project.webhook.secret_number,
            ))
        };
        self.audited(person, action, reading).await
    }

    /// Sends the project's webhooks to `url` from now on; nowhere where it is empty. What is on its way already goes where it was
    /// meant to go.
    ///
    /// Errors: `FIELD_INVALID` where nothing can be sent to `url`.
    pub async fn set_webhook(&self, person: &Person, project: ProjectId, url: &str) -> Result<(), Refusal> {
        let url = Some(url.trim().to_owned()).filter(|url| !url.is_empty());
        if let Some(url) = &url {
            read_url(url).map_err(|fault| Refusal::new(ErrorCode::FieldInvalid, "webhook_url").hint(fault.hint()))?;
        }
        let note = if url.is_some() { "set" } else { "none" };
        let setting = async move |operator: Self| {
            operator.app.services.store().set_webhook(project, url).await?;
            operator.projects_changed().await
        };
        self.audited(person, of_project("webhook_url", project, note), setting)
            .await
    }

    /// Takes a new signing secret into use; the one before signs too for a day.
    pub async fn rotate_webhook_secret(&self, person: &Person, project: ProjectId) -> Result<(), Refusal> {
        let rotating = async move |operator: Self| {
            let services = &operator.app.services;
            let until = services.clocks.machine_now().plus_ms(OVERLAP_MS);
            services.store().rotate_webhook_secret(project, until).await?;
            operator.projects_changed().await
        };
        self.audited(person, of_project("rotate_secret", project, ""), rotating)
            .await
    }

    async fn projects_changed(&self) -> Result<(), Refusal> {
        let services = &self.app.services;
        let now = services.clocks.machine_now();
        let read = services.ledger.projects.refresh(services.store(), now).await;
        read.map_err(Refusal::from)
    }

    /// The webhooks of a receipt of `project`, in order.
    pub async fn deliveries(&self, project: ProjectId, receipt: ReceiptId) -> Result<Vec<Delivery>, Refusal> {
        let told = self.app.services.store().deliveries_of(project, receipt).await;
        told.map_err(Refusal::from)
    }

    /// A webhook's body, byte for byte as it is sent and signed.
    #[must_use]
    pub fn webhook_body(&self, delivery: &Delivery) -> String {
        crate::services::webhook::body_of(delivery)
    }

    /// Sends a webhook again, now. Errors: `RC_NOT_FOUND` when the receipt has no such webhook, or it is on its way.
    pub async fn resend(
        &self,
        person: &Person,
        project: ProjectId,
        receipt: ReceiptId,
        delivery: ReceiptId,
    ) -> Result<(), Refusal> {
        let action = AuditedAction {
            act: "resend",
            object: receipt.to_string(),
            note: delivery.to_string(),
        };
        let resending = async move |operator: Self| {
            let is_ours = operator
                .deliveries(project, receipt)
                .await?
                .iter()
                .any(|own| own.id == delivery);
            let not_there = || Refusal::new(ErrorCode::ReceiptNotFound, "delivery");
            if !is_ours {
                return Err(not_there());
            }
            // The store adds the project's lead itself.
            let now = operator.app.services.clocks.machine_now();
            let sent = operator.app.services.store().resend(project, delivery, now).await;
            if sent? { Ok(()) } else { Err(not_there()) }
        };
        self.audited(person, action, resending).await
    }
}

fn of_project(act: &'static str, project: ProjectId, note: &str) -> AuditedAction {
    AuditedAction {
        act,
        object: project.to_string(),
        note: note.to_owned(),
    }
}
