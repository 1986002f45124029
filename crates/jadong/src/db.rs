//! `jadong db`: the PostgreSQL database by itself. Only this migrates one; whoever serves looks whether it was.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;
use store::{PostgresOptions, Store};
use terminal::lang::{LangOption, in_language};

use crate::config::{self, Environment, Overrides};
use crate::open_store::url;
use crate::output::{JsonOption, Output, print_json};

#[derive(Args)]
pub struct DbOptions {
    /// The PostgreSQL database, postgres://…
    #[arg(
        long,
        env = "JADONG_STORE",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    store: Option<String>,
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
}

pub async fn run(options: DbOptions) -> anyhow::Result<()> {
    let overrides = Overrides {
        config: options.config,
        ..Overrides::default()
    };
    let config = config::load(&overrides, &Environment::of_process())?;
    let url = url(options.store.as_deref()).or(url(Some(&config.store)));
    let url =
        url.context("which database? --store postgres://…, JADONG_STORE, or `store` in the configuration file")?;
    match options.command {
        DbCommand::Migrate { lang, json } => {
            // Whether it keeps what it confirms, whoever serves looks.
            let any_server = PostgresOptions {
                allow_asynchronous_replication: true,
                allow_unsynced: true,
                ..PostgresOptions::at(url)
            };
            let done = Store::migrate_postgres(&any_server).await?;
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
    }
}

fn told(output: Output, json: serde_json::Value, sentence: String) -> anyhow::Result<()> {
    match output {
        Output::Json => print_json(&json)?,
        Output::Text => println!("{sentence}"),
    }
    Ok(())
}
