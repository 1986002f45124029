//! `jadong pg measure`: what nobody has written down of the hosted API is measured with a project's own credentials there.

mod desk;
mod keep;
mod options;
mod payer;
mod report;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use domain::Won;
use domain::fingerprint::Pepper;
use domain::ids::ObjectId;
use domain::project::Project;
use gateway::open_pg_credentials;
use pg::measure::{KeyPairs, Left, Measuring, PRICE_MIN, Plan, Probe, Stopped, Waits};
use pg::{CallTimes, check_measurable, measuring_of};
use seams::{OsEntropy, SystemClock};
use store::Store;

pub use options::PgOptions;

use self::desk::Terminal;
use self::options::{MeasureOptions, PgCommand};
use crate::config::ConfiguredSpan;
use crate::project::named;
use crate::serve::StopSignals;

/// The API waits for its PG for longer than others wait for it; several calls are under way at once when one looks for another.
const TIMES: CallTimes = CallTimes {
    connect_timeout: Duration::from_secs(5),
    read_timeout: Duration::from_secs(65),
    calls_max: 8,
    queue_wait: Duration::from_secs(5),
};
/// As everywhere.
const PRICE_MAX: u64 = 2_000_000;

pub async fn run(options: PgOptions) -> anyhow::Result<()> {
    let PgCommand::Measure(wanted) = options.command;
    wanted.lang.choose();
    let store = options.store.open().await?;
    let pepper = options.store.pepper(&store).await?;
    let done = match wanted.forget {
        true => forget(&store, &wanted).await,
        false => measure(&store, &pepper, &wanted).await,
    };
    store.close().await;
    done
}

/// The project, whose PG is one that can be measured.
async fn measurable(store: &Store, wanted: &MeasureOptions) -> anyhow::Result<Project> {
    let project = named(store, &wanted.project).await?;
    check_measurable(&project.pg).with_context(|| format!("--project {}", project.name))?;
    Ok(project)
}

async fn forget(store: &Store, wanted: &MeasureOptions) -> anyhow::Result<()> {
    let project = measurable(store, wanted).await?;
    let pg = keep::forget(store, &wanted.project).await?;
    let count = project.pg.answers.map_or(0, |answers| answers.list().len());
    eprintln!("jadong: {count} answers were forgotten");
    tell(wanted, &[], &pg, &[])
}

async fn measure(store: &Store, pepper: &Pepper, wanted: &MeasureOptions) -> anyhow::Result<()> {
    let project = measurable(store, wanted).await?;
    let mut plan = plan(wanted)?;
    let measuring = measuring(&project, pepper, plan.waits)?;
    let allowed = wanted.allow.iter().filter_map(|name| name.parse::<Probe>().ok());
    let desk = Terminal::allowing(allowed.collect());
    let signals = StopSignals::listen()?;
    let probing = measuring.run(&mut plan, &desk);
    tokio::pin!(probing);
    let done = tokio::select! {
        done = &mut probing => done,
        () = signals.asked() => {
            eprintln!("jadong: finishing the call that is under way, then giving back; once more waits for it no longer");
            measuring.stop();
            until_asked_again(probing).await.unwrap_or(Err(Stopped::Asked))
        }
    };
    let left = match given_back(measuring.give_back(&desk), done == Err(Stopped::Asked)).await {
        Some(left) => left,
        None => measuring.not_given_back(),
    };
    // What is left there is told whatever becomes of the rest.
    for left in &left {
        eprintln!("jadong: {}", report::to_do(left));
    }
    let rows = measuring.rows();
    // Of another account than the one that was to be measured, or of none.
    let is_nothing = match &done {
        Err(Stopped::Live | Stopped::Unsaid) => true,
        Err(Stopped::NotLetIn(_) | Stopped::NoKey(_)) => rows.is_empty(),
        _ => false,
    };
    if let (true, Err(stopped)) = (is_nothing, &done) {
        return Err(stopped.clone().into());
    }
    let kept = keep::keep(store, pepper, &project, &rows).await;
    tell(wanted, &rows, kept.as_ref().unwrap_or(&project.pg), &left)?;
    kept?;
    match done {
        Ok(()) => {}
        Err(Stopped::Asked) => bail!("stopped before its end; what was measured until then is stored"),
        Err(stopped) => return Err(anyhow::Error::from(stopped).context("what was measured until then is stored")),
    }
    ensure!(left.is_empty(), "{} things were not taken back", left.len());
    Ok(())
}

/// What is left of what was to be given back; `None` when the process was asked twice to stop, or once more where it `was_asked` already.
async fn given_back<T>(giving: impl Future<Output = T>, was_asked: bool) -> Option<T> {
    tokio::pin!(giving);
    if !was_asked && let Ok(signals) = StopSignals::listen() {
        tokio::select! {
            left = &mut giving => return Some(left),
            () = signals.asked() => eprintln!("jadong: giving back what was debited; once more leaves it there"),
        }
    }
    until_asked_again(giving).await
}

/// What `act` comes to; `None` when the process was asked to stop meanwhile.
async fn until_asked_again<T>(act: impl Future<Output = T>) -> Option<T> {
    let Ok(again) = StopSignals::listen() else {
        return Some(act.await);
    };
    tokio::select! {
        done = act => Some(done),
        () = again.asked() => None,
    }
}

fn plan(wanted: &MeasureOptions) -> anyhow::Result<Plan> {
    let key = |option: &str, key: &Option<String>| -> anyhow::Result<Option<String>> {
        let Some(text) = key else { return Ok(None) };
        let id = text.parse::<ObjectId>();
        Ok(Some(
            id.with_context(|| format!("{option}: no billing key"))?.to_string(),
        ))
    };
    ensure!(
        (PRICE_MIN..=PRICE_MAX).contains(&wanted.price),
        "--price {}: {PRICE_MIN} to {PRICE_MAX} won",
        wanted.price
    );
    let person = ConfiguredSpan::try_from(wanted.wait.clone()).map_err(|why| anyhow::anyhow!("--wait: {why}"))?;
    Ok(Plan {
        key: key("--key", &wanted.key)?,
        refused_key: key("--refused-key", &wanted.refused_key)?,
        payer: wanted.payer.as_deref().map(payer::read).transpose()?,
        price: Won::new(wanted.price).context("--price")?,
        key_pairs: if wanted.live {
            KeyPairs::SandboxAndLive
        } else {
            KeyPairs::Sandbox
        },
        waits: Waits {
            person: person.0,
            ..Waits::default()
        },
    })
}

fn measuring(project: &Project, pepper: &Pepper, waits: Waits) -> anyhow::Result<Measuring> {
    let sealed = project.pg.credentials.as_ref();
    let credentials = sealed.and_then(|sealed| open_pg_credentials(pepper, project.id, sealed));
    let made = measuring_of(
        &project.pg,
        credentials,
        TIMES,
        waits,
        Arc::new(SystemClock),
        &OsEntropy,
    );
    made.with_context(|| format!("--project {}", project.name))
}

fn tell(
    wanted: &MeasureOptions,
    rows: &[pg::measure::Row],
    pg: &domain::project::ProjectPg,
    left: &[Left],
) -> anyhow::Result<()> {
    if wanted.json {
        return report::json(&wanted.project, rows, pg, left);
    }
    report::text(rows, pg);
    Ok(())
}
