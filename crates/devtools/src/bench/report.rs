//! The figures, for people and for programs.

use std::fmt::{self, Display};
use std::time::Duration;

use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::load::Latencies;

/// Milliseconds at three quantiles.
#[derive(Serialize)]
pub struct Percentiles {
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
}

impl Percentiles {
    pub fn of(latencies: &Latencies) -> Self {
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1000.0;
        Self {
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
        }
    }
}

impl Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let [p50, p99, p999] = [self.p50_ms, self.p99_ms, self.p999_ms];
        write!(f, "p50 {p50:.digits$}  p99 {p99:.digits$}  p99.9 {p999:.digits$} ms")
    }
}

pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / 1_048_576.0)
}

/// Says what is being measured, unless the output is for a program.
pub fn progress(json: bool) -> ProgressBar {
    if json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A figure: its name, itself, and what it should be.
pub type Row = [String; 3];

pub fn row(name: &str, figure: String, goal: &str) -> Row {
    [name.to_owned(), figure, goal.to_owned()]
}

/// Prints the report: for programs as JSON, for people as `rows` has it.
pub fn print<R: Serialize>(report: &R, json: bool, rows: impl FnOnce(&R) -> Vec<Row>) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.add_rows(rows(report));
    println!("{table}");
    Ok(())
}
