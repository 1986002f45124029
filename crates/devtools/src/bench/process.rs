//! What the operating system says of a process.

use std::path::Path;

use anyhow::Context;

/// Resident memory of `pid` in bytes.
pub fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .context("no VmRSS")?;
    let kib: u64 = line.split_whitespace().nth(1).context("no VmRSS")?.parse()?;
    Ok(kib * 1024)
}

/// Processor time that `pid` has used, in microseconds. The kernel counts in hundredths of a second.
pub fn cpu_micros(pid: u32) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th field after it.
    let (_, fields) = stat.rsplit_once(')').context("unreadable stat")?;
    let ticks = |position: usize| -> anyhow::Result<u64> {
        Ok(fields
            .split_whitespace()
            .nth(position)
            .context("unreadable stat")?
            .parse()?)
    };
    Ok((ticks(11)? + ticks(12)?) * 10_000)
}

/// Bytes of the files directly in `folder` whose name begins with `prefix`.
pub fn folder_bytes(folder: &Path, prefix: &str) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
