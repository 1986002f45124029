//! What in a text reads like somebody's number: an account, a resident or business number, a telephone. For whoever looks into what
//! was kept, where there is nothing to compare it to: it must find what people write, and leave ids, times and amounts alone.

mod kind;
mod number;
#[cfg(test)]
mod tests;

use crate::error::{ErrorCode, Refusal};

pub use kind::{PersonalNumber, Reading, kinds};
pub use number::{Group, Number, each};

/// Prose that is kept must have no number of a person in it, whoever's it is and whatever stands between its digits.
///
/// Errors: `SUBSCRIBE_AT_SENSITIVE_TEXT`, naming `field`.
pub fn refuse(text: &str, field: &'static str) -> Result<(), Refusal> {
    let mut is_found = false;
    // A number goes on over the end of a line.
    let lines = text.split(['\n', '\r']).collect::<Vec<_>>().join(" ");
    for text in [text, &lines] {
        each(text, |number| is_found |= !kinds(number, Reading::Text).is_empty());
    }
    if is_found {
        return Err(Refusal::new(ErrorCode::SensitiveText, field));
    }
    Ok(())
}
