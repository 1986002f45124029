//! A mandate after its key was issued: what the merchant puts on record, the payer's withdrawal, and the record given out.

mod act;
mod give_out;
mod pdf;
mod read;
pub mod record;
pub mod sealed_file;
mod words;

pub use act::{act, channel, withdraw, withdrawal, wording};
pub use give_out::{RecordForm, signed_record};
pub use read::consent_record;
pub use record::ConsentRecord;
