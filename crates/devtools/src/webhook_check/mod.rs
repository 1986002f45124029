//! `jadong webhook ordeal`: the deliveries that merchants' endpoints fail on, one after the other, and which mistake each
//! failure means.

mod cases;
mod play;
mod receipt;
mod report;
mod sender;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use reqwest::Url;
use terminal::lang::LangOption;

use crate::endpoint::EndpointReply;
use crate::local_url;
use cases::{CASES, Case};
use report::CheckReport;
use sender::Sender;

/// The options of `jadong webhook ordeal`.
#[derive(Args)]
pub struct CheckOptions {
    /// The merchant's endpoint (localhost:8000/webhook, or 8000 alone)
    #[arg(long, value_parser = local_url::read)]
    url: Url,
    /// The signing secret the endpoint knows; without it, what needs one is skipped
    #[arg(long, value_name = "whsec_…")]
    secret: Option<String>,
    /// Of the other webhook commands: there is no gateway here.
    #[arg(long, hide = true)]
    data: Option<PathBuf>,
    #[command(flatten)]
    lang: LangOption,
    /// The verdicts as JSON
    #[arg(long)]
    json: bool,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// The endpoint said something else to some of its deliveries.
    Failed(Vec<Failure>),
    /// Nobody listens there any more: it ended at this delivery. Nothing can be said of those after it.
    Gone,
    /// Nobody ever listened.
    Nobody,
    Skipped,
}

/// One delivery of a case that was not taken as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    number: usize,
    of: usize,
    heard: EndpointReply,
}

/// Plays every case; where not even the first one is taken, its cause explains all the others, and they are not played.
///
/// Errors: the secret is none, or a case failed.
pub async fn run(options: CheckOptions) -> anyhow::Result<()> {
    let sender = Sender::new(options.url, options.secret)?;
    let report = CheckReport {
        url: sender.url.clone(),
        has_secret: sender.secret.is_some(),
        language: options.lang.language(),
    };
    let mut verdicts: Vec<(&Case, Verdict)> = Vec::new();
    for (index, case) in CASES.iter().enumerate() {
        let verdict = if case.needs_secret && sender.secret.is_none() {
            Verdict::Skipped
        } else if index == 0 && !sender.is_anybody_there().await {
            Verdict::Nobody
        } else {
            played(&sender, case).await
        };
        let explains_all = match &verdict {
            Verdict::Gone | Verdict::Nobody => true,
            Verdict::Failed(_) => index == 0,
            Verdict::Passed | Verdict::Skipped => false,
        };
        if !options.json {
            report.print(case, &verdict, explains_all);
        }
        verdicts.push((case, verdict));
        if explains_all {
            break;
        }
    }
    if options.json {
        println!("{}", report.json(&verdicts).context("the report")?);
    } else {
        report.sum_up(&verdicts);
    }
    let is_fault = |verdict: &Verdict| !matches!(verdict, Verdict::Passed | Verdict::Skipped);
    match verdicts.iter().filter(|(_, verdict)| is_fault(verdict)).count() {
        0 => Ok(()),
        failed => bail!("{}", report.failed(failed, verdicts.len())),
    }
}

/// Plays a case; whoever failed it may be there no more.
async fn played(sender: &Sender, case: &Case) -> Verdict {
    let verdict = play::play(sender, case.play).await;
    if matches!(verdict, Verdict::Failed(_)) && !sender.is_anybody_there().await {
        return Verdict::Gone;
    }
    verdict
}
