//! How a call to the PG can end.

use domain::error::PgMessage;

/// The end of one call. `R` is why it was refused, in a call that tells its refusals apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T, R = ()> {
    /// Done; with a valid signature, where the PG signs.
    Done(T),
    /// Definitely not done: the PG says no. `pg` is its own code and text, for people: outside the connector nothing is
    /// decided by them.
    Refused { reason: R, pg: PgMessage },
    /// Nothing was sent that the PG could act on: no byte of the body.
    NotSent(Unsent),
    /// Nobody here knows whether it was done.
    Unknown(Unknown),
}

/// Why nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// No connection to the PG.
    Unreachable,
    /// Other calls had all turns; the PG may be well.
    NoTurn,
    /// Its time was over before it could leave: this process stood still, or waited too long. It says nothing of the PG.
    Late,
}

/// Why an outcome is unknown, for the log and the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Unknown {
    TimedOut,
    /// The connection broke, or the answer stopped half-way.
    Broken,
    HttpStatus,
    NotJson,
    Signature,
    /// A code that NICE documents as delayed or internal.
    DelayedCode,
    /// The PG has this order already: look it up.
    Duplicate,
    /// This PG cannot be asked that.
    NotOffered,
}

impl Unknown {
    /// A label for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::HttpStatus => "http_status",
            Self::NotJson => "not_json",
            Self::Signature => "signature",
            Self::DelayedCode => "delayed_code",
            Self::Duplicate => "duplicate",
            Self::NotOffered => "not_offered",
        }
    }
}

impl<T, R> Outcome<T, R> {
    /// The same outcome for another value; an answer that was not used is not believed.
    pub(crate) fn without_value<U>(self) -> Outcome<U, R> {
        match self {
            Self::Done(_) => Outcome::Unknown(Unknown::NotJson),
            Self::Refused { reason, pg } => Outcome::Refused { reason, pg },
            Self::NotSent(why) => Outcome::NotSent(why),
            Self::Unknown(why) => Outcome::Unknown(why),
        }
    }

    /// The same outcome, where it is a refusal with the reason that `read` gives for the PG's code.
    pub(crate) fn because<S>(self, read: impl FnOnce(&str) -> S) -> Outcome<T, S> {
        match self {
            Self::Done(value) => Outcome::Done(value),
            Self::Refused { pg, .. } => Outcome::Refused {
                reason: read(&pg.code),
                pg,
            },
            Self::NotSent(why) => Outcome::NotSent(why),
            Self::Unknown(why) => Outcome::Unknown(why),
        }
    }

    /// A label for metrics and the log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Refused { .. } => "refused",
            Self::NotSent(_) => "not_sent",
            Self::Unknown(why) => why.name(),
        }
    }
}
