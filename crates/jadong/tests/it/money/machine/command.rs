//! What may happen in a history, and how histories are made up.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::strategy::Union;
use testkit::{Loses, PgUnderTest};

/// One step. Numbers choose among what there is when the step is reached; a step without anything to choose does nothing.
#[derive(Debug, Clone)]
pub enum Command {
    /// A key on an account that ends in these digits.
    Issue(&'static str),
    Charge {
        key: u8,
        order: u8,
        price: u64,
    },
    Reserve {
        key: u8,
        order: u8,
        price: u64,
        after_s: u32,
    },
    Revoke(u8),
    /// `price` 0: everything that is left.
    Cancel {
        payment: u8,
        price: u64,
        cancel_id: u8,
    },
    Destroy(u8),
    Advance {
        seconds: u32,
    },
    /// The next call of this kind goes wrong like this.
    Fault {
        on: &'static str,
        kind: &'static str,
    },
    /// What the line to the hosted API loses of the next command that asks for money.
    Lose(Loses),
    /// A person says of a payment, or of the cancel of it that has no answer, what the hosted API shows.
    Settle(u8),
    /// Orderly.
    Restart,
    /// A charge during which the gateway dies, so many milliseconds after it was sent; its merchant asks again.
    Crash {
        key: u8,
        order: u8,
        price: u64,
        after_ms: u8,
    },
    /// The same, and it is the gateway in the place of the hosted API that dies.
    CrashThere {
        key: u8,
        order: u8,
        price: u64,
        after_ms: u8,
    },
}

const ACCOUNTS: [&str; 20] = [
    "1234", "1234", "1234", "1234", "1234", "1234", "1234", "1234", "1234", "0001", "0002", "0003", "0004", "0005",
    "0006", "0007", "0008", "0009", "0010", "0011",
];
const CALLS: [&str; 4] = ["charge", "find-payment", "net-cancel", "cancel"];
const FAULTS: [&str; 7] = [
    "drop-before",
    "drop-after",
    "hang",
    "bad-gateway-after",
    "half-body",
    "wrong-signature",
    "garbage",
];

/// Paths of the hosted API: a debit, a refund, and the looks for both.
const LOST: [Loses; 8] = [
    Loses::ForAWhile("/v2/subscribe/payment"),
    Loses::ForAWhile("/v2/cancel"),
    Loses::Requests("/v2/subscribe/payment"),
    Loses::Answers("/v2/subscribe/payment"),
    Loses::Requests("/v2/cancel"),
    Loses::Answers("/v2/cancel"),
    Loses::Answers("/v2/lookup/order"),
    Loses::Answers("/v2/receipt"),
];

pub fn histories(pg: PgUnderTest) -> impl Strategy<Value = Vec<Command>> {
    let first = proptest::sample::select(&ACCOUNTS[..]).prop_map(Command::Issue);
    let command = match pg {
        PgUnderTest::Hosted => Union::new_weighted(vec![(28, command().boxed()), (9, of_hosted().boxed())]),
        _ => Union::new([command().boxed()]),
    };
    (first, proptest::collection::vec(command, 8..24)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}

/// Few orders and prices, so that equal and different repeats are frequent.
fn command() -> impl Strategy<Value = Command> {
    let price = || proptest::sample::select(&[1_000_u64, 2_500][..]);
    let order = 0..4_u8;
    let key = any::<u8>();
    prop_oneof![
        3 => proptest::sample::select(&ACCOUNTS[..]).prop_map(Command::Issue),
        8 => (key, order.clone(), price()).prop_map(|(key, order, price)| Command::Charge { key, order, price }),
        2 => (key, order.clone(), price(), 0..24_u8)
            .prop_map(|(key, order, price, after_ms)| Command::Crash { key, order, price, after_ms }),
        3 => (key, order, price(), 1..4_000_u32)
            .prop_map(|(key, order, price, after_s)| Command::Reserve { key, order, price, after_s }),
        1 => any::<u8>().prop_map(Command::Revoke),
        4 => (any::<u8>(), proptest::sample::select(&[0_u64, 0, 300, 1_000][..]), 0..3_u8)
            .prop_map(|(payment, price, cancel_id)| Command::Cancel { payment, price, cancel_id }),
        1 => any::<u8>().prop_map(Command::Destroy),
        3 => (1..900_u32).prop_map(|seconds| Command::Advance { seconds }),
        2 => (proptest::sample::select(&CALLS[..]), proptest::sample::select(&FAULTS[..]))
            .prop_map(|(on, kind)| Command::Fault { on, kind }),
        1 => Just(Command::Restart),
    ]
}

fn of_hosted() -> impl Strategy<Value = Command> {
    let price = proptest::sample::select(&[1_000_u64, 2_500][..]);
    prop_oneof![
        4 => proptest::sample::select(&LOST[..]).prop_map(Command::Lose),
        3 => any::<u8>().prop_map(Command::Settle),
        2 => (any::<u8>(), 0..4_u8, price, 0..24_u8)
            .prop_map(|(key, order, price, after_ms)| Command::CrashThere { key, order, price, after_ms }),
    ]
}
