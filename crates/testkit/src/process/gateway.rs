//! `jadong serve` in a folder of its own.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Process, jadong, run};

/// A folder with a data folder and a log in it; removed at the end.
pub struct TestDir {
    folder: TempDir,
}

impl TestDir {
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn data_text(&self) -> String {
        self.data().to_str().expect("text").to_owned()
    }

    pub fn log(&self) -> PathBuf {
        self.folder.path().join("serve.log")
    }

    pub fn log_text(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Starts `serve` on free ports.
    pub async fn serve(&self, env: &[(&str, &str)]) -> Gateway {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(self.log());
        self.serve_logging_to(file.expect("a log file"), env).await
    }

    /// The same, with another standard error.
    pub async fn serve_logging_to(&self, log: impl Into<std::process::Stdio>, env: &[(&str, &str)]) -> Gateway {
        let data = self.data_text();
        let args = ["serve", "--listen", "127.0.0.1:0", "--data", data.as_str()];
        let started = Instant::now();
        let mut command = jadong(args, env);
        command.stderr(log);
        let process = Process::started(command, &self.log(), "listening on ").await;
        let ready_in = started.elapsed();
        Gateway {
            url: process.line("listening on ").expect("where it listens"),
            metrics: process.line("metrics on ").expect("where its metrics are"),
            bank: process.line("simulated PG on "),
            ready_in,
            process,
        }
    }

    /// Runs `serve` on a free port where it must refuse to start; gives the exit code and what it said.
    pub async fn refused(&self, env: &[(&str, &str)]) -> (Option<i32>, String) {
        let data = self.data_text();
        let said = run(&["serve", "--listen", "127.0.0.1:0", "--data", &data], env).await;
        assert_eq!(said.out, "", "a refusal is not announced as a success");
        (said.code, said.err)
    }
}

pub struct Gateway {
    pub process: Process,
    pub url: String,
    pub metrics: String,
    pub bank: Option<String>,
    /// From the start of the process to the line that says where it listens.
    pub ready_in: Duration,
}

impl Gateway {
    /// `127.0.0.1:port`.
    pub fn address(&self) -> String {
        self.url.split("//").nth(1).expect("a URL").to_owned()
    }

    pub fn bank_url(&self) -> String {
        self.bank.clone().expect("a simulated PG beside it")
    }
}
