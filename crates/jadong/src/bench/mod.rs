//! `jadong bench`

use crate::cli::BenchCommand;

pub async fn run(_command: BenchCommand) -> anyhow::Result<()> {
    anyhow::bail!("in work")
}
