//! A small merchant backend: what a Korean SaaS would write to let its customers pay by account 자동이체.
//!
//! ```text
//! browser ──POST /signup──────────────▶ merchant ──① request──▶ gateway   (②③ the PG calls, the customer agrees)
//!         ──POST /signup/{id}/confirm──▶ merchant ──⑤ publish──▶ gateway
//!                                          └─⑦ service DB: billing_key and what may be shown, nothing else
//! ```
//!
//! The account number, the birth date and the phone pass through and are neither stored nor logged. Everything a
//! browser may see is served under `/customers/{customer_id}`. The routes carry no login: a real backend has its own
//! session in front of them.

mod confirm;
mod customer;
mod error;
mod exchanges;
mod gateway;
mod server;
mod service_db;
mod signup;

pub use server::{MerchantConfig, RunningMerchant, start};
pub use service_db::{StoredRow, stored_rows};
