//! What holds for every input.

mod bank;
mod cancels;
mod ladder;
mod life;
mod masks;
mod request;
mod reserve;
mod texts;
