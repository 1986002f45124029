//! Webhooks from end to end: a gateway and the simulated PG in this process, and merchants' endpoints of every temper.

mod answers;
#[path = "../api/harness/application.rs"]
#[allow(dead_code)]
mod application;
mod bench;
mod cash_receipts;
#[path = "../api/harness/client.rs"]
#[allow(dead_code)]
mod client;
mod clock;
mod crowd;
#[path = "../api/harness/described.rs"]
mod described;
mod endpoint;
mod life;
mod ordeal;
mod resend;
mod retries;
mod shares;
mod targets;
