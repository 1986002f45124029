//! The console of the real binary, as a browser and as a stranger sees it.

mod access;
mod acts;
pub mod browser;
mod lists;
mod live;
mod live_mode;
mod pages;
mod proxied;
mod requests;
mod resend;
mod webhooks;
mod whereabouts;
