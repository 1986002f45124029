//! The sandbox's clock at the operator: one project's time, moved on.

use domain::{EpochMs, ErrorCode, ProjectId, Refusal};

use super::OperatorService;
use super::audit::AuditedAction;
use super::role::Person;
use crate::ledger::change_feed::Subject;
use crate::sandbox::{advance, allowed};

/// The furthest step: two years, as the API's.
const SKIP_MS_MAX: u64 = 2 * 366 * 24 * 60 * 60 * 1000;

impl OperatorService {
    /// Moves the project's clock on by a length of time such as `40d`; what falls due on the way is done, in order.
    ///
    /// Errors: live mode; a length that cannot be read, or is above two years.
    pub async fn advance(&self, person: &Person, project: ProjectId, by: &str) -> Result<EpochMs, Refusal> {
        allowed(&self.app.sandbox)?;
        let target = |now: EpochMs| {
            let to = domain::time::after(now, by).filter(|to| to.since_ms(now) <= SKIP_MS_MAX);
            to.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "advance").hint(domain::time::SPANS))
        };
        let now = self.now(project);
        let by_ms = target(now)?.since_ms(now);
        let action = AuditedAction {
            act: "clock",
            object: project.to_string(),
            note: format!("{} s", by_ms / 1000),
        };
        let moving =
            async move |operator: Self| advance(&operator.app.sandbox, project, |now| Ok(now.plus_ms(by_ms))).await;
        let moved = self.audited(person, action, moving).await?;
        self.app.services.ledger.change_feed.publish(project, Subject::Clock);
        Ok(moved.now)
    }
}
