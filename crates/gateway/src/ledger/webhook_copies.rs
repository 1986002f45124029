//! Listeners: copies of every webhook of a project as it is written, whether or not it has anywhere to go. In memory only;
//! nothing waits for a listener, and no other endpoint notices one.

use std::sync::Arc;

use dashmap::DashMap;
use domain::ProjectId;
use domain::change::Change;
use domain::webhook_delivery::NewDelivery;
use fairness::{FairSemaphore, NoRoom, Permit, Share};
use tokio::sync::broadcast;

/// Listeners at once, of all projects.
const LISTENERS_MAX: usize = 64;
/// A listener that is this far behind misses some, and is told so.
const BEHIND_MAX: usize = 1024;

/// The listeners of all projects.
pub struct WebhookCopies {
    copies: broadcast::Sender<Arc<NewDelivery>>,
    of_project: Arc<DashMap<ProjectId, usize>>,
    slots: FairSemaphore<ProjectId, 1>,
}

impl Default for WebhookCopies {
    fn default() -> Self {
        Self {
            copies: broadcast::Sender::new(BEHIND_MAX),
            of_project: Arc::default(),
            slots: FairSemaphore::new(LISTENERS_MAX),
        }
    }
}

impl WebhookCopies {
    /// Subscribes. Errors: all are taken, or the project's share.
    pub fn subscribe(&self, share: Share<ProjectId>) -> Result<ListenerSubscription, NoRoom> {
        let place = self.slots.try_acquire([share])?;
        *self.of_project.entry(share.of).or_default() += 1;
        Ok(ListenerSubscription {
            project: share.of,
            copies: self.copies.subscribe(),
            of_project: self.of_project.clone(),
            _place: place,
        })
    }

    /// Whether anybody listens to this project's webhooks.
    pub fn has_any(&self, project: ProjectId) -> bool {
        self.of_project.contains_key(&project)
    }

    /// The webhooks among `changes` that somebody listens for. Those without a URL are for listeners only: they are taken
    /// out, the store never sees them.
    pub fn copies(&self, changes: &mut Vec<Change>) -> Vec<Arc<NewDelivery>> {
        let mut copies = Vec::new();
        changes.retain(|change| {
            let Change::Deliver(delivery) = change else {
                return true;
            };
            if self.has_any(delivery.project_id) {
                copies.push(Arc::new(NewDelivery::clone(delivery)));
            }
            !delivery.url.is_empty()
        });
        copies
    }

    /// Gives copies out, once what they tell is on disk.
    pub fn publish(&self, copies: Vec<Arc<NewDelivery>>) {
        for copy in copies {
            // An error says that the last listener has just left.
            let _ = self.copies.send(copy);
        }
    }
}

/// A listener's subscription; free again when dropped.
pub struct ListenerSubscription {
    pub project: ProjectId,
    /// Copies of all projects' webhooks: the project's own are to be picked out.
    pub copies: broadcast::Receiver<Arc<NewDelivery>>,
    of_project: Arc<DashMap<ProjectId, usize>>,
    _place: Permit<ProjectId, 1>,
}

impl Drop for ListenerSubscription {
    fn drop(&mut self) {
        if let Some(mut listeners) = self.of_project.get_mut(&self.project) {
            *listeners -= 1;
        }
        self.of_project.remove_if(&self.project, |_, listeners| *listeners == 0);
    }
}

#[cfg(test)]
mod tests {
    use domain::EpochMs;
    use domain::ids::ObjectId;
    use domain::webhook_delivery::ContentType;
    use domain::webhook_delivery::WebhookType;
    use fairness::Limit;

    use super::*;
    use crate::ledger::SHARE;

    fn alone(project: ProjectId) -> Share<ProjectId> {
        Share {
            of: project,
            limit: Limit::NONE,
        }
    }

    fn deliver(project: ProjectId, url: &str) -> Change {
        Change::Deliver(Box::new(NewDelivery {
            id: "6655069ca691573f1bb9c28a".parse().unwrap(),
            project_id: project,
            receipt_id: "6655069ca691573f1bb9c28b".parse().unwrap(),
            url: url.to_owned(),
            content_type: ContentType::Json,
            webhook_type: WebhookType::PaymentCompleted,
            payload: "{}".to_owned(),
            created_at: EpochMs(0),
        }))
    }

    #[test]
    fn a_webhook_without_a_url_reaches_listeners_and_never_the_store() {
        let listeners = WebhookCopies::default();
        let (own, other): (ProjectId, ProjectId) = (
            "6655069ca691573f1bb9c28c".parse().unwrap(),
            "6655069ca691573f1bb9c28d".parse().unwrap(),
        );
        let all = || vec![deliver(own, ""), deliver(own, "http://shop/"), deliver(other, "")];
        let mut changes = all();
        assert!(listeners.copies(&mut changes).is_empty(), "nobody listens");
        assert_eq!(changes.len(), 1, "only what has somewhere to go is left");

        let mut subscription = listeners.subscribe(alone(own)).unwrap_or_else(|_| panic!());
        let mut changes = all();
        let copies = listeners.copies(&mut changes);
        assert_eq!((copies.len(), changes.len()), (2, 1));
        listeners.publish(copies);
        assert_eq!(subscription.copies.try_recv().unwrap().url, "");
        assert_eq!(subscription.copies.try_recv().unwrap().url, "http://shop/");
        drop(subscription);
        assert!(!listeners.has_any(own));
    }

    #[test]
    fn seats_have_an_end_and_are_given_back() {
        let listeners = WebhookCopies::default();
        let project: ProjectId = "6655069ca691573f1bb9c28c".parse().unwrap();
        let slots: Vec<_> = (0..LISTENERS_MAX)
            .map(|_| listeners.subscribe(alone(project)).unwrap_or_else(|_| panic!()))
            .collect();
        assert_eq!(listeners.subscribe(alone(project)).err(), Some(NoRoom::All));
        drop(slots);
        assert!(listeners.subscribe(alone(project)).is_ok());
    }

    #[test]
    fn one_of_several_projects_leaves_seats_to_the_others() {
        let listeners = WebhookCopies::default();
        let project = |number| ProjectId(ObjectId::from_parts(1, [0; 5], number));
        let sit = |number| {
            listeners.subscribe(Share {
                of: project(number),
                limit: SHARE,
            })
        };
        let slots: Vec<_> = std::iter::from_fn(|| sit(1).ok()).collect();
        assert_eq!((slots.len(), sit(1).err()), (48, Some(NoRoom::Share)));
        let others: Vec<_> = (2..=9).map(|number| sit(number).unwrap_or_else(|_| panic!())).collect();
        assert_eq!(others.len(), 8);
        drop(slots);
        assert!(!listeners.has_any(project(1)) && listeners.has_any(project(2)));
    }
}
