//! `jadong webhook ordeal`: the deliveries that merchants' endpoints fail on, one after the other, and which mistake each
//! failure means.

mod cases;
mod play;
mod post;
mod receipt;
mod report;
mod slow;

use anyhow::{Context, bail};

use super::options::OrdealOptions;
use crate::endpoint::Heard;
use cases::{CASES, Case, Needs};
use post::Postman;
use report::Report;

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
    heard: Heard,
}

/// Plays every case; where not even the first one is taken, its cause explains all the others, and they are not played.
///
/// Errors: the secret is none, or a case failed.
pub async fn run(options: OrdealOptions) -> anyhow::Result<()> {
    let postman = Postman::new(options.url, options.secret)?;
    let report = Report {
        url: postman.url().clone(),
        has_secret: postman.has_secret(),
        language: options.lang.language(),
    };
    let mut verdicts: Vec<(&Case, Verdict)> = Vec::new();
    for (index, case) in CASES.iter().enumerate() {
        let verdict = if case.needs == Needs::Secret && !postman.has_secret() {
            Verdict::Skipped
        } else if index == 0 && !postman.is_anybody_there().await {
            Verdict::Nobody
        } else {
            played(&postman, case).await
        };
        let explains_all = match &verdict {
            Verdict::Gone | Verdict::Nobody => true,
            Verdict::Failed(_) => index == 0,
            Verdict::Passed | Verdict::Skipped => false,
        };
        if !options.json {
            report.say(case, &verdict, explains_all);
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
async fn played(postman: &Postman, case: &Case) -> Verdict {
    let verdict = play::play(postman, case.play).await;
    if matches!(verdict, Verdict::Failed(_)) && !postman.is_anybody_there().await {
        return Verdict::Gone;
    }
    verdict
}
