//! The simulated PG in a process of its own: it survives the gateway and knows what really happened.

use std::ops::Deref;
use std::path::Path;

use super::{Process, jadong};
use crate::SimulatedPg;

/// `jadong bank`; its control API is that of [`SimulatedPg`].
pub struct Simulator {
    pg: SimulatedPg,
    _process: Process,
}

impl Simulator {
    /// In a folder below this one. A customer takes so long to answer the telephone.
    pub async fn start(folder: &Path, answer_delay_ms: u64) -> Self {
        Self::start_on(folder, answer_delay_ms, "0").await
    }

    /// On the port that it had before.
    pub async fn start_on(folder: &Path, answer_delay_ms: u64, port: &str) -> Self {
        let data = folder.join("bank");
        std::fs::create_dir_all(&data).expect("a folder");
        let (delay, listen) = (answer_delay_ms.to_string(), format!("127.0.0.1:{port}"));
        let data = data.to_str().expect("text");
        let command = jadong(
            ["bank", "--listen", &listen, "--data", data, "--answer-delay-ms", &delay],
            &[],
        );
        let process = Process::start(command, &folder.join("bank.log"), "simulated PG on ").await;
        Self {
            pg: SimulatedPg::at(&process.line("simulated PG on ").expect("where it listens")),
            _process: process,
        }
    }
}

impl Deref for Simulator {
    type Target = SimulatedPg;

    fn deref(&self) -> &SimulatedPg {
        &self.pg
    }
}
