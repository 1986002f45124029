//! Reserves for the operator, by the day on which they are due in Korea.

use domain::reserve::{Reserve, ReserveState};
use domain::{EpochMs, ProjectId, Refusal, ReserveId};

use super::OperatorService;
use super::audit::AuditedAction;
use super::role::Person;
use crate::services::reserve;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SEOUL_MS: i64 = 9 * 60 * 60 * 1000;
/// Reserves that a page shows.
pub const RESERVES_A_PAGE: u32 = 100;
/// Reserves that are shown as the next ones.
const NEXT_SHOWN: usize = 10;
/// Counting a day stops here.
pub const COUNTED_MAX: u32 = 1000;

/// A day in Korea: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// The day that `moment` is on.
    #[must_use]
    pub fn of(moment: EpochMs) -> Self {
        Self((moment.0 + SEOUL_MS).div_euclid(DAY_MS))
    }

    /// Its first moment.
    #[must_use]
    pub fn begins(self) -> EpochMs {
        EpochMs(self.0 * DAY_MS - SEOUL_MS)
    }

    /// The day `days` later, or earlier.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// `2026-11-26`.
    #[must_use]
    pub fn to_text(self) -> String {
        self.begins().to_wire().chars().take(10).collect()
    }

    /// Reads `2026-11-26`; `None` when it is no day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        domain::written_time::parse(&format!("{text}T00:00:00+09:00")).map(Self::of)
    }
}

impl OperatorService {
    /// The reserves that are due on a day, earliest first, at most [`RESERVES_A_PAGE`]: from its beginning, or after the one that
    /// is named. And whether there are more.
    pub async fn reserves_on(
        &self,
        project: ProjectId,
        day: Day,
        after: Option<ReserveId>,
    ) -> Result<(Vec<Reserve>, bool), Refusal> {
        let until = day.plus(1).begins();
        let from = match after {
            Some(id) => (self.reserve(project, id).await?.due_at, after),
            None => (day.begins(), None),
        };
        let store = &self.app.services.store();
        let due = store.reserves_between(project, from, until, RESERVES_A_PAGE + 1).await;
        let mut due = due?;
        let shown = usize::try_from(RESERVES_A_PAGE).unwrap_or(usize::MAX);
        let has_more = due.len() > shown;
        due.truncate(shown);
        Ok((due, has_more))
    }

    /// The waiting reserves that are due next, earliest first, and whether there may be more.
    pub async fn reserves_next(&self, project: ProjectId) -> Result<(Vec<Reserve>, bool), Refusal> {
        let (from, never) = ((self.now(project), None), EpochMs(i64::MAX));
        let due = self
            .app
            .services
            .store()
            .reserves_between(project, from, never, RESERVES_A_PAGE);
        let due = due.await?;
        let is_cut = due.len() >= usize::try_from(RESERVES_A_PAGE).unwrap_or(usize::MAX);
        let waiting: Vec<_> = due
            .into_iter()
            .filter(|reserve| reserve.state == ReserveState::Waiting)
            .collect();
        let has_more = is_cut || waiting.len() > NEXT_SHOWN;
        Ok((waiting.into_iter().take(NEXT_SHOWN).collect(), has_more))
    }

    /// How many reserves are due on a day, counted up to [`COUNTED_MAX`].
    pub async fn reserves_count(&self, project: ProjectId, day: Day) -> Result<u32, Refusal> {
        let (from, until) = (day.begins(), day.plus(1).begins());
        let count = self
            .app
            .services
            .store()
            .count_reserves(project, from, until, COUNTED_MAX)
            .await;
        count.map_err(Refusal::from)
    }

    /// A reserve of the project. Errors: `RESERVE_NOT_FOUND`.
    pub async fn reserve(&self, project: ProjectId, id: ReserveId) -> Result<Reserve, Refusal> {
        reserve::lookup(&self.app.services, project, id).await
    }

    /// Revokes a waiting reserve. Errors: those of the API's revoke.
    pub async fn revoke(&self, person: &Person, project: ProjectId, id: ReserveId) -> Result<(), Refusal> {
        let action = AuditedAction {
            act: "revoke",
            object: id.to_string(),
            note: String::new(),
        };
        let revoking = async move |operator: Self| reserve::revoke(&operator.app.services, project, id).await;
        self.audited(person, action, revoking).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_koreas() {
        let at = |text: &str| domain::written_time::parse(text).unwrap();
        let day = Day::parse("2026-11-26").unwrap();
        assert_eq!(Day::of(at("2026-11-26T00:00:00+09:00")), day);
        assert_eq!(Day::of(at("2026-11-26T23:59:59+09:00")), day);
        assert_eq!(Day::of(at("2026-11-26T15:00:00+00:00")), day.plus(1));
        assert_eq!(day.to_text(), "2026-11-26");
        assert_eq!(Day::parse("yesterday"), None);
    }
}
