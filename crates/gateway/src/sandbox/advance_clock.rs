//! Moving a project's clock: from one thing of it that is due to the next, each done before time goes on, so that a year
//! passes in order. What other projects have waiting is not looked at.

use std::time::Duration;

use domain::{EpochMs, ErrorCode, ProjectId, Refusal};

use pg::PgPlace;

use super::Sandbox;
use crate::ledger::change_feed::Subject;
use crate::services::restore;

const NOT_SIMULATED: &str =
    "PG가 가상이 아닌 프로젝트의 시계는 옮기지 않습니다 (the project has a PG that is not simulated)";

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
    sandbox: &Sandbox,
    project: ProjectId,
    target: impl FnOnce(EpochMs) -> Result<EpochMs, Refusal>,
) -> Result<ClockAdvanced, Refusal> {
    restore::refuse_while_held(&sandbox.services)?;
    // What falls due in a moved time would be debited at a PG that is not simulated.
    if sandbox.services.pg_place(project) != PgPlace::default() {
        return Err(Refusal::of(ErrorCode::SandboxRefused).hint(NOT_SIMULATED));
    }
    let _turn = turn(sandbox, project)?;
    let to = target(sandbox.services.now_of(project))?;
    let mut steps = 0;
    while steps < STEPS_MAX && !sandbox.services.stopping.is_cancelled() {
        quiet(sandbox, project).await?;
        match next_due(sandbox, project).await? {
            // What was waited for in vain is passed by.
            Some(due) if due <= sandbox.services.now_of(project) && sandbox.services.now_of(project) < to => {
                pass_by(sandbox, project, to).await?
            }
            Some(due) if due <= to && sandbox.services.now_of(project) < to => set(sandbox, project, due).await?,
            _ => break,
        }
        steps += 1;
    }
    // One that had to stop early leaves time where it stopped.
    if steps < STEPS_MAX && !sandbox.services.stopping.is_cancelled() {
        set(sandbox, project, to).await?;
        quiet(sandbox, project).await?;
    }
    Ok(ClockAdvanced {
        now: sandbox.services.now_of(project),
        steps,
    })
}

/// Makes the project's time the machine's again. Only where nothing of it lies in between: what happened cannot be yet to
/// come, so a project whose moved time was used keeps it.
///
/// Errors: `SANDBOX_REFUSED` when something happened in the moved time, or another moves the clock; the store's.
pub async fn make_right(sandbox: &Sandbox, project: ProjectId) -> Result<(), Refusal> {
    let _turn = turn(sandbox, project)?;
    quiet(sandbox, project).await?;
    if sandbox.services.clocks.offset_ms(project) == 0 {
        return Ok(());
    }
    let forgotten = sandbox
        .services
        .store()
        .reset_clock_offset(project, sandbox.services.clocks.machine_now())
        .await;
    if !forgotten? {
        return Err(Refusal::of(ErrorCode::SandboxRefused).hint(
            "something of this project happened in its moved time; take another project: jadong project create NAME",
        ));
    }
    sandbox.services.clocks.forget(project);
    sandbox.services.ledger.change_feed.publish(project, Subject::Clock);
    Ok(())
}

fn turn(sandbox: &Sandbox, project: ProjectId) -> Result<tokio::sync::OwnedMutexGuard<()>, Refusal> {
    let services = &sandbox.services;
    if services.store().has_many_servers() && services.nodes.alive().get() > 1 {
        let others = "several nodes serve, and each has the clocks in memory: stop the others first";
        return Err(Refusal::of(ErrorCode::SandboxRefused).hint(others));
    }
    let turn = sandbox.clock_move_locks.entry(project).or_default().clone();
    let moving =
        || Refusal::of(ErrorCode::SandboxRefused).hint("the clock is being moved already; look at GET /sandbox/clock");
    turn.try_lock_owned().map_err(|_| moving())
}

/// On disk first: what is done after a move must not lie in the future of a process that starts again.
async fn set(sandbox: &Sandbox, project: ProjectId, to: EpochMs) -> Result<(), Refusal> {
    let ahead_ms = to.0.saturating_sub(sandbox.services.clocks.machine_now().0);
    if ahead_ms <= sandbox.services.clocks.offset_ms(project) {
        return Ok(());
    }
    let kept = sandbox.services.store().set_clock_offset(project, ahead_ms).await;
    kept?;
    sandbox.services.clocks.set_offset(project, ahead_ms);
    Ok(())
}

async fn pass_by(sandbox: &Sandbox, project: ProjectId, to: EpochMs) -> Result<(), Refusal> {
    let later = sandbox.services.now_of(project).plus_ms(PASS_BY_MS);
    set(sandbox, project, later.min(to)).await
}

async fn next_due(sandbox: &Sandbox, project: ProjectId) -> Result<Option<EpochMs>, Refusal> {
    let next = sandbox.services.store().next_due(project).await;
    next.map_err(Refusal::from)
}

/// Waits until nothing of the project is due or under way.
async fn quiet(sandbox: &Sandbox, project: ProjectId) -> Result<(), Refusal> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let (mut wait, longest) = LOOK_EVERY;
    // How many claims had begun when nothing was due any more.
    let mut claims = None;
    while tokio::time::Instant::now() < until && !sandbox.services.stopping.is_cancelled() {
        let is_due = next_due(sandbox, project).await?;
        let is_due = is_due.is_some_and(|due| due <= sandbox.services.now_of(project));
        let is_paying = sandbox
            .services
            .in_flight
            .payments
            .any(|payment| payment.project_id == project);
        claims = claims
            .filter(|_| !is_due)
            .or_else(|| (!is_due).then(|| sandbox.activity.claims_begun()));
        if !is_paying && claims.is_some_and(|claims| sandbox.activity.is_idle(project, claims)) {
            return Ok(());
        }
        sandbox.services.clocks.wake_workers();
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(longest);
    }
    Ok(())
}

/// Where time may be moved. Errors: `ENDPOINT_NOT_FOUND` in live mode.
pub fn allowed(sandbox: &Sandbox) -> Result<(), Refusal> {
    if sandbox.services.is_sandbox() {
        Ok(())
    } else {
        Err(Refusal::of(ErrorCode::EndpointNotFound))
    }
}
