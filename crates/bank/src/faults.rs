//! Faults on demand: which call breaks next, and how. Pure; the shell does the breaking.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

/// Faults that may wait at a time.
const WAITING_MAX: usize = 100;

/// The PG's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    Start,
    Find,
    Register,
    Expire,
    Charge,
    FindPayment,
    NetCancel,
    Cancel,
    /// Issue or cancel a cash receipt.
    Receipt,
    FindReceipt,
}

impl Call {
    /// How many there are.
    pub const COUNT: usize = Self::FindReceipt as usize + 1;
}

/// Which call a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum On {
    One(Call),
    Any(Any),
}

/// Every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Any {
    Any,
}

impl On {
    pub const ANY: Self = Self::Any(Any::Any);

    fn covers(self, call: Call) -> bool {
        match self {
            Self::One(one) => one == call,
            Self::Any(Any::Any) => true,
        }
    }
}

/// What goes wrong with one call. *Before* and *after* are about the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Before: nothing is applied and nothing is answered.
    Hang,
    /// After: the answer comes `slow_ms` late.
    Slow,
    /// Before: the connection is closed without an answer.
    DropBefore,
    /// Before: nothing is applied, and the answer is a refusal.
    Refuse,
    /// After: the connection is closed without an answer.
    DropAfter,
    /// After: HTTP 502 with HTML.
    BadGatewayAfter,
    /// After: the length of the whole answer, half of its bytes, the end.
    HalfBody,
    /// After: the answer, signed wrongly.
    WrongSignature,
    /// After: HTTP 200 with something that is not JSON.
    Garbage,
}

/// A fault that waits for its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub on: On,
    pub kind: Kind,
    /// Calls that it still breaks.
    pub times: u32,
    /// How late a [`Kind::Slow`] answer is.
    pub slow_ms: u64,
}

/// Too many faults wait already.
#[derive(Debug)]
pub struct TooMany;

/// The faults that wait, oldest first.
#[derive(Default)]
pub struct Faults {
    waiting: Mutex<Vec<Fault>>,
    /// How many wait, so that a call without faults takes no lock.
    count: AtomicUsize,
}

impl Faults {
    pub fn add(&self, fault: Fault) -> Result<(), TooMany> {
        self.change(|waiting| {
            if waiting.len() >= WAITING_MAX {
                return Err(TooMany);
            }
            waiting.push(fault);
            Ok(())
        })
    }

    pub fn clear(&self) {
        self.change(Vec::clear);
    }

    pub fn waiting(&self) -> Vec<Fault> {
        self.change(|waiting| waiting.clone())
    }

    /// The oldest fault for `call`, used up by one.
    pub fn take(&self, call: Call) -> Option<Fault> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.change(|waiting| {
            let index = waiting.iter().position(|fault| fault.on.covers(call))?;
            let fault = waiting[index];
            waiting[index].times -= 1;
            if waiting[index].times == 0 {
                waiting.remove(index);
            }
            Some(fault)
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Fault>) -> T) -> T {
        let mut waiting = self.waiting.lock().expect("no holder of this lock panics");
        let result = change(&mut waiting);
        self.count.store(waiting.len(), Ordering::Release);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(on: On, kind: Kind, times: u32) -> Fault {
        Fault {
            on,
            kind,
            times,
            slow_ms: 0,
        }
    }

    #[test]
    fn a_fault_breaks_its_own_calls_as_often_as_asked_and_in_order() {
        let faults = Faults::default();
        faults.add(fault(On::One(Call::Find), Kind::Hang, 2)).unwrap();
        faults.add(fault(On::ANY, Kind::Garbage, 1)).unwrap();
        let kinds = [Call::Find, Call::Start, Call::Start, Call::Find, Call::Find];
        let taken = kinds.map(|call| faults.take(call).map(|fault| fault.kind));
        assert_eq!(
            taken,
            [Some(Kind::Hang), Some(Kind::Garbage), None, Some(Kind::Hang), None]
        );
        assert!(faults.waiting().is_empty());
    }

    #[test]
    fn the_list_has_an_end() {
        let faults = Faults::default();
        for _ in 0..WAITING_MAX {
            faults.add(fault(On::ANY, Kind::Slow, 1)).unwrap();
        }
        assert!(faults.add(fault(On::ANY, Kind::Slow, 1)).is_err());
        faults.clear();
        assert!(faults.take(Call::Find).is_none());
    }
}
