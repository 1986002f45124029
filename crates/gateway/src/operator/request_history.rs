//! The last requests, and the overview.

use std::sync::Arc;

use domain::{ProjectId, Refusal};
use uuid::Uuid;

use super::OperatorService;
use crate::ops::request_history::{HistoryFilter, Record};
use crate::ops::stats;
use crate::ops::stats::{Histogram, Overview, Point, Span};

impl OperatorService {
    /// The requests of `project` and of nobody known that came before `before`, or the newest; at most `limit`, the newest
    /// first.
    #[must_use]
    pub fn requests(
        &self,
        project: ProjectId,
        which: HistoryFilter,
        before: Option<Uuid>,
        limit: usize,
    ) -> Vec<Arc<Record>> {
        self.app.ops.request_history.newest(project, which, before, limit)
    }

    /// One of them, as long as it is kept.
    #[must_use]
    pub fn request(&self, project: ProjectId, request_id: Uuid) -> Option<Arc<Record>> {
        self.app.ops.request_history.find(project, request_id)
    }

    /// The requests of `project` that asked for `id` or were answered with it; at most `limit`, the newest first.
    #[must_use]
    pub fn requests_about(&self, project: ProjectId, id: &str, limit: usize) -> Vec<Arc<Record>> {
        self.app.ops.request_history.about(project, id, limit)
    }

    /// Where the API is, as answers carry it.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.app.services.public_url
    }

    /// What the last day came to. Errors: the store cannot be read.
    pub async fn overview(&self, project: ProjectId) -> Result<Overview, Refusal> {
        let read = stats::read(&self.app.ops, project).await;
        read.map_err(Refusal::from)
    }

    /// How long a stretch of the way took in the last hour, of all projects.
    #[must_use]
    pub fn latency(&self, stretch: Span) -> Histogram {
        self.app.ops.latency.whole(stretch)
    }

    /// The same as a curve, a point every 15 seconds, oldest first.
    #[must_use]
    pub fn latency_curve(&self, stretch: Span) -> Vec<Point> {
        self.app.ops.latency.curve(stretch)
    }
}
