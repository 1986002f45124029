//! A small merchant backend on `jadong-client`: what a Korean SaaS would write to let its customers pay by account 자동이체.
//!
//! ```text
//! browser ──GET /, POST /join──────────▶ merchant ──issue()───▶ gateway   (the PG calls, the customer agrees)
//!         ──GET /join/{customer}────────▶   └── service DB: the key, encrypted, and what may be shown of the account
//! every month                            merchant ──charge()──▶ gateway
//! gateway ──POST /webhooks──────────────▶ merchant ──lookup────▶ gateway
//! ```
//!
//! The account number, the birth date and the phone pass through and are neither stored nor logged. The same sign-up is
//! there as JSON in two steps (`POST /signup`, `POST /signup/{receipt_id}/confirm`), for programs and for `jadong demo`.
//! The routes carry no login: a real backend has its own session in front of them.

mod confirm;
mod customer;
mod db;
mod error;
mod exchanges;
mod monthly;
mod pages;
mod seal;
mod server;
mod shop;
mod signup;
mod webhook;

pub use db::{StoredRow, stored_key, stored_rows};
pub use monthly::Report;
pub use seal::MasterKey;
pub use server::{MerchantConfig, Monthly, RunningMerchant, Webhooks, start};
