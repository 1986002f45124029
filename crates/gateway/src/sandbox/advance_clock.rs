//! Moving a project's clock: from one thing of it that is due to the next, each done before time goes on, so that a year
//! passes in order. What other projects have waiting is not looked at.

use std::time::Duration;

use domain::{EpochMs, ErrorCode, ProjectId, Refusal};

use crate::app::App;
use crate::change_feed::Subject;
use crate::issuance::{commit_refusal, read_refusal};
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
pub struct ClockAdvanced {
    pub now: EpochMs,
    /// Moments at which something was due.
    pub steps: u32,
}

/// Moves the clock of `project` to where `target` says, given its present time, stopping wherever something of it is due
/// until that is done. Each move is on disk before anything goes by it. A project is moved by one at a time: a second is refused,
/// for it may be the same step asked for again.
///
/// Errors: `SANDBOX_REFUSED` while another moves it, and those of `target`, before anything is moved; the store's.
pub async fn advance(
    app: &App,
    project: ProjectId,
    target: impl FnOnce(EpochMs) -> Result<EpochMs, Refusal>,
) -> Result<ClockAdvanced, Refusal> {
    restore::held(app)?;
    let _turn = turn(app, project)?;
    let to = target(app.now_of(project))?;
    let mut steps = 0;
    while steps < STEPS_MAX && !app.stopping.is_cancelled() {
        quiet(app, project).await?;
        match next_due(app, project).await? {
            // What was waited for in vain is passed by.
            Some(due) if due <= app.now_of(project) && app.now_of(project) < to => pass_by(app, project, to).await?,
            Some(due) if due <= to && app.now_of(project) < to => set(app, project, due).await?,
            _ => break,
        }
        steps += 1;
    }
    // One that had to stop early leaves time where it stopped.
    if steps < STEPS_MAX && !app.stopping.is_cancelled() {
        set(app, project, to).await?;
        quiet(app, project).await?;
    }
    Ok(ClockAdvanced {
        now: app.now_of(project),
        steps,
    })
}

/// Makes the project's time the machine's again. Only where nothing of it lies in between: what happened cannot be yet to
/// come, so a project whose moved time was used keeps it.
///
/// Errors: `SANDBOX_REFUSED` when something happened in the moved time, or another moves the clock; the store's.
pub async fn make_right(app: &App, project: ProjectId) -> Result<(), Refusal> {
    let _turn = turn(app, project)?;
    quiet(app, project).await?;
    if app.clocks.offset_ms(project) == 0 {
        return Ok(());
    }
    let forgotten = app.store.reset_clock_offset(project, app.clocks.machine_now()).await;
    if !forgotten.map_err(|error| commit_refusal(&error))? {
        return Err(Refusal::of(ErrorCode::SandboxRefused).hint(
            "something of this project happened in its moved time; take another project: jadong project create NAME",
        ));
    }
    app.clocks.forget(project);
    app.change_feed.publish(project, Subject::Clock);
    Ok(())
}

fn turn(app: &App, project: ProjectId) -> Result<tokio::sync::OwnedMutexGuard<()>, Refusal> {
    let turn = app.clock_move_locks.entry(project).or_default().clone();
    let moving =
        || Refusal::of(ErrorCode::SandboxRefused).hint("the clock is being moved already; look at GET /sandbox/clock");
    turn.try_lock_owned().map_err(|_| moving())
}

/// On disk first: what is done after a move must not lie in the future of a process that starts again.
async fn set(app: &App, project: ProjectId, to: EpochMs) -> Result<(), Refusal> {
    let ahead_ms = to.0.saturating_sub(app.clocks.machine_now().0);
    if ahead_ms <= app.clocks.offset_ms(project) {
        return Ok(());
    }
    let kept = app.store.set_clock_offset(project, ahead_ms).await;
    kept.map_err(|error| commit_refusal(&error))?;
    app.clocks.set_offset(project, ahead_ms);
    Ok(())
}

async fn pass_by(app: &App, project: ProjectId, to: EpochMs) -> Result<(), Refusal> {
    let later = app.now_of(project).plus_ms(PASS_BY_MS);
    set(app, project, later.min(to)).await
}

async fn next_due(app: &App, project: ProjectId) -> Result<Option<EpochMs>, Refusal> {
    let next = app.store.next_due(project).await;
    next.map_err(|error| read_refusal(&error))
}

/// Waits until nothing of the project is due or under way.
async fn quiet(app: &App, project: ProjectId) -> Result<(), Refusal> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let (mut wait, longest) = LOOK_EVERY;
    while tokio::time::Instant::now() < until && !app.stopping.is_cancelled() {
        let is_due = next_due(app, project).await?;
        let is_due = is_due.is_some_and(|due| due <= app.now_of(project));
        let is_paying = app.payments_in_flight.any(|payment| payment.project_id == project);
        let whose = app.clocks.scope(project);
        if !is_due && !is_paying && app.activity.is_idle(project, whose) {
            return Ok(());
        }
        app.clocks.wake_workers();
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(longest);
    }
    Ok(())
}

/// Where time may be moved. Errors: `ENDPOINT_NOT_FOUND` in live mode.
pub fn allowed(app: &App) -> Result<(), Refusal> {
    if app.is_sandbox() {
        Ok(())
    } else {
        Err(Refusal::of(ErrorCode::EndpointNotFound))
    }
}
