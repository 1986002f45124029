//! `jadong audit pii`: searches what an installation keeps for what must never be kept, and says what it has searched. No value that
//! is found is told. Changes nothing.

mod files;
mod look;
mod needles;
mod report;
mod rows;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, Subcommand};
use domain::project::SealedCredentials;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::ExposeSecret;
use store::{EachRow, OpenError, ReadTable};
use terminal::lang::{LangOption, localized};

use crate::config::{self, Config, Environment, Overrides};
use crate::open_store::{StoreUrl, has_database, of_command, url};
use crate::output::JsonOption;
use crate::pepper;
use files::{Files, tell};
use needles::{Name, Needle, Needles};
use report::Report;

#[derive(Args)]
pub struct AuditOptions {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Search the database, the data folder, and what else is named for account, resident, business and phone numbers, for planted
    /// values, and for credentials. What is found is told without its value.
    Pii(PiiOptions),
}

#[derive(Args)]
struct PiiOptions {
    /// The data folder [default: ./jadong-data]
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(flatten)]
    store: StoreUrl,
    /// The configuration file: its credentials are searched for
    #[arg(long, env = "JADONG_CONFIG")]
    config: Option<PathBuf>,
    /// A file or a folder that is searched too: logs, backups, exports; .gz is unpacked. May be given again
    #[arg(long, value_name = "PATH")]
    also: Vec<PathBuf>,
    /// A UTF-8 file of values that must not be found, one a line, or - for standard input. They are searched for as they are,
    /// without their separators, and in base64, in hexadecimal digits and as in a URL
    #[arg(long, value_name = "FILE")]
    canary: Option<PathBuf>,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Nothing was found, and something could not be searched. The program ends with an exit code of its own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotSearched(String);

/// Errors: [`NotSearched`], or another where something was found.
pub async fn run(options: AuditOptions) -> anyhow::Result<()> {
    let AuditCommand::Pii(options) = options.command;
    options.lang.choose();
    // Whatever goes wrong before the end: nothing can be said of what was not searched.
    let report = search(&options)
        .await
        .map_err(|error| NotSearched(format!("{error:#}")))?;
    match report.counts() {
        (0, 0) => Ok(()),
        (0, left) => Err(NotSearched(localized(
            format!("발견한 것은 없지만 {left}곳을 찾아보지 못했습니다"),
            format!("nothing was found, but {left} could not be searched"),
        ))
        .into()),
        (found, _) => bail!(
            "{}",
            localized(format!("{found}개를 발견했습니다"), format!("{found} found"))
        ),
    }
}

async fn search(options: &PiiOptions) -> anyhow::Result<Report> {
    let overrides = Overrides {
        config: options.config.clone(),
        data: options.data.clone(),
        ..Overrides::default()
    };
    let config = config::load(&overrides, &Environment::of_process())?;
    let place = match options.store.get().or(url(Some(&config.store))) {
        Some(url) => Database::Server(url.to_owned()),
        None => Database::File(config.data.join("jadong.db")),
    };
    let mut report = Report::default();
    let mut all = options
        .canary
        .as_deref()
        .map(needles::read)
        .transpose()?
        .unwrap_or_default();
    let credentials = credentials(&config, &place, &mut report).await;
    for (name, value) in credentials.into_iter().filter(|(_, value)| !value.is_empty()) {
        match Needle::new(Name::Credential(name.clone()), &value) {
            Some(needle) => all.push(needle),
            None => report.skipped(
                name,
                localized(
                    "찾기에는 너무 짧거나 깁니다",
                    "too short or too long to be searched for",
                ),
            ),
        }
    }
    let needles = Needles::of(all)?;
    let progress = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {pos} {msg}")?);
    if let Database::Server(_) = &place {
        let shown = "PostgreSQL";
        let look = &mut |row: &store::StoredRow<'_>| {
            progress.inc(1);
            rows::look_at(&needles, shown, row, &mut report);
        };
        match place.read(None, look).await {
            Ok(read) => tell(&mut report, shown, read, true),
            Err(error) => report.not_searched(shown, error.to_string()),
        }
    } else if !has_database(&config.data) {
        let missing = localized("데이터베이스가 없습니다", "there is no database");
        report.not_searched(config.data.join("jadong.db").display().to_string(), missing);
    }
    let mut files = Files {
        needles: &needles,
        report: &mut report,
        progress: progress.clone(),
        skip: skip(options, &config.data),
        seen: HashSet::new(),
        database: match &place {
            Database::File(path) => Some(path.clone()),
            Database::Server(_) => None,
        },
    };
    // Of an installation on PostgreSQL there may be none.
    if config.data.exists() {
        files.walk(&config.data);
    }
    options.also.iter().for_each(|path| files.walk(path));
    progress.finish_and_clear();
    report.print(&needles, options.json.output())?;
    Ok(report)
}

/// Where the database is.
enum Database {
    File(PathBuf),
    Server(String),
}

impl Database {
    async fn read(&self, only: Option<&str>, each: &mut EachRow<'_>) -> Result<Vec<ReadTable>, OpenError> {
        match self {
            Self::File(path) => store::read_file(path, only, each),
            Self::Server(url) => store::read_server(&of_command(url), only, each).await,
        }
    }
}

/// What the installation is let in with, by name: of the settings, the environment, and the projects' sealed ones.
async fn credentials(config: &Config, place: &Database, report: &mut Report) -> Vec<(String, String)> {
    let mut all = vec![
        ("pg_client_key".to_owned(), config.pg_client_key.clone()),
        ("pg_secret_key".to_owned(), config.pg_secret_key.clone()),
        (
            "JADONG_SECRET_KEY".to_owned(),
            std::env::var("JADONG_SECRET_KEY").unwrap_or_default(),
        ),
    ];
    let key = std::fs::read_to_string(config.data.join(pepper::NAME)).unwrap_or_default();
    let key = if config.pepper.is_empty() {
        key
    } else {
        config.pepper.clone()
    };
    all.push(("pepper".to_owned(), key.trim().to_owned()));
    if let Database::Server(url) = place {
        let password = url::Url::parse(url)
            .ok()
            .and_then(|url| url.password().map(str::to_owned));
        all.push(("store".to_owned(), password.unwrap_or_default()));
    }
    let mut sealed = Vec::new();
    let keep = &mut |row: &store::StoredRow<'_>| {
        let text = |name: &str| {
            let at = row.columns.iter().position(|column| column.name == name)?;
            std::str::from_utf8(row.values.get(at)?.bytes()).ok().map(str::to_owned)
        };
        if let (Some(id), Some(credentials)) = (text("project_id"), text("pg_credentials")) {
            sealed.push((id, credentials));
        }
    };
    // What cannot be read is told where it is searched.
    let _ = place.read(Some("project"), keep).await;
    sealed.retain(|(_, credentials)| !credentials.is_empty());
    let key = pepper::given(&config.pepper, &config.data);
    for (id, credentials) in sealed {
        let project = id.parse().ok();
        let opened = key
            .as_ref()
            .ok()
            .zip(project)
            .and_then(|(key, project)| gateway::open_pg_credentials(key, project, &SealedCredentials(credentials)));
        match opened {
            Some(opened) => {
                all.push((format!("client_key {id}"), opened.client_key.clone()));
                all.push((format!("secret_key {id}"), opened.secret_key.expose_secret().to_owned()));
            }
            None => report.not_searched(
                format!("pg_credentials {id}"),
                localized(
                    "이 설치의 키(pepper.key)로 열리지 않아 그 값을 찾아보지 못했습니다",
                    "the installation's key (pepper.key) does not open them: their values were not searched for",
                ),
            ),
        }
    }
    all
}

/// Files in which what is searched for has its place.
fn skip(options: &PiiOptions, data: &Path) -> Vec<(PathBuf, String)> {
    let key = localized("설치의 키입니다", "the installation's key");
    let settings = localized("설정 파일입니다", "the configuration file");
    let list = localized("심은 값의 목록입니다", "the list of planted values");
    let known = [
        (Some(data.join(pepper::NAME)), key),
        (options.config.clone(), settings),
        (options.canary.clone(), list),
    ];
    let real = |(path, why): (Option<PathBuf>, &str)| Some((path?.canonicalize().ok()?, why.to_owned()));
    known.into_iter().filter_map(real).collect()
}
