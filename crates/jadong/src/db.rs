//! `jadong db`: the PostgreSQL database by itself. Only this migrates one; whoever serves looks whether it was.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::Language;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use store::{MovedTable, PlacedTable, PostgresOptions, Store};
use terminal::lang::{LangOption, in_language};

use crate::config::{self, Environment, Overrides};
use crate::crash;
use crate::open_store::{StoreUrl, url};
use crate::output::{JsonOption, Output, print_json};
use crate::table::{plain, shown as shown_table};

#[derive(Args)]
pub struct DbOptions {
    #[command(flatten)]
    store: StoreUrl,
    /// The configuration file, where the database is not named otherwise
    #[arg(long, env = "JADONG_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: DbCommand,
}

#[derive(Subcommand)]
enum DbCommand {
    /// Bring the database to this program's schema, and make the partitions of the coming months. As the tables' owner.
    Migrate {
        #[command(flatten)]
        lang: LangOption,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Look whether it is a database to serve from: it takes writes, keeps them, and has this program's schema.
    Check {
        #[command(flatten)]
        lang: LangOption,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Spread the database over the machines of a Citus cluster, while nobody serves from it: the projects' rows by bucket, the rest a
    /// copy on each. Run again, it places what is not placed yet: after a later `db migrate`, or when it was interrupted.
    Distribute {
        /// How many shards the 256 buckets are in
        #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=256))]
        shards: u32,
        #[command(flatten)]
        lang: LangOption,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Move an installation from the file in a data folder into an empty, migrated database, while nobody serves from either.
    /// What was interrupted goes on where it was when it is run again.
    Move {
        /// The data folder. Its database is named jadong.db.moved at the end; the key in it is still needed
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
        /// The database; without it that of --store
        #[arg(long, value_name = "URL")]
        to: Option<String>,
        #[command(flatten)]
        lang: LangOption,
        #[command(flatten)]
        json: JsonOption,
    },
}

pub async fn run(options: DbOptions) -> anyhow::Result<()> {
    crash::arm_from_environment()?;
    let overrides = Overrides {
        config: options.config,
        ..Overrides::default()
    };
    let config = config::load(&overrides, &Environment::of_process())?;
    let url = options.store.get().or(url(Some(&config.store)));
    let to = match &options.command {
        DbCommand::Move { to, .. } => to.as_deref(),
        _ => None,
    };
    let url = to
        .or(url)
        .context("which database? --store postgres://…, JADONG_STORE, or `store` in the configuration file")?;
    match options.command {
        DbCommand::Migrate { lang, json } => {
            let done = Store::migrate_postgres(&any_server(url)).await?;
            let (korean, english) = if done.is_empty() {
                (
                    "이미 이 프로그램의 스키마입니다.".to_owned(),
                    "It has this program's schema already.".to_owned(),
                )
            } else {
                let list = done.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                (
                    format!("마이그레이션을 실행했습니다: {list}"),
                    format!("Migrations applied: {list}"),
                )
            };
            told(
                json.output(),
                json!({ "applied": done }),
                in_language(lang.language(), korean, english),
            )
        }
        DbCommand::Check { lang, json } => {
            let store = Store::open_postgres(&PostgresOptions {
                allow_asynchronous_replication: config.allow_asynchronous_replication,
                ..PostgresOptions::at(url)
            })
            .await?;
            let checked = store.check().await;
            store.close().await;
            checked.context("a write")?;
            let (korean, english) = (
                "서비스할 수 있는 데이터베이스입니다: 쓰기가 되고, 확인한 것을 지키며, 스키마가 맞습니다.",
                "A database to serve from: it takes writes, keeps what it confirms, and has this program's schema.",
            );
            told(
                json.output(),
                json!({ "ok": true }),
                in_language(lang.language(), korean, english).to_owned(),
            )
        }
        DbCommand::Distribute { shards, lang, json } => {
            let placed = Store::distribute_postgres(&any_server(url), shards).await?;
            distributed(&placed, lang.language(), json.output())
        }
        DbCommand::Move {
            ref from, lang, json, ..
        } => move_installation(from.clone(), url, lang.language(), json.output()).await,
    }
}

/// Whether it keeps what it confirms, whoever serves looks.
fn any_server(url: &str) -> PostgresOptions {
    PostgresOptions {
        allow_asynchronous_replication: true,
        allow_unsynced: true,
        ..PostgresOptions::at(url)
    }
}

fn distributed(placed: &[PlacedTable], language: Language, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        let row = |placed: &PlacedTable| json!({ "table": placed.table, "by_bucket": placed.is_spread, "placed_now": placed.is_new });
        return print_json(&json!({ "tables": placed.iter().map(row).collect::<Vec<_>>() }));
    }
    let (by_bucket, everywhere) = in_language(
        language,
        ("버킷별", "모든 노드에 사본"),
        ("by bucket", "a copy on each"),
    );
    let (now, before) = in_language(language, ("지금 배치", "이미 배치됨"), ("placed now", "placed before"));
    let mut table = plain(["TABLE", "WHERE", ""]);
    for placed in placed {
        let place = if placed.is_spread { by_bucket } else { everywhere };
        table.add_row([placed.table.as_str(), place, if placed.is_new { now } else { before }]);
    }
    println!("{}", shown_table(&table));
    Ok(())
}

async fn move_installation(from: PathBuf, url: &str, language: Language, output: Output) -> anyhow::Result<()> {
    let shown = ProgressBar::new(0).with_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    let (copying, comparing) = in_language(language, ("복사", "대조"), ("copying", "comparing"));
    let to = any_server(url);
    let moved = store::move_to_postgres(from.clone(), &to, |progress| {
        let act = if progress.is_comparing { comparing } else { copying };
        shown.set_length(progress.of);
        shown.set_position(progress.done);
        shown.set_message(format!("{act} {}", progress.table));
    });
    let moved = moved.await;
    shown.finish_and_clear();
    let moved = moved?;
    if output == Output::Json {
        let row = |table: &MovedTable| json!({ "table": table.table, "rows": table.rows, "sha256": table.hash });
        return print_json(&json!({ "tables": moved.iter().map(row).collect::<Vec<_>>() }));
    }
    let mut table = plain(["TABLE", "ROWS", "SHA-256"]);
    for moved in &moved {
        let short = moved.hash.get(..16).unwrap_or_default();
        table.add_row([moved.table, &moved.rows.to_string(), short]);
    }
    println!("{}", shown_table(&table));
    let (rows, folder) = (moved.iter().map(|table| table.rows).sum::<u64>(), from.display());
    println!(
        "{}",
        in_language(
            language,
            format!(
                "{rows}행을 옮기고 모두 대조했습니다. 이제 JADONG_STORE로 서비스하십시오. {folder}의 데이터베이스는 jadong.db.moved라는 \
                 이름으로 남아 있고, 그 폴더의 키(pepper)는 계속 필요합니다."
            ),
            format!(
                "{rows} rows were moved, and each was compared. Serve with JADONG_STORE from now on. The database in {folder} \
                 is left as jadong.db.moved, and the key (pepper) in that folder is still needed."
            ),
        )
    );
    Ok(())
}

fn told(output: Output, json: serde_json::Value, sentence: String) -> anyhow::Result<()> {
    match output {
        Output::Json => print_json(&json)?,
        Output::Text => println!("{sentence}"),
    }
    Ok(())
}
