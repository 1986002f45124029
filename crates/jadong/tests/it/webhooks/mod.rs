//! Webhooks from end to end: a gateway and the simulated PG in this process, and merchants' endpoints of every temper.

mod answers;
mod bench;
mod cash_receipts;
mod clock;
mod crowd;
mod life;
mod ordeal;
mod resend;
mod retries;
mod shares;
mod targets;
