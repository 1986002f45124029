//! What an order of a sandbox asks to become of its own calls: `charge=insufficient-funds`. It travels with the call to the simulated
//! PG, so nobody else's is touched and nothing is left behind. The names are those that the simulated PG has.

use serde::Deserialize;
use serde_json::Value;

/// What can go wrong with a call. The first is the door's, and so everybody's.
pub const FAULT_KINDS: [&str; 10] = [
    "refuse-connection",
    "hang",
    "drop-before",
    "refuse",
    "drop-after",
    "slow",
    "bad-gateway-after",
    "half-body",
    "wrong-signature",
    "garbage",
];

const CUSTOMERS: [&str; 14] = [
    "agrees",
    "refuses",
    "no-answer",
    "busy",
    "wrong-key",
    "answers-too-late",
    "reported-late",
    "waits",
    "holder-mismatch",
    "agrees-after-5-s",
    "agrees-after-20-s",
    "no-app",
    "signer-mismatch",
    "ignored",
];

/// Without `funds-at-third-attempt`, which is about several debits of a key.
const ACCOUNTS: [&str; 11] = [
    "pays",
    "insufficient-funds",
    "account-closed",
    "account-frozen",
    "mandate-ended",
    "over-limit",
    "bank-maintenance",
    "times-out-paid",
    "times-out-unpaid",
    "net-cancel-silent",
    "approved-late",
];

/// A call that can be asked for an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum TestedCall {
    Consent,
    Charge,
    Cancel,
}

impl TestedCall {
    /// What can be asked of it.
    #[must_use]
    pub fn outcomes(self) -> Vec<&'static str> {
        let faults = FAULT_KINDS.into_iter().skip(1);
        match self {
            // `consent=refuse` is the customer's word, as in `jadong ars refuse`.
            Self::Consent => CUSTOMERS
                .into_iter()
                .chain(faults.filter(|kind| *kind != "refuse"))
                .collect(),
            Self::Charge => ACCOUNTS.into_iter().chain(faults).collect(),
            Self::Cancel => faults.collect(),
        }
    }

    /// `_` and `-` are one: the API says `insufficient_funds`, the simulated PG `insufficient-funds`.
    fn outcome(self, name: &str) -> Option<&'static str> {
        let name = name.replace('_', "-");
        let name = match (self, name.as_str()) {
            (Self::Consent, "agree") => "agrees",
            (Self::Consent, "refuse") => "refuses",
            (_, name) => name,
        };
        self.outcomes().into_iter().find(|outcome| *outcome == name)
    }
}

/// The outcomes that one order asks for; of the usual one nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TestOutcomes([Option<&'static str>; 3]);

/// What is asked for does not exist; says what does.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoSuchOutcome(pub String);

#[derive(Deserialize)]
struct Metadata {
    jadong_test: Option<Value>,
}

impl TestOutcomes {
    /// Reads `consent=agree, charge=insufficient_funds`, of which only `calls` may be named.
    pub fn parse(text: &str, calls: &[TestedCall]) -> Result<Self, NoSuchOutcome> {
        let mut asked = Self::default();
        for part in text.split(',') {
            let (call, name) = part.split_once('=').unwrap_or((part, ""));
            let call = calls.iter().find(|known| <&str>::from(**known) == call.trim());
            let call = *call.ok_or_else(|| no_such_call(calls))?;
            let outcome = call.outcome(name.trim());
            let outcome = outcome.ok_or_else(|| NoSuchOutcome(listed(call)))?;
            if asked.0[call as usize].replace(outcome).is_some() {
                return Err(NoSuchOutcome(format!("{}=… 한 번만 (once)", <&str>::from(call))));
            }
        }
        Ok(asked)
    }

    /// The same of an order's metadata, as `jadong_test`; `None` where nothing is asked for.
    pub fn of_metadata(metadata: &str, calls: &[TestedCall]) -> Result<Option<Self>, NoSuchOutcome> {
        if !metadata.trim_start().starts_with('{') {
            return Ok(None);
        }
        let read: Metadata = match serde_json::from_str(metadata) {
            Ok(read) => read,
            // Two of them are two tests.
            Err(error) if error.is_data() => return Err(no_such_call(calls)),
            Err(_) => return Ok(None),
        };
        match read.jadong_test {
            None => Ok(None),
            Some(Value::String(text)) => Self::parse(&text, calls).map(Some),
            Some(_) => Err(no_such_call(calls)),
        }
    }

    /// Both; the call of which they ask different things, if there is one.
    pub fn and(self, other: Self) -> Result<Self, TestedCall> {
        let differs = |call: &&TestedCall| {
            let (a, b) = (self.0[**call as usize], other.0[**call as usize]);
            a.is_some() && b.is_some() && a != b
        };
        match <TestedCall as strum::VariantArray>::VARIANTS.iter().find(differs) {
            Some(call) => Err(*call),
            None => Ok(self.or(other)),
        }
    }

    /// Both; where they differ, this one.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|call| self.0[call].or(other.0[call])))
    }

    #[must_use]
    pub fn of(self, call: TestedCall) -> Option<&'static str> {
        self.0[call as usize]
    }
}

fn no_such_call(calls: &[TestedCall]) -> NoSuchOutcome {
    let each: Vec<_> = calls.iter().map(|call| listed(*call)).collect();
    NoSuchOutcome(each.join("; "))
}

/// `cancel=hang|drop-before|…`
fn listed(call: TestedCall) -> String {
    format!("{}={}", <&str>::from(call), call.outcomes().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[TestedCall] = &[TestedCall::Consent, TestedCall::Charge, TestedCall::Cancel];

    #[test]
    fn names_are_read_as_the_api_and_the_simulated_pg_write_them() {
        let read = |text| TestOutcomes::parse(text, ALL).unwrap();
        assert_eq!(
            read("charge=insufficient_funds").of(TestedCall::Charge),
            Some("insufficient-funds")
        );
        let both = read(" consent=refuse , charge=drop-after");
        assert_eq!(both.of(TestedCall::Consent), Some("refuses"));
        assert_eq!(both.of(TestedCall::Charge), Some("drop-after"));
        assert_eq!(both.of(TestedCall::Cancel), None);
    }

    #[test]
    fn what_does_not_exist_is_refused_with_what_does() {
        let refused = |text| {
            TestOutcomes::parse(text, &[TestedCall::Cancel])
                .unwrap_err()
                .to_string()
        };
        let list = "cancel=hang|drop-before|refuse|drop-after|slow|bad-gateway-after|half-body|wrong-signature|garbage";
        for bad in [
            "",
            "charge=pays",
            "cancel",
            "cancel=",
            "cancel=잔액부족",
            "취소=hang",
            "cancel=hang,",
            "=",
            "CANCEL=hang",
        ] {
            assert_eq!(refused(bad), list, "{bad}");
        }
        assert!(refused("cancel=hang,cancel=slow").contains("once"));
        assert!(
            TestOutcomes::parse("charge=refuse-connection", ALL).is_err(),
            "is everybody's"
        );
        assert!(
            TestOutcomes::parse("charge=funds-at-third-attempt", ALL).is_err(),
            "is a key's"
        );
    }

    #[test]
    fn metadata_without_the_field_asks_for_nothing_and_with_a_strange_one_is_refused() {
        let of = |metadata| TestOutcomes::of_metadata(metadata, ALL);
        for none in [
            "{}",
            r#"{"jadong_test":null}"#,
            r#"{"note":{"jadong_test":"x"}}"#,
            "{",
            "[]",
        ] {
            assert_eq!(of(none), Ok(None), "{none}");
        }
        for bad in [
            r#"{"jadong_test":1}"#,
            r#"{"jadong_test":["charge=pays"]}"#,
            r#"{"jadong_test":""}"#,
            r#"{"jadong_test":"charge=pays","jadong_test":"charge=slow"}"#,
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
        let asked = of(r#"{"a":1,"jadong_\u0074est":"charge=pays"}"#).unwrap().unwrap();
        assert_eq!(asked.of(TestedCall::Charge), Some("pays"));
    }
}
