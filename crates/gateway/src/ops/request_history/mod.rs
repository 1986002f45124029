//! The last requests, as a person may see them: what was asked, what was wrong, and a curl that repeats it. In memory
//! only, bounded, and without anything that identifies an account or a person.

mod capture;
mod capture_budget;
mod curl;
mod history;
mod record;
mod redact;
mod sdk;

pub use capture::{Capture, CaptureLevel};
pub use capture_budget::CaptureBudget;
pub use history::{HistoryFilter, RequestHistory};
pub use record::{CapturedBody, Record};
pub use redact::{answer, path, query};
pub use sdk::of as sdk;
