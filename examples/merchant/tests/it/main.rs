//! How the merchant bears a gateway that fails. The way that works is played end to end by `jadong demo`.

mod fake;
mod nothing_personal_is_kept;
mod refusals;
mod unclear_publish;
mod waiting;
