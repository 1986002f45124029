//! The money promise: at most one debit per order, whatever crashes when, and every unknown outcome gets a verdict. The
//! simulated PG's ledger is the oracle; nothing that the gateway says of itself is believed without it.

#[allow(dead_code, reason = "shared with the target process, which uses all of it")]
#[path = "../process/api.rs"]
mod api;
#[allow(dead_code, reason = "shared with the target process, which uses all of it")]
#[path = "../process/bank.rs"]
mod bank;
mod crash;
#[allow(dead_code, reason = "shared with the target process, which uses all of it")]
#[path = "../process/gateway.rs"]
mod gateway;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "shared with the target api, which uses all of it"
)]
#[path = "../api/harness/mod.rs"]
mod harness;
mod ledger;
mod machine;
#[allow(dead_code, reason = "shared with the target process, which uses all of it")]
#[path = "../process/process.rs"]
mod process;
