//! The seam behind which the simulated PG's control stands: what a sandbox can do to the world behind the PG. The gateway
//! knows no simulated PG; the binary gives it one.

use domain::ProjectId;
use pg::BoxFuture;
use serde::{Deserialize, Serialize};

/// Controls a simulated PG.
pub trait Simulator: Send + Sync {
    /// The newest calls, newest first, at most 1,000, of every project.
    fn calls(&self, which: WhichCalls) -> BoxFuture<'_, Result<Vec<SimulatedCall>, SimulatorError>>;

    /// Answers a call in the customer's place. Errors: `NoSuchCall`, `AlreadyOver`.
    fn answer(&self, order_id: String, answer: CallAnswer) -> BoxFuture<'_, Result<(), SimulatorError>>;

    /// Who answers calls to customers of `project` that start from now on.
    fn answering(&self, project: ProjectId) -> BoxFuture<'_, Result<Answering, SimulatorError>>;
    /// See [`answering`](Self::answering).
    fn set_answering(&self, project: ProjectId, answering: Answering) -> BoxFuture<'_, Result<(), SimulatorError>>;

    /// The customers and accounts that behave in a way of their own, by their last digits.
    fn scenarios(&self) -> BoxFuture<'_, Result<Scenarios, SimulatorError>>;

    /// The faults that wait for calls of `project`, oldest first: its own, and those for everybody.
    fn faults(&self, project: ProjectId) -> BoxFuture<'_, Result<Vec<WaitingFault>, SimulatorError>>;
    /// Adds one of `project` behind those that wait. Errors: `TooMany`, `OutOfRange`.
    fn add_fault(&self, project: ProjectId, fault: NewFault) -> BoxFuture<'_, Result<(), SimulatorError>>;
    /// Forgets one of the project's own. Errors: `NoSuchFault`.
    fn remove_fault(&self, project: ProjectId, id: u64) -> BoxFuture<'_, Result<(), SimulatorError>>;
    /// Forgets the project's own.
    fn clear_faults(&self, project: ProjectId) -> BoxFuture<'_, Result<(), SimulatorError>>;
}

/// Which calls are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichCalls {
    Ringing,
    All,
}

/// A call to a simulated customer, as the PG tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SimulatedCall {
    /// The receipt of the issuance.
    pub order_id: String,
    /// `010****5678`
    pub phone_masked: String,
    /// `ARS`: a telephone call. `APP`: a message in an app.
    pub auth_type: String,
    pub goods_name: String,
    /// Three digits.
    pub bank_code: String,
    /// `ringing`, or how it ended: `agreed`, `refused`, `noAnswer`, `busy`, `wrongKey`, `signerMismatch`, `expired`.
    pub status: String,
    /// How the customer behaves; `waits` when a person decides.
    pub scenario: String,
    pub started_at_ms: i64,
    /// How often the phone rang for this order.
    pub rung: u32,
    /// How often the PG was asked about it.
    pub polls: u32,
    /// What the voice says, or the message reads.
    pub says: String,
    pub says_in_english: String,
}

/// What a person does with a call that rings. Letting it ring needs no answer.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CallAnswer {
    Agree,
    Refuse,
    /// Hung up without pressing a key: for the PG nobody answered.
    HangUp,
    /// Three wrong keys.
    WrongKey,
}

domain::named!(CallAnswer);

/// Who answers the simulated telephones.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Answering {
    /// Each customer by its number, at once or after a while.
    Auto,
    /// A person: every call rings until it is answered or given up.
    ByHand,
}

domain::named!(Answering);

/// The tables of customers and accounts with a behaviour of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenarios {
    pub customers: Vec<SimulatedCustomer>,
    pub accounts: Vec<SimulatedAccount>,
}

/// A telephone number that is nobody's, and how its owner behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedCustomer {
    pub phone: String,
    pub scenario: String,
}

/// How accounts behave when they are debited that end with these digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedAccount {
    pub ends_with: String,
    pub scenario: String,
}

/// A fault that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingFault {
    /// What it is forgotten by.
    pub id: u64,
    pub on: String,
    pub kind: String,
    /// Calls that it still breaks.
    pub times: u32,
    pub slow_ms: u64,
}

/// A fault for the next calls to the PG. Names are those of [`FAULT_CALLS`] and [`FAULT_KINDS`](pg::FAULT_KINDS).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewFault {
    pub on: String,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_ms: Option<u64>,
    /// Of `refuse-connection` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
}

/// The calls to the PG that a fault can be for.
pub const FAULT_CALLS: [&str; 11] = [
    "any",
    "start",
    "find",
    "register",
    "expire",
    "charge",
    "find-payment",
    "net-cancel",
    "cancel",
    "receipt",
    "find-receipt",
];

/// The simulated PG did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulatorError {
    #[error("no customer was called for this order")]
    NoSuchCall,
    #[error("this call is over")]
    AlreadyOver,
    #[error("no such fault of this project waits")]
    NoSuchFault,
    #[error("too many faults wait already")]
    TooMany,
    #[error("times, slow_ms or for_ms is out of range")]
    OutOfRange,
    #[error("the simulated PG does not answer: {0}")]
    Unreachable(String),
}
