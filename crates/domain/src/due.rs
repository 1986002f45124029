//! Work that is done later, without a request: what there is of it, and who has it.

/// What is to be done; each row of work is of one kind and about one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum DueKind {
    /// The next step towards the outcome of a payment; about the payment.
    Resolution,
    /// Finding out what became of a cancel; about the cancel.
    Cancel,
    /// A debit that was asked for in advance; about the reserve.
    Reserve,
    /// Finding out what became of a cash receipt; about the receipt.
    CashReceipt,
    /// Sending the oldest pending webhook of a receipt; about the receipt.
    Webhook,
    /// Telling the PG that a key is dead; about the billing key.
    KeyExpiry,
    /// Following a consent or a registration to its end, or ending one that nobody published; about the issuance. A gateway that
    /// drives one has its lease for as long as it does, and renews it.
    Consent,
}

named!(DueKind);

/// Who has a row of work: a number that nobody else has, drawn when the row was leased. Whoever leases it next draws another.
/// So a write that nothing else fences is made only while the row still has the writer's number, and one that was held up for
/// longer than its lease changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease(pub i64);
