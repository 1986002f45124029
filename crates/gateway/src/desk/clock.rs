//! The sandbox's clock at the desk: one project's time, moved on.

use domain::{EpochMs, ErrorCode, ProjectId, Refusal};

use super::Desk;
use super::audit::Deed;
use super::role::Person;
use crate::notices::About;
use crate::sandbox::{allowed, skip};

/// The furthest step: two years, as the API's.
const SKIP_MS_MAX: u64 = 2 * 366 * 24 * 60 * 60 * 1000;

impl Desk {
    /// Moves the project's clock on by a length of time such as `40d`; what falls due on the way is done, in order.
    ///
    /// Errors: live mode; a length that cannot be read, or is above two years.
    pub async fn advance(&self, person: &Person, project: ProjectId, by: &str) -> Result<EpochMs, Refusal> {
        allowed(&self.house)?;
        let wrong = || Refusal::new(ErrorCode::FieldInvalid, "advance").hint("40d, 12h, 30m, 10s");
        let by_ms = domain::time::parse_span_ms(by.trim()).filter(|ms| *ms <= SKIP_MS_MAX);
        let by_ms = by_ms.ok_or_else(wrong)?;
        let deed = Deed {
            act: "clock",
            object: project.to_string(),
            note: format!("{} s", by_ms / 1000),
        };
        let moving = async move |desk: Self| skip(&desk.house, project, |now| Ok(now.plus_ms(by_ms))).await;
        let moved = self.on_record(person, deed, moving).await?;
        self.house.notices.tell(project, About::Clock);
        Ok(moved.now)
    }
}
