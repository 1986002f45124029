//! A delivery as it goes over the wire: its headers, signed, and its body.

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::Project;
use domain::webhook_delivery::Delivery;

use super::{body, sign};

/// What is guard.
pub struct SignedRequest {
    pub headers: [(&'static str, String); 5],
    pub body: String,
}

/// Writes and signs a delivery at `now`.
pub fn signed_request(pepper: &Pepper, project: &Project, delivery: &Delivery, now: EpochMs) -> SignedRequest {
    let body = body::write(delivery);
    let id = delivery.id.to_string();
    let content_type = format!("{}; charset=utf-8", delivery.content_type.name());
    SignedRequest {
        headers: [
            ("content-type", content_type),
            ("webhook-timestamp", now.epoch_seconds().to_string()),
            ("webhook-signature", sign::signatures(pepper, project, &id, now, &body)),
            ("webhook-id", id),
            ("jadong-webhook-type", delivery.webhook_type.clone()),
        ],
        body,
    }
}
