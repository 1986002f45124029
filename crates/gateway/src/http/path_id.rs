//! The id at the end of a path.

use std::str::FromStr;

use domain::{ErrorCode, Refusal};

/// Reads an id of the path. What is no id is no one's: `RC_NOT_FOUND`, naming `field`.
pub fn id<T: FromStr>(text: &str, field: &'static str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new(ErrorCode::ReceiptNotFound, field))
}
