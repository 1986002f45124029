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
use cases::{CASES, Case, Needs};
use post::Postman;

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// What the endpoint said instead.
    Failed(String),
    /// Nobody listens there any more: it ended at this delivery. Nothing can be said of those after it.
    Gone,
    Skipped,
}

/// Plays every case. Errors: the URL or secret is none, or a case failed.
pub async fn run(options: OrdealOptions) -> anyhow::Result<()> {
    let postman = Postman::new(&options.url, options.secret)?;
    let mut verdicts: Vec<(&Case, Verdict)> = Vec::new();
    for case in CASES {
        let verdict = if case.needs == Needs::Secret && !postman.has_secret() {
            Verdict::Skipped
        } else {
            played(&postman, case).await
        };
        if !options.json {
            report::say(case, &verdict);
        }
        let is_gone = verdict == Verdict::Gone;
        verdicts.push((case, verdict));
        if is_gone {
            break;
        }
    }
    if options.json {
        println!("{}", report::json(&verdicts).context("the report")?);
    } else {
        report::sum_up(&verdicts);
    }
    let failed = verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Failed(_) | Verdict::Gone));
    match failed.count() {
        0 => Ok(()),
        failed => bail!(
            "{failed} of {} failed ({}개 중 {failed}개 실패)",
            CASES.len(),
            CASES.len()
        ),
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
