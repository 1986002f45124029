//! The PG as requests and receipts name it.

use crate::error::{ErrorCode, Refusal};
use crate::{suggest, text};

/// What a PG is called on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PgNames {
    /// In a receipt.
    pub shown: &'static str,
    /// In a request, in lower case; the first ones are told to whoever names another.
    pub asked: &'static [&'static str],
}

impl PgNames {
    /// The PG of merchants whose code was written for the hosted API.
    pub const NICE: Self = Self {
        shown: "나이스페이먼츠",
        asked: &["nicepay", "나이스페이", "나이스페이먼츠", "nice"],
    };

    /// Errors: `RC_PG_NOT_FOUND`: it is another PG's name, or none.
    pub fn check(&self, pg: Option<&str>) -> Result<(), Refusal> {
        let named = text::nfc(pg.unwrap_or("").trim()).to_lowercase();
        if self.asked.contains(&named.as_str()) {
            return Ok(());
        }
        let near = suggest::suggestions(pg.unwrap_or(""), self.asked.iter().copied());
        let first = || self.asked.iter().take(2).copied().collect::<Vec<_>>().join(", ");
        let hint = near.first().map_or_else(first, |name| (*name).to_owned());
        Err(Refusal::new(ErrorCode::PgNotFound, "pg").hint(hint))
    }
}
