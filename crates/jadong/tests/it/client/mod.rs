//! `jadong-client` against the real binary: what a merchant's program sees through the SDK.

mod cash_receipts;
mod codes;
mod cut;
mod examples;
mod in_doubt;
mod issue;
mod merchant;
mod money;
mod recordings;
mod sandbox;
mod scripted;
mod secrets;
mod token;
mod unsent;
mod webhooks;
