//! What holds for every input.

mod bank;
mod ladder;
mod life;
mod masks;
mod request;
mod reserve;
