//! Where our answers are meant to differ from the recorded ones, and why.

/// How an answer differs at one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Another value.
    Value,
    /// The recording has the key, we do not.
    Missing,
    /// We have the key, the recording does not.
    Extra,
    /// The same keys in another order.
    Order,
}

/// One intended difference.
pub struct Intended {
    /// A recording's name; a `*` at its end stands for anything.
    pub record: &'static str,
    /// Dots lead into objects; `""` is the answer itself.
    pub key: &'static str,
    pub how: How,
    pub why: &'static str,
}

const fn intended(record: &'static str, key: &'static str, how: How, why: &'static str) -> Intended {
    Intended { record, key, how, why }
}

/// All of them. One that no longer shows must be taken out.
pub const INTENDED: &[Intended] = &[
    intended(
        "automatic_transfer.request.java",
        "",
        How::Order,
        "printed from a Java HashMap, whose order is its own",
    ),
    intended(
        "automatic_transfer.request.ruby",
        "method_origin",
        How::Extra,
        "the recording of April 2024 lacks it, those of May have it",
    ),
    intended(
        "automatic_transfer.publish.*",
        "status",
        How::Value,
        "1 as documented; a project set to issued_status 11 gets 11 as recorded",
    ),
    intended(
        "automatic_transfer.publish.*",
        "billing_data.bank_account",
        How::Value,
        "the recordings' zeros were put in by their authors; ours is the PG's mask",
    ),
    intended(
        "automatic_transfer.publish.*",
        "receipt_data.bank_data.bank_account",
        How::Value,
        "the recordings' zeros were put in by their authors; ours is the PG's mask",
    ),
    intended(
        "automatic_transfer.publish.*",
        "receipt_data.bank_data.tid",
        How::Value,
        "the PG's own id of the debit",
    ),
    intended(
        "automatic_transfer.publish.*",
        "receipt_data.receipt_url",
        How::Value,
        "the PG's own address of the receipt",
    ),
    intended(
        "error.*",
        "doc",
        How::Extra,
        "an addition: a page that says what the error means",
    ),
    intended(
        "error.RC_CONFIRM_FAILED.1512",
        "message",
        How::Value,
        "another decline: no account of the simulated PG belongs to a shop that is not open",
    ),
    intended(
        "error.RC_CONFIRM_FAILED.1512",
        "pg_error_code",
        How::Value,
        "another decline, with its own code",
    ),
    intended(
        "error.RC_CONFIRM_FAILED.1512",
        "",
        How::Order,
        "described in prose only: the order of an error's keys with pg_error_code was never recorded",
    ),
    intended(
        "error.RC_CONFIRM_FAILED.1512",
        "hint",
        How::Extra,
        "an addition: the reason in one vocabulary, and what to do",
    ),
    intended(
        "error.RC_CONFIRM_FAILED.1512",
        "receipt_id",
        How::Extra,
        "an addition: the attempt's receipt",
    ),
    intended(
        "billing_key.lookup_by_key.*",
        "billing_data.bank_account",
        How::Value,
        "the recordings' zeros were put in by their authors; ours is the PG's mask",
    ),
    intended(
        "error.SUBSCRIBE_PUBLISH_NOT_READY",
        "hint",
        How::Extra,
        "an addition: where the key is",
    ),
    intended(
        "error.APP_FIREWALL_BLOCKED",
        "hint",
        How::Extra,
        "an addition: the address that we saw",
    ),
    intended(
        "error.APP_CLIENT_KEY_NOT_FOUND",
        "message",
        How::Value,
        "the documented message is the text of a missing translation; ours is a sentence",
    ),
    intended(
        "error.APP_CLIENT_KEY_NOT_FOUND",
        "code",
        How::Extra,
        "an addition: the documented number",
    ),
    intended(
        "error.SUBSCRIBE_PUBLISH_FAILED.*",
        "",
        How::Order,
        "described in prose only: the order of an error's keys with pg_error_code was never recorded",
    ),
];

impl Intended {
    pub fn is_of(&self, record: &str) -> bool {
        match self.record.strip_suffix('*') {
            Some(start) => record.starts_with(start),
            None => record == self.record,
        }
    }
}
