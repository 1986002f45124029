//! The pages over HTTP, the pictures that are drawn from the code, and what the code can contradict.

mod http;
mod pictures;
mod reference;
