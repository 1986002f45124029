//! What holds for every input.

mod bank;
mod cancels;
mod life;
mod looking;
mod masks;
mod request;
mod reserve;
mod resolution;
mod strays;
mod texts;
