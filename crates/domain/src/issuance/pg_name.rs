//! The PG as requests name it.

use crate::error::{ErrorCode, Refusal};
use crate::{suggest, text};

const PG_NAMES: [&str; 4] = ["nicepay", "나이스페이", "나이스페이먼츠", "nice"];

/// Whether `pg` is a name of the PG that there is.
#[must_use]
pub fn is_our_pg(pg: &str) -> bool {
    PG_NAMES.contains(&text::nfc(pg.trim()).to_lowercase().as_str())
}

/// The refusal of a PG that there is not.
#[must_use]
pub fn unknown_pg(pg: Option<&str>) -> Refusal {
    let near = suggest::suggestions(pg.unwrap_or(""), PG_NAMES);
    let hint = near.first().copied().unwrap_or("nicepay, 나이스페이");
    Refusal::new(ErrorCode::PgNotFound, "pg").hint(hint)
}

pub(super) fn check_pg(pg: Option<&str>) -> Result<(), Refusal> {
    if pg.is_some_and(is_our_pg) {
        Ok(())
    } else {
        Err(unknown_pg(pg))
    }
}
