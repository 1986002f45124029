//! `jadong doctor`: what is wrong with this installation, and how to fix it. Changes nothing.

mod configuration;
mod database;
mod finding;
mod folder;
mod machine;
mod pg;
mod ports;
mod tls;
mod webhooks;

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use terminal::lang::{LangOption, in_language};

use crate::config::{self, Environment, Overrides};
use crate::output::{JsonOption, Output, print_json};

use finding::{Finding, Grade, Line};

/// The options of `jadong doctor`: those with which the gateway is started.
#[derive(Args)]
pub struct DoctorOptions {
    /// The data folder [default: ./jadong-data]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where the API listens [default: 127.0.0.1:4141]
    #[arg(long)]
    listen: Option<String>,
    /// The configuration file
    #[arg(long, env = "JADONG_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

pub async fn run(options: DoctorOptions) -> anyhow::Result<()> {
    let overrides = Overrides {
        config: options.config,
        listen: options.listen,
        data: options.data,
        ..Overrides::default()
    };
    let language = options.lang.language();
    let findings = examine(&overrides).await;
    let lines: Vec<Line> = findings.into_iter().map(|finding| finding.told(language)).collect();
    match options.json.output() {
        Output::Json => print_json(&lines)?,
        Output::Text => lines.iter().for_each(|line| line.print(language)),
    }
    let failed = lines.iter().filter(|line| line.grade == Grade::Fail).count();
    if failed > 0 {
        let (korean, english) = (format!("{failed}가지를 고쳐야 합니다"), format!("{failed} to fix"));
        bail!("{}", in_language(language, korean, english));
    }
    Ok(())
}

async fn examine(overrides: &Overrides) -> Vec<Finding> {
    let config = match config::load(overrides, &Environment::of_process()) {
        Ok(config) => config,
        Err(error) => {
            return vec![Finding::fail(
                "configuration",
                format!("{error:#}"),
                (
                    "설정을 고치십시오. 설명은 `jadong config`에 있습니다.",
                    "Mend the setting; `jadong config` explains every one.",
                ),
            )];
        }
    };
    let mut findings = configuration::check(&config);
    findings.extend(tls::check(&config));
    findings.extend(folder::check(&config.data));
    let served = database::is_served(&config.data);
    findings.extend(database::check(&config, served).await);
    findings.extend(ports::check(&config, served));
    findings.extend(pg::check(&config).await);
    findings.extend(webhooks::check(&config).await);
    findings.extend(machine::check(&config));
    findings
}
