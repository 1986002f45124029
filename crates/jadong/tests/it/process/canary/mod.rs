//! Values that must not be kept are planted everywhere a merchant could put them, and then searched for.

mod control;
mod flood;
mod flows;
mod search;
