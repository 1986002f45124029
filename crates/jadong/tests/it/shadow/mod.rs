//! `jadong shadow` before another gateway, which stands in the hosted service's place.

mod differences;
mod options;
mod secrets;
mod shim;
mod story;
mod strangers;

use serde_json::Value;
use testkit::net::http;
use testkit::process::{Process, TestDir, jadong};
use testkit::{Merchant, PATIENCE, until};

/// A `jadong shadow` in a process of its own, with its temporary folder in the test's.
struct Shadow {
    process: Process,
    url: String,
    page: String,
    dir: TestDir,
}

impl Shadow {
    async fn of(upstream: &str) -> Self {
        Self::with(upstream, &[]).await
    }

    async fn with(upstream: &str, args: &[&str]) -> Self {
        let dir = TestDir::empty();
        let ports = ["--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"];
        let args = [&["shadow", "--upstream", upstream], &ports[..], args].concat();
        let folder = dir.path().to_str().expect("text").to_owned();
        let command = jadong(args, &[("TMPDIR", folder.as_str()), ("LANG", "C")]);
        let process = Process::start(command, &dir.log(), "listening on ").await;
        Self {
            url: process.line("listening on ").expect("where it listens"),
            page: process.line("report on ").expect("where its page is"),
            process,
            dir,
        }
    }

    fn merchant(&self) -> Merchant {
        Merchant::sandbox(&self.url)
    }

    /// Asks it to stop; what it printed, and its log.
    async fn ended(mut self) -> (String, String) {
        self.process.signal(rustix::process::Signal::INT);
        let ended = self.process.ended(PATIENCE).await;
        let log = self.dir.log_text();
        assert!(ended.expect("it ends").success(), "{log}");
        (self.process.printed(), log)
    }

    /// The report once so many requests are in it.
    async fn report(&self, requests: u64) -> Value {
        until(PATIENCE, async || {
            let report = self.report_now().await;
            if report["requests"] == requests {
                Ok(report)
            } else {
                Err(report)
            }
        })
        .await
    }

    async fn report_now(&self) -> Value {
        let answer = http().get(format!("{}/report.json", self.page)).send().await;
        answer.expect("the page").json().await.expect("JSON")
    }
}

/// What was found at an endpoint: `kind path upstream>jadong`.
fn found(report: &Value, endpoint: &str) -> Vec<String> {
    let rows = report["endpoints"].as_array().expect("a list").iter();
    let row = rows.filter(|row| row["endpoint"] == endpoint).collect::<Vec<_>>();
    let differences = row
        .iter()
        .flat_map(|row| row["differences"].as_array().expect("a list"));
    let text = |one: &Value, name: &str| one[name].as_str().expect(name).to_owned();
    let told = differences.map(|one| {
        let [kind, path, there, here] = ["kind", "path", "upstream", "jadong"].map(|name| text(one, name));
        format!("{kind} {path} {there}>{here}")
    });
    told.collect()
}
