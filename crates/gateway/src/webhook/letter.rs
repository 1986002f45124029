//! A delivery as it goes over the wire: its headers, signed, and its body.

use domain::EpochMs;
use domain::delivery::Delivery;
use domain::fingerprint::Pepper;
use domain::project::Project;

use super::{body, sign};

/// What is posted.
pub struct Letter {
    pub headers: [(&'static str, String); 5],
    pub body: String,
}

/// Writes and signs a delivery at `now`.
pub fn letter(pepper: &Pepper, project: &Project, delivery: &Delivery, now: EpochMs) -> Letter {
    let body = body::write(delivery);
    let id = delivery.id.to_string();
    let content_type = format!("{}; charset=utf-8", delivery.content_type.name());
    Letter {
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
