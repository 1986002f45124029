//! The API by URL, over real HTTP: a gateway, a store and a simulated PG in this process, on free ports, on one clock
//! that stands still until a test moves it.

mod auth;
mod consent_record;
mod inputs;
mod pairs;
mod reconcile;
mod reconcile_daily;
mod replay;
mod retention_daily;
mod sandbox;
mod shares;
mod teaching;
mod v2;
