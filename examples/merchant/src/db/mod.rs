//! The merchant's service DB: who pays with which key, which months are due, and what became of each.
//!
//! There is no column for an account number, an identity number or a phone: what is not kept cannot leak. Billing keys are
//! sealed before they get here.

mod billing;
mod open;
mod outside;
mod payment;
mod schedule;
mod signup;

pub(crate) use billing::{Billing, IssuedRow};
pub(crate) use open::ServiceDb;
pub use outside::{StoredRow, stored_key, stored_rows};
pub(crate) use payment::{News, Outcome, Payment, State};
pub(crate) use signup::{Signup, Stage};
