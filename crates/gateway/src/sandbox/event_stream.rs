//! What one listener is sent: its project's webhooks as copies, and notices of what has changed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::webhook_delivery::{Delivery, DeliveryState, NewDelivery};
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::Sandbox;
use crate::auth::Auth;
use crate::auth::authentication::Access;
use crate::ledger::ListenerSubscription;
use crate::ledger::change_feed::{Subject, Subscriber};
use crate::ledger::projects::CachedProject;
use crate::services::webhook::signed_request;
use crate::support::at_capacity;

/// Receipts whose webhooks are counted for a listener; past it counting starts anew.
const COUNTED_MAX: usize = 10_000;

/// How often it is asked whether a listener may still listen.
const STILL_IN: Duration = Duration::from_secs(2);

/// One event for a listener.
pub enum StreamEvent {
    Webhook(Box<WebhookCopy>),
    Changed(Subject),
    /// The listener was too slow; so many events are lost.
    Missed(u64),
}

/// A webhook as an endpoint would get it.
#[derive(Serialize)]
pub struct WebhookCopy {
    pub delivery_id: String,
    pub webhook_type: String,
    pub receipt_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    pub sequence: u32,
    /// Where it goes besides; `null` when the project has no URL.
    pub url: Option<String>,
    pub created_at: String,
    /// To be sent with the body, which they sign.
    pub headers: HashMap<&'static str, String>,
    pub body: String,
}

/// A listener's place at one project.
pub struct EventStream {
    subscription: ListenerSubscription,
    notices: Subscriber,
    access: Access,
    look_at: Instant,
    /// How many webhooks without a URL it saw of each receipt.
    counted: HashMap<ReceiptId, u32>,
}

impl EventStream {
    /// Errors: `ENDPOINT_NOT_FOUND` in live mode, `GATEWAY_OVERLOADED` when all slots, or the project's share of them, are taken.
    pub fn open(sandbox: &Sandbox, project: ProjectId, access: Access) -> Result<Self, Refusal> {
        if !sandbox.services.is_sandbox() {
            return Err(Refusal::of(ErrorCode::EndpointNotFound));
        }
        let subscription = sandbox
            .services
            .ledger
            .webhook_copies
            .subscribe(sandbox.services.ledger.share_of(project));
        Ok(Self {
            subscription: subscription.map_err(|of| at_capacity(of, "event streams"))?,
            notices: sandbox.services.ledger.change_feed.subscribe(),
            access,
            look_at: Instant::now() + STILL_IN,
            counted: HashMap::new(),
        })
    }

    /// The next event; `None` when the gateway stops, or the listener's access has ended.
    pub async fn next(&mut self, sandbox: &Sandbox, auth: &Auth) -> Option<StreamEvent> {
        loop {
            tokio::select! {
                () = sandbox.services.stopping.cancelled() => return None,
                () = sleep_until(self.look_at) => {
                    self.look_at = Instant::now() + STILL_IN;
                    if !self.access.still_opens(auth).await {
                        return None;
                    }
                }
                copy = self.subscription.copies.recv() => match copy {
                    Ok(copy) if copy.project_id == self.subscription.project => {
                        if let Some(copy) = self.copy(sandbox, &copy).await {
                            return Some(StreamEvent::Webhook(Box::new(copy)));
                        }
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(missed)) => return Some(StreamEvent::Missed(missed)),
                    Err(RecvError::Closed) => return None,
                },
                notice = self.notices.recv() => match notice {
                    Ok(notice) if notice.project_id.is_none_or(|project| project == self.subscription.project) => {
                        return Some(StreamEvent::Changed(notice.about));
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(missed)) => return Some(StreamEvent::Missed(missed)),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// `None` when the project is gone.
    async fn copy(&mut self, sandbox: &Sandbox, new: &NewDelivery) -> Option<WebhookCopy> {
        let known: Arc<CachedProject> = sandbox.services.ledger.projects.by_id(new.project_id)?;
        let delivery = self.delivery(sandbox, new).await;
        // With the machine's time, as every signature: a local endpoint has no other.
        let signed = signed_request(
            &sandbox.services.pepper,
            &known.project,
            &delivery,
            sandbox.services.clocks.machine_now(),
        );
        Some(WebhookCopy {
            delivery_id: delivery.id.to_string(),
            webhook_type: delivery.webhook_type,
            receipt_id: delivery.receipt_id.to_string(),
            order_id: order_id(&delivery.payload),
            sequence: delivery.sequence,
            url: Some(delivery.url).filter(|url| !url.is_empty()),
            created_at: delivery.created_at.to_wire(),
            headers: signed.headers.into_iter().collect(),
            body: signed.body,
        })
    }

    /// As the store has it; without a URL the store has none, and it is numbered here.
    async fn delivery(&mut self, sandbox: &Sandbox, new: &NewDelivery) -> Delivery {
        let stored = sandbox
            .services
            .store()
            .deliveries_of(new.project_id, new.receipt_id)
            .await
            .unwrap_or_default();
        if let Some(stored) = stored.iter().find(|stored| stored.id == new.id) {
            return stored.clone();
        }
        if self.counted.len() >= COUNTED_MAX {
            self.counted.clear();
        }
        let before = self.counted.entry(new.receipt_id).or_default();
        *before += 1;
        let sequence = u32::try_from(stored.len()).unwrap_or(u32::MAX).saturating_add(*before);
        Delivery {
            id: new.id,
            project_id: new.project_id,
            receipt_id: new.receipt_id,
            sequence,
            url: new.url.clone(),
            content_type: new.content_type,
            webhook_type: new.webhook_type.name().to_owned(),
            payload: new.payload.clone(),
            state: DeliveryState::Delivered,
            attempts: 0,
            next_at: new.created_at,
            last_result: String::new(),
            created_at: new.created_at,
            delivered_at: None,
        }
    }
}

/// The order that a webhook is about.
fn order_id(payload: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct CopiedWebhook {
        order_id: Option<String>,
    }
    serde_json::from_str::<CopiedWebhook>(payload).ok()?.order_id
}
