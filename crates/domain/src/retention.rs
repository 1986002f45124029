//! How long records are kept, and what is destroyed after that.

use sha2::{Digest, Sha256};

use crate::ids::{BillingKeyId, ObjectId};
use crate::time::{EpochMs, years_before};

/// So long records of electronic payments are to be kept (전자금융거래법 제22조, 시행령 제12조).
pub const YEARS_MIN: u8 = 5;
const YEARS_MAX: u8 = 50;

/// How long records are kept after the last thing that happened to them, in calendar years: [`YEARS_MIN`] at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionYears(u8);

/// Why a number of years is none for which records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be {YEARS_MIN} to {YEARS_MAX}: records of payments and of the consent to them are to be kept for {YEARS_MIN} years \
     (전자금융거래법 제22조)"
)]
pub struct NoRetention;

impl RetentionYears {
    /// Errors: fewer than [`YEARS_MIN`], or more than anybody lives to see.
    pub fn new(years: u32) -> Result<Self, NoRetention> {
        let years = u8::try_from(years).map_err(|_| NoRetention)?;
        (YEARS_MIN..=YEARS_MAX)
            .contains(&years)
            .then_some(Self(years))
            .ok_or(NoRetention)
    }

    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// What was over before this moment is destroyed at `now`.
    #[must_use]
    pub fn limit(self, now: EpochMs) -> EpochMs {
        years_before(now, self.0)
    }
}

impl std::str::FromStr for RetentionYears {
    type Err = NoRetention;

    fn from_str(text: &str) -> Result<Self, NoRetention> {
        text.trim().parse().map_err(|_| NoRetention).and_then(Self::new)
    }
}

/// What is destroyed as one, whole or not at all.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum RecordKind {
    /// A debit with its refunds, cash receipt, webhooks and history.
    Payment,
    /// A reserve that has ended, with its history.
    Reserve,
    /// A cash receipt that stands alone, with its webhooks and history.
    CashReceipt,
    /// A key that has ended, with the request for it and the whole chain of consent events.
    Mandate,
    /// A request for a key that led to none.
    Issuance,
    /// An `Idempotency-Key`.
    Request,
}

// In the order in which they are destroyed: a mandate after the payments under it.
named!(RecordKind);

/// A record from before the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldRecord {
    pub kind: RecordKind,
    pub id: ObjectId,
    /// Of the row that was read, as the kind counts; 0 where nothing moves it.
    pub version: u32,
    /// Whose debit or reserve it is.
    pub key: Option<BillingKeyId>,
    /// Of a payment, the reserve that it was made for; of a key, the request that it was issued for.
    pub of: Option<ObjectId>,
    /// Whether it has come to its end and nothing has happened to it since the limit.
    pub is_over: bool,
}

/// What was destroyed of one kind on one day by one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destruction {
    /// In Korea: `2032-01-31`.
    pub day: String,
    pub kind: RecordKind,
    pub years: u8,
    pub count: u64,
    /// When the oldest and the newest of them were made.
    pub oldest: EpochMs,
    pub newest: EpochMs,
    /// In hexadecimal digits: SHA-256 over the hash before and the next id, from the empty text on.
    pub ids_hash: String,
    /// When the last of them was destroyed.
    pub at: EpochMs,
}

impl Destruction {
    /// What there is on record of a day on which nothing was destroyed yet.
    #[must_use]
    pub fn none(day: String, kind: RecordKind, years: RetentionYears, at: EpochMs) -> Self {
        Self {
            day,
            kind,
            years: years.get(),
            count: 0,
            oldest: EpochMs(i64::MAX),
            newest: EpochMs(0),
            ids_hash: String::new(),
            at,
        }
    }

    /// The same with one more record.
    pub fn add(&mut self, record: &OldRecord) {
        self.count += 1;
        self.oldest = self.oldest.min(record.id.made_at());
        self.newest = self.newest.max(record.id.made_at());
        self.ids_hash = hex::encode(Sha256::digest(format!("{}{}", self.ids_hash, record.id)));
    }

    /// Whether what was made then may be among it.
    #[must_use]
    pub fn covers(&self, kind: RecordKind, made_at: EpochMs) -> bool {
        self.kind == kind && (self.oldest..=self.newest).contains(&made_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::written_time::parse;

    #[test]
    fn fewer_years_than_the_law_asks_for_are_refused_with_the_reason() {
        for wrong in ["0", "4", "-5", "5.5", "", "51", "4294967296", "five"] {
            let why = wrong.parse::<RetentionYears>().unwrap_err().to_string();
            assert!(why.contains("제22조"), "{wrong}: {why}");
        }
        assert_eq!(RetentionYears::new(5).unwrap().get(), 5);
    }

    #[test]
    fn the_limit_is_a_day_of_the_calendar() {
        let limit = |years, now: &str| RetentionYears::new(years).unwrap().limit(parse(now).unwrap()).to_wire();
        assert_eq!(limit(5, "2031-03-01T00:00:00+09:00"), "2026-03-01T00:00:00+09:00");
        assert_eq!(limit(5, "2028-02-29T12:00:00+09:00"), "2023-02-28T12:00:00+09:00");
        assert_eq!(limit(50, "2001-01-01T00:00:00+09:00"), "1951-01-01T00:00:00+09:00");
    }

    #[test]
    fn the_hash_goes_by_the_ids_and_their_order() {
        let record = |counter| OldRecord {
            kind: RecordKind::Payment,
            id: ObjectId::from_parts(1_790_000_000 + counter, [0; 5], counter),
            version: 1,
            key: None,
            of: None,
            is_over: true,
        };
        let policy = RetentionYears::new(5).unwrap();
        let of = |order: [u32; 2]| {
            let mut told = Destruction::none("2032-01-31".to_owned(), RecordKind::Payment, policy, EpochMs(0));
            order.into_iter().for_each(|counter| told.add(&record(counter)));
            told
        };
        assert_ne!(of([1, 2]).ids_hash, of([2, 1]).ids_hash);
        let told = of([2, 1]);
        assert_eq!(
            (told.count, told.oldest.0, told.newest.0),
            (2, 1_790_000_001_000, 1_790_000_002_000)
        );
        assert!(told.covers(RecordKind::Payment, EpochMs(1_790_000_001_500)));
        assert!(!told.covers(RecordKind::Mandate, EpochMs(1_790_000_001_500)));
        assert!(!told.covers(RecordKind::Payment, EpochMs(1_790_000_000_999)));
    }
}
