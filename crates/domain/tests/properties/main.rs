//! What holds for every input.

mod life;
mod masks;
mod request;
