//! Records that were kept for long enough are destroyed every day, at an hour at which little else happens: by the oldest of the nodes that
//! are alive, a few at a time.

use std::sync::Arc;

use domain::project::Project;
use domain::retention::RetentionYears;
use domain::{EpochMs, written_time};

use super::{Turns, leads, pause};
use crate::app::App;
use crate::services::retention::{Destroying, NotDestroyed, Retention};

const EVERY_MS: u64 = 60_000;
/// Between two parts: requests are served meanwhile.
const PAUSE_MS: u64 = 100;
/// Of the Korean day.
const HOUR: u64 = 4;

/// Runs until the gateway stops.
pub async fn destroy_old(app: Arc<App>, policy: RetentionYears) {
    let mut turns = Turns::by_machine(&app, "destroying old records", EVERY_MS);
    let mut done = String::new();
    while turns.next().await {
        let now = app.services.clocks.machine_now();
        let Some(day) = due(now).filter(|day| *day != done) else {
            continue;
        };
        if !leads(&app, &mut turns).await {
            continue;
        }
        let Some(projects) = turns.given(app.services.store().projects().await) else {
            continue;
        };
        let mut is_whole = true;
        for project in &projects {
            match of_project(&app, project, policy).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    is_whole = false;
                    let failed: Result<(), _> = Err(error);
                    turns.given(failed);
                }
            }
        }
        if is_whole {
            done = day;
        }
    }
}

/// `false`: the gateway stops.
async fn of_project(app: &App, project: &Project, policy: RetentionYears) -> Result<bool, NotDestroyed> {
    let services = &app.services;
    let now = services.now_of(project.id);
    let mut retention = Retention::begin(services.store(), project.id, policy, now, Destroying::Real).await?;
    while retention.part().await? {
        if !pause(app, PAUSE_MS).await {
            return Ok(false);
        }
    }
    for kind in retention.kinds.iter().filter(|kind| kind.destroyed.count > 0) {
        let (destroyed, kept) = (&kind.destroyed, kind.kept);
        tracing::info!(
            project = project.name,
            kind = destroyed.kind.name(),
            count = destroyed.count,
            kept,
            years = destroyed.years,
            "old records were destroyed"
        );
    }
    Ok(true)
}

/// The day, in Korea, once its hour has come.
fn due(now: EpochMs) -> Option<String> {
    let day = now.to_day();
    let midnight = written_time::parse(&day)?;
    (now.since_ms(midnight) >= HOUR * 60 * 60 * 1000).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_due_from_its_hour_on() {
        let at = |text: &str| due(written_time::parse(text).unwrap());
        assert_eq!(at("2032-03-01T03:59:59+09:00"), None);
        assert_eq!(at("2032-03-01T04:00:00+09:00").as_deref(), Some("2032-03-01"));
        assert_eq!(at("2032-02-29T23:59:59+09:00").as_deref(), Some("2032-02-29"));
    }
}
