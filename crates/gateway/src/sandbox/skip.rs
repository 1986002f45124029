//! Moving a project's clock: from one thing of it that is due to the next, each done before time goes on, so that a year
//! passes in order. What other projects have waiting is not looked at.

use std::time::Duration;

use domain::{EpochMs, ErrorCode, ProjectId, Refusal};

use crate::house::House;
use crate::issuance::{commit_refusal, read_refusal};
use crate::notices::About;
use crate::restore;

/// Stops at this many things; the caller may move on from there.
const STEPS_MAX: u32 = 100_000;
/// How long, of the machine's time, one due thing is waited for: a webhook's time-out, and some.
const PATIENCE: Duration = Duration::from_secs(8);
/// How far time goes on past a thing that is due and cannot be done.
const PASS_BY_MS: u64 = 60_000;
/// Between two looks: at first, and at most.
const LOOK_EVERY: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// Where a project's time stands after a move.
pub struct Skipped {
    pub now: EpochMs,
    /// Moments at which something was due.
    pub steps: u32,
}

/// Moves the clock of `project` to where `target` says, given its present time, stopping wherever something of it is due
/// until that is done. Each move is on disk before anything goes by it. A project is moved by one at a time: a second is refused,
/// for it may be the same step asked for again.
///
/// Errors: `SANDBOX_REFUSED` while another moves it, and those of `target`, before anything is moved; the store's.
pub async fn skip(
    house: &House,
    project: ProjectId,
    target: impl FnOnce(EpochMs) -> Result<EpochMs, Refusal>,
) -> Result<Skipped, Refusal> {
    restore::held(house)?;
    let _turn = turn(house, project)?;
    let to = target(house.now_of(project))?;
    let mut steps = 0;
    while steps < STEPS_MAX && !house.stopping.is_cancelled() {
        quiet(house, project).await?;
        match next_due(house, project).await? {
            // What was waited for in vain is passed by.
            Some(due) if due <= house.now_of(project) && house.now_of(project) < to => {
                pass_by(house, project, to).await?
            }
            Some(due) if due <= to && house.now_of(project) < to => set(house, project, due).await?,
            _ => break,
        }
        steps += 1;
    }
    // One that had to stop early leaves time where it stopped.
    if steps < STEPS_MAX && !house.stopping.is_cancelled() {
        set(house, project, to).await?;
        quiet(house, project).await?;
    }
    Ok(Skipped {
        now: house.now_of(project),
        steps,
    })
}

/// Makes the project's time the machine's again. Only where nothing of it lies in between: what happened cannot be yet to
/// come, so a project whose moved time was used keeps it.
///
/// Errors: `SANDBOX_REFUSED` when something happened in the moved time, or another moves the clock; the store's.
pub async fn make_right(house: &House, project: ProjectId) -> Result<(), Refusal> {
    let _turn = turn(house, project)?;
    quiet(house, project).await?;
    if house.clocks.ahead_ms(project) == 0 {
        return Ok(());
    }
    let forgotten = house.store.forget_lead(project, house.clocks.machine_now()).await;
    if !forgotten.map_err(|error| commit_refusal(&error))? {
        return Err(Refusal::of(ErrorCode::SandboxRefused).hint(
            "something of this project happened in its moved time; take another project: jadong project create NAME",
        ));
    }
    house.clocks.forget(project);
    house.notices.tell(project, About::Clock);
    Ok(())
}

fn turn(house: &House, project: ProjectId) -> Result<tokio::sync::OwnedMutexGuard<()>, Refusal> {
    let turn = house.moving.entry(project).or_default().clone();
    let moving =
        || Refusal::of(ErrorCode::SandboxRefused).hint("the clock is being moved already; look at GET /sandbox/clock");
    turn.try_lock_owned().map_err(|_| moving())
}

/// On disk first: what is done after a move must not lie in the future of a process that starts again.
async fn set(house: &House, project: ProjectId, to: EpochMs) -> Result<(), Refusal> {
    let ahead_ms = to.0.saturating_sub(house.clocks.machine_now().0);
    if ahead_ms <= house.clocks.ahead_ms(project) {
        return Ok(());
    }
    let kept = house.store.set_lead(project, ahead_ms).await;
    kept.map_err(|error| commit_refusal(&error))?;
    house.clocks.set_ahead(project, ahead_ms);
    Ok(())
}

async fn pass_by(house: &House, project: ProjectId, to: EpochMs) -> Result<(), Refusal> {
    let later = house.now_of(project).plus_ms(PASS_BY_MS);
    set(house, project, later.min(to)).await
}

async fn next_due(house: &House, project: ProjectId) -> Result<Option<EpochMs>, Refusal> {
    let next = house.store.next_due(project).await;
    next.map_err(|error| read_refusal(&error))
}

/// Waits until nothing of the project is due or under way.
async fn quiet(house: &House, project: ProjectId) -> Result<(), Refusal> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let (mut wait, longest) = LOOK_EVERY;
    while tokio::time::Instant::now() < until && !house.stopping.is_cancelled() {
        let is_due = next_due(house, project).await?;
        let is_due = is_due.is_some_and(|due| due <= house.now_of(project));
        let is_paying = house.payments.any(|payment| payment.project_id == project);
        let whose = house.clocks.whose(project);
        if !is_due && !is_paying && house.bustle.is_still(project, whose) {
            return Ok(());
        }
        house.clocks.nudge();
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(longest);
    }
    Ok(())
}

/// Where time may be moved. Errors: `ENDPOINT_NOT_FOUND` in live mode.
pub fn allowed(house: &House) -> Result<(), Refusal> {
    if house.is_sandbox() {
        Ok(())
    } else {
        Err(Refusal::of(ErrorCode::EndpointNotFound))
    }
}
