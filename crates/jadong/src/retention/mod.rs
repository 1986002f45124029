//! `jadong retention`: what was kept for long enough, counted, and with `--yes` destroyed.

mod tell;

use std::path::PathBuf;

use clap::Args;
use domain::EpochMs;
use domain::project::Project;
use domain::retention::RetentionYears;
use gateway::{Destroying, DestructionReport, NotDestroyed, Retention};
use seams::{Clock, SystemClock};
use store::Store;
use terminal::lang::LangOption;

use crate::open_store::StoreOptions;
use crate::output::{JsonOption, Output, print_json};
use crate::project::named;
use crate::{crash, new_file};

#[derive(Args)]
pub struct RetentionOptions {
    /// For how many calendar years records are kept after the last thing that happened to them; 5 at least
    #[arg(long, default_value = "5")]
    years: RetentionYears,
    /// Only this project's records
    #[arg(long)]
    project: Option<String>,
    /// Destroy them. Without it nothing is changed, and only told what would be destroyed
    #[arg(long)]
    yes: bool,
    /// A new file for the report, signed with the installation's key
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// What a run came to: of projects in their order, the last of them perhaps not to its end.
struct Run {
    report: DestructionReport,
    done: Vec<(String, Retention)>,
}

pub async fn run(options: RetentionOptions) -> anyhow::Result<()> {
    crash::arm_from_environment()?;
    let store = options.store.open().await?;
    let done = with_store(&options, &store).await;
    store.close().await;
    done
}

async fn with_store(options: &RetentionOptions, store: &Store) -> anyhow::Result<()> {
    let projects = match &options.project {
        Some(name) => vec![named(store, name).await?],
        None => store.projects().await?,
    };
    if options.yes {
        check_clock(store).await?;
    }
    // What cannot be reported is not destroyed.
    let report = match &options.report {
        Some(path) => {
            let pepper = options.store.pepper(store).await?;
            Some((path, new_file::make(path, "--report")?, pepper))
        }
        None => None,
    };
    let destroying = if options.yes { Destroying::Real } else { Destroying::Dry };
    let mut run = Run {
        report: DestructionReport::new(options.years, destroying, EpochMs(SystemClock.now_ms())),
        done: Vec::new(),
    };
    let ended = run.through(store, &projects, options.years, destroying).await;
    match options.json.output() {
        Output::Json => print_json(&run.report)?,
        Output::Text => tell::tell(&run.done, destroying, options.lang.language()),
    }
    if let Some((path, file, pepper)) = report {
        new_file::fill(file, path, run.report.to_json(&pepper)?.as_bytes())?;
    }
    // What was destroyed before is told, and stays destroyed.
    ended.map_err(|error| anyhow::Error::from(error).context("run it again: it goes on where it was"))
}

/// So far the clock may be past the last sign of a gateway.
const SILENT_DAYS_MAX: u64 = 7;

/// A clock that is years ahead would destroy what is to be kept.
async fn check_clock(store: &Store) -> anyhow::Result<()> {
    let Some(seen) = store.installation().await?.beat_at else {
        return Ok(());
    };
    let days = EpochMs(SystemClock.now_ms()).since_ms(seen) / (24 * 60 * 60 * 1000);
    anyhow::ensure!(
        days <= SILENT_DAYS_MAX,
        "by this machine's clock no gateway has served from here for {days} days: nothing is destroyed by a clock that may be wrong. Start a \
         gateway on it first"
    );
    Ok(())
}

impl Run {
    async fn through(
        &mut self,
        store: &Store,
        projects: &[Project],
        policy: RetentionYears,
        destroying: Destroying,
    ) -> Result<(), NotDestroyed> {
        let ahead = store.clock_offsets().await?;
        for project in projects {
            // A sandbox's project may be ahead of the machine.
            let ahead_ms = ahead.iter().find(|(id, _)| *id == project.id).map_or(0, |(_, ms)| *ms);
            let now = EpochMs(SystemClock.now_ms() + ahead_ms);
            let mut retention = Retention::begin(store, project.id, policy, now, destroying).await?;
            let ended = to_its_end(&mut retention, &project.name).await;
            let on_record = store.destructions(project.id).await;
            self.report.add(project, &retention, on_record.as_ref().ok().cloned());
            self.done.push((project.name.clone(), retention));
            ended?;
            on_record?;
        }
        Ok(())
    }
}

/// So many records lie between two words on how far it is.
const TOLD_EVERY: u64 = 1_000;

async fn to_its_end(retention: &mut Retention, project: &str) -> Result<(), NotDestroyed> {
    let mut told = 0;
    while retention.part().await? {
        let done: u64 = retention
            .kinds
            .iter()
            .map(|kind| kind.destroyed.count + kind.kept)
            .sum();
        if done / TOLD_EVERY > told {
            told = done / TOLD_EVERY;
            let kind = retention.kinds.last().map_or("", |kind| kind.destroyed.kind.name());
            eprintln!("jadong: {project}: {done} records, now of kind {kind}");
        }
    }
    Ok(())
}
