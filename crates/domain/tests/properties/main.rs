//! What holds for every input.

mod cancels;
mod ladder;
mod life;
mod masks;
mod request;
mod reserve;
mod texts;
