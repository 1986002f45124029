//! What is tested of a gateway in the test's own process, and of one that is killed, once more with PostgreSQL under it: the same
//! files, and the name of this binary says which engine they get.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

#[path = "../it/api/mod.rs"]
mod api;
#[path = "../it/audit/mod.rs"]
mod audit;
#[path = "../it/money/mod.rs"]
mod money;
#[path = "../it/nodes/mod.rs"]
mod nodes;
#[path = "../it/webhooks/mod.rs"]
mod webhooks;
