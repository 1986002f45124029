//! `jadong serve` in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::command::command;
use super::{Output, Process, jadong_path, run};
use crate::{Merchant, SimulatedPg, until};

/// A folder with a data folder and a log in it; removed at the end.
pub struct TestDir {
    folder: TempDir,
    postgres: Option<pgcluster::Database>,
}

impl TestDir {
    /// With nothing in it.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            postgres: None,
        }
    }

    /// With nothing in it; its gateways have the database that the name of the test's binary says.
    pub fn on_either_engine() -> Self {
        Self {
            postgres: crate::database::postgres(),
            ..Self::empty()
        }
    }

    /// The gateways' database, where it is no file.
    pub fn postgres(&self) -> Option<&pgcluster::Database> {
        self.postgres.as_ref()
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The gateway's data folder in it, which the gateway makes.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The same, for a command line.
    pub fn data_text(&self) -> String {
        self.data().to_str().expect("text").to_owned()
    }

    /// The gateway's log in it.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("serve.log")
    }

    /// What was logged so far.
    pub fn log_text(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Runs a command on the data folder: `--data` is added to `args`.
    pub async fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        run(&[args, &["--data", &self.data_text()]].concat(), env).await
    }

    /// `jadong project create`; the credentials.
    pub async fn create_project(&self, name: &str, args: &[&str]) -> Value {
        let args = [&["project", "create", name, "--json"], args].concat();
        self.run(&args, &[]).await.success().json()
    }

    /// What webhooks of the project `sandbox` are signed with.
    pub async fn webhook_secret(&self) -> String {
        let secret = self.run(&["webhook", "secret", "sandbox"], &[]).await.success();
        secret.out.trim().to_owned()
    }

    /// A project of this name, once the gateway at `url` knows it.
    pub async fn merchant(&self, url: &str, name: &str) -> Merchant {
        let merchant = Merchant::of_project(url, &self.create_project(name, &[]).await);
        // The gateway reads its projects again every second.
        until(Duration::from_secs(10), async || {
            let answer = merchant.get("/sandbox/phone").await;
            if answer.status == 200 { Ok(()) } else { Err(answer) }
        })
        .await;
        merchant
    }

    /// Starts `serve` on free ports.
    pub async fn serve(&self, env: &[(&str, &str)]) -> Gateway {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(self.log());
        self.serve_logging_to(file.expect("a log file"), env).await
    }

    /// The same, with another standard error.
    pub async fn serve_logging_to(&self, log: impl Into<Stdio>, env: &[(&str, &str)]) -> Gateway {
        let url = self.postgres.as_ref().map(pgcluster::Database::url);
        let store = url.iter().map(|url| ("JADONG_STORE", url.as_str()));
        let env: Vec<_> = store.chain(env.iter().copied()).collect();
        Gateway::start(&self.data(), log, &env, &self.log()).await
    }

    /// Runs `serve` on a free port where it must refuse to start; gives the exit code and the error.
    pub async fn refused(&self, env: &[(&str, &str)]) -> (Option<i32>, String) {
        let output = self.run(&["serve", "--listen", "127.0.0.1:0"], env).await;
        assert_eq!(output.out, "", "a refusal is not announced as a success");
        (output.code, output.err)
    }
}

/// `jadong serve` that listens.
pub struct Gateway {
    /// It runs until this is dropped.
    pub process: Process,
    /// Of the API.
    pub url: String,
    /// Of the metrics, whole.
    pub metrics: String,
    /// Of the simulated PG in the same process, where there is one.
    pub pg_url: Option<String>,
    /// From the start of the process to the line that says where it listens.
    pub ready_in: Duration,
}

impl Gateway {
    /// Starts `serve` on free ports, with its data in `data`. Standard error goes to `log`, and is read from `written` when
    /// it does not start.
    pub async fn start(data: &Path, log: impl Into<Stdio>, env: &[(&str, &str)], written: &Path) -> Self {
        Self::start_at(jadong_path(), data, log, env, written).await
    }

    /// The same with another binary, such as that of an older release.
    pub async fn start_at(
        path: PathBuf,
        data: &Path,
        log: impl Into<Stdio>,
        env: &[(&str, &str)],
        written: &Path,
    ) -> Self {
        let data = data.to_str().expect("text");
        let started = Instant::now();
        let mut command = command(path, ["serve", "--listen", "127.0.0.1:0", "--data", data], env);
        command.stderr(log);
        let process = Process::started(command, written, "listening on ").await;
        let ready_in = started.elapsed();
        Self {
            url: process.line("listening on ").expect("where it listens"),
            metrics: process.line("metrics on ").expect("where its metrics are"),
            pg_url: process.line("simulated PG on "),
            ready_in,
            process,
        }
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> String {
        self.url.split("//").nth(1).expect("a URL").to_owned()
    }

    /// The simulated PG in the same process.
    pub fn pg(&self) -> SimulatedPg {
        SimulatedPg::at(self.pg_url.as_ref().expect("a simulated PG beside it"))
    }

    /// The merchant whose project every sandbox has.
    pub fn merchant(&self) -> Merchant {
        Merchant::sandbox(&self.url)
    }

    /// Whether it kills itself within the time, as at a crash point.
    pub async fn has_crashed(&mut self, within: Duration) -> bool {
        use std::os::unix::process::ExitStatusExt;

        let ended = self.process.ended(within).await;
        ended.and_then(|status| status.signal()) == Some(rustix::process::Signal::KILL.as_raw())
    }
}
