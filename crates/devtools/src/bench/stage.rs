//! What is measured: this program again, as gateway, as simulated PG or as echo.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::client::Connection;
use super::{load, process};

/// A gateway in front of a simulated PG whose customers answer at once, on a temporary folder.
pub struct Stage {
    folder: TempDir,
    environment: Vec<(String, String)>,
    pub bank: Served,
    pub server: Served,
    /// More nodes of the same database.
    others: Vec<Served>,
}

impl Stage {
    /// On an empty folder; `environment`: settings of the gateway besides its usual ones.
    pub async fn set(environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let bank = Served::start(&["bank", "--answer-delay-ms", "0"], &[], "simulated PG on ").await?;
        let server = gateway(folder.path(), &bank, environment).await?;
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Ok(Self {
            environment: environment.iter().map(owned).collect(),
            folder,
            bank,
            server,
            others: Vec::new(),
        })
    }

    /// Starts nodes beside the first, until there are so many.
    pub async fn nodes(&mut self, nodes: usize) -> anyhow::Result<()> {
        while self.others.len() + 1 < nodes {
            let node = gateway(self.folder.path(), &self.bank, &self.environment()).await?;
            self.others.push(node);
        }
        Ok(())
    }

    /// Processor time of all nodes, in microseconds.
    pub fn cpu_micros(&self) -> anyhow::Result<u64> {
        let nodes = std::iter::once(&self.server).chain(&self.others);
        nodes.map(|node| process::cpu_micros(node.pid())).sum()
    }

    fn environment(&self) -> Vec<(&str, &str)> {
        let environment = self.environment.iter();
        environment
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Where the gateway keeps its database.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the gateway that was stopped.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.server = gateway(self.folder.path(), &self.bank, &self.environment()).await?;
        Ok(())
    }

    /// That many connections, to the nodes in turn.
    pub async fn connections(&self, connections: usize) -> anyhow::Result<Vec<Connection>> {
        let nodes: Vec<&Served> = std::iter::once(&self.server).chain(&self.others).collect();
        let mut opened = Vec::with_capacity(connections);
        for node in nodes.iter().cycle().take(connections) {
            opened.push(Connection::open(&node.address).await?);
        }
        Ok(opened)
    }

    /// Issues `keys` billing keys over at most `connections`.
    pub async fn keys(&self, keys: usize, connections: usize) -> anyhow::Result<Vec<String>> {
        let connections = connections.min(keys);
        let opened = self.connections(connections).await?;
        let ran = load::run(opened, Duration::ZERO, |mut connection, index, _deadline| async move {
            let mut issued = Vec::new();
            for number in (index..keys).step_by(connections) {
                issued.push(connection.issue(&format!("key-{number}")).await?.1);
            }
            Ok(issued)
        });
        Ok(ran.await?.results.into_iter().flatten().collect())
    }

    /// How many debits the simulated PG has taken.
    pub async fn debits(&self) -> anyhow::Result<u64> {
        #[derive(Deserialize)]
        struct Totals {
            debits: u64,
        }
        let mut connection = Connection::open(&self.bank.address).await?;
        let totals: Totals = serde_json::from_slice(&connection.get("/control/ledger/totals").await?)?;
        Ok(totals.debits)
    }

    /// Stops everything; the folder is there until this is dropped.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        for server in std::iter::once(&mut self.server).chain(&mut self.others) {
            server.stop().await?;
        }
        self.bank.stop().await
    }

    /// Stops everything, and removes the folder.
    pub async fn clear(mut self) -> anyhow::Result<()> {
        self.stop().await
    }
}

/// The key of an installation that is only measured: the same for every node, and for the next run on that database.
const PEPPER: &str = "0000000000000000000000000000000000000000000000000000000062656e63";

/// The option of a benchmark that runs on either engine.
#[derive(Args)]
pub struct StoreOption {
    /// Serve from this PostgreSQL database, postgres://…, which is migrated and nobody else serves from; what is made there stays
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

impl StoreOption {
    /// The gateway's settings for it.
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        let of = |url| {
            vec![
                ("JADONG_STORE", url),
                ("JADONG_ALLOW_ASYNCHRONOUS_REPLICATION", "true"),
                ("JADONG_PEPPER", PEPPER),
            ]
        };
        self.store.as_deref().map(of).unwrap_or_default()
    }
}

async fn gateway(data: &Path, bank: &Served, environment: &[(&str, &str)]) -> anyhow::Result<Served> {
    let data = data.to_str().context("the temporary folder's name is no text")?;
    let url = format!("http://{}", bank.address);
    let usual = [
        ("JADONG_PG", "nicepay"),
        ("JADONG_PG_URL", &url),
        ("JADONG_PG_CLIENT_KEY", simulator::SANDBOX_CLIENT_KEY),
        ("JADONG_PG_SECRET_KEY", simulator::SANDBOX_SECRET_KEY),
        ("JADONG_REQUESTS_PER_SECOND", "1000000"),
        ("JADONG_LOG", "warn"),
    ];
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    Served::start(&arguments, &[&usual, environment].concat(), "listening on ").await
}

/// A child that has said where it listens. Killed when dropped.
pub struct Served {
    child: Child,
    /// Keeps the pipe open: a child that cannot print may stop.
    _output: Lines<BufReader<ChildStdout>>,
    pub address: String,
    /// From exec until it listened.
    pub ready: Duration,
}

impl Served {
    /// Starts this program with `arguments` and waits for the line that begins with `announces`.
    pub async fn start(arguments: &[&str], environment: &[(&str, &str)], announces: &str) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().context("the child has no output")?;
        let mut lines = BufReader::new(output).lines();
        loop {
            let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await??;
            let Some(line) = line else {
                bail!("{} ended before it listened", arguments.join(" "))
            };
            if let Some(address) = line.strip_prefix(announces) {
                return Ok(Self {
                    child,
                    _output: lines,
                    address: address.trim().trim_start_matches("http://").to_owned(),
                    ready: started.elapsed(),
                });
            }
        }
    }

    /// Its process id; 0 when it has ended.
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(pid) = rustix::process::Pid::from_raw(i32::try_from(self.pid())?) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await??;
        Ok(())
    }
}
