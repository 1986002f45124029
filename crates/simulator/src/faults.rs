//! Faults on demand: which call breaks next, and how. Pure; the shell does the breaking.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

/// Faults of one project that may wait at a time.
const WAITING_MAX: usize = 100;
/// And of all.
const WAITING_IN_ALL_MAX: usize = 10_000;

/// Who calls, as a sandbox tells it.
pub type ProjectName = Arc<str>;

/// The PG's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultyCall {
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

impl FaultyCall {
    /// How many there are.
    pub const COUNT: usize = Self::FindReceipt as usize + 1;
}

/// Which call a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum On {
    One(FaultyCall),
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

    fn covers(self, call: FaultyCall) -> bool {
        match self {
            Self::One(one) => one == call,
            Self::Any(Any::Any) => true,
        }
    }
}

/// What goes wrong with one call. *Before* and *after* are about the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Given by [`Faults::add`].
    pub id: u64,
    /// Whose calls it breaks; `None`: everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectName>,
    pub on: On,
    pub kind: FaultKind,
    /// Calls that it still breaks.
    pub times: u32,
    /// How late a [`Kind::Slow`] answer is.
    pub slow_ms: u64,
}

impl Fault {
    /// Whether it breaks calls of `project`, which may be nobody's in particular.
    fn is_for(&self, project: Option<&str>) -> bool {
        self.project.is_none() || self.project.as_deref() == project
    }
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
    last_id: AtomicU64,
}

impl Faults {
    /// Puts one behind those that wait.
    pub fn add(&self, fault: Fault) -> Result<(), TooMany> {
        self.change(|waiting| {
            let of_project = waiting.iter().filter(|other| other.project == fault.project).count();
            if of_project >= WAITING_MAX || waiting.len() >= WAITING_IN_ALL_MAX {
                return Err(TooMany);
            }
            let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
            waiting.push(Fault { id, ..fault });
            Ok(())
        })
    }

    /// Forgets those of `project`, or all.
    pub fn clear(&self, project: Option<&str>) {
        self.change(|waiting| waiting.retain(|fault| project.is_some() && fault.project.as_deref() != project));
    }

    /// Forgets one; with a project only its own. `false` when there is none.
    pub fn remove(&self, id: u64, project: Option<&str>) -> bool {
        self.change(|waiting| {
            let before = waiting.len();
            waiting.retain(|fault| fault.id != id || (project.is_some() && fault.project.as_deref() != project));
            waiting.len() < before
        })
    }

    /// Those that break calls of `project`, or all.
    pub fn waiting(&self, project: Option<&str>) -> Vec<Fault> {
        let mut waiting = self.change(|waiting| waiting.clone());
        waiting.retain(|fault| project.is_none() || fault.is_for(project));
        waiting
    }

    /// The oldest fault for `call` of `project`, used up by one.
    pub fn take(&self, call: FaultyCall, project: Option<&str>) -> Option<Fault> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.change(|waiting| {
            let covers = |fault: &Fault| fault.on.covers(call) && fault.is_for(project);
            let index = waiting.iter().position(covers)?;
            let fault = waiting[index].clone();
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

    fn fault(on: On, kind: FaultKind, times: u32) -> Fault {
        Fault {
            id: 0,
            project: None,
            on,
            kind,
            times,
            slow_ms: 0,
        }
    }

    #[test]
    fn a_fault_breaks_its_own_calls_as_often_as_asked_and_in_order() {
        let faults = Faults::default();
        faults
            .add(fault(On::One(FaultyCall::Find), FaultKind::Hang, 2))
            .unwrap();
        faults.add(fault(On::ANY, FaultKind::Garbage, 1)).unwrap();
        let kinds = [
            FaultyCall::Find,
            FaultyCall::Start,
            FaultyCall::Start,
            FaultyCall::Find,
            FaultyCall::Find,
        ];
        let taken = kinds.map(|call| faults.take(call, None).map(|fault| fault.kind));
        assert_eq!(
            taken,
            [
                Some(FaultKind::Hang),
                Some(FaultKind::Garbage),
                None,
                Some(FaultKind::Hang),
                None
            ]
        );
        assert!(faults.waiting(None).is_empty());
    }

    #[test]
    fn the_list_has_an_end() {
        let faults = Faults::default();
        for _ in 0..WAITING_MAX {
            faults.add(fault(On::ANY, FaultKind::Slow, 1)).unwrap();
        }
        assert!(faults.add(fault(On::ANY, FaultKind::Slow, 1)).is_err());
        faults.clear(None);
        assert!(faults.take(FaultyCall::Find, None).is_none());
    }

    #[test]
    fn a_projects_faults_break_its_own_calls_only_and_are_its_own_to_forget() {
        let faults = Faults::default();
        let of = |project: &str, kind| Fault {
            project: Some(project.into()),
            ..fault(On::ANY, kind, 9)
        };
        let taken = |project| faults.take(FaultyCall::Find, project).map(|fault| fault.kind);
        faults.add(of("a", FaultKind::Hang)).unwrap();
        faults.add(of("b", FaultKind::Garbage)).unwrap();
        assert_eq!(
            [taken(Some("b")), taken(Some("a"))],
            [Some(FaultKind::Garbage), Some(FaultKind::Hang)]
        );
        assert_eq!([taken(Some("c")), taken(None)], [None, None]);
        faults.add(fault(On::ANY, FaultKind::Slow, 9)).unwrap();
        assert_eq!(
            [taken(Some("c")), taken(None)],
            [Some(FaultKind::Slow), Some(FaultKind::Slow)]
        );
        let ids = |project| faults.waiting(project).iter().map(|fault| fault.id).collect::<Vec<_>>();
        assert_eq!(
            (ids(Some("a")), ids(Some("c")), ids(None)),
            (vec![1, 3], vec![3], vec![1, 2, 3])
        );
        assert!(!faults.remove(2, Some("a")), "another's");
        assert!(faults.remove(2, Some("b")) && !faults.remove(2, Some("b")));
        for _ in 1..WAITING_MAX {
            faults.add(of("a", FaultKind::Slow)).unwrap();
        }
        assert!(faults.add(of("a", FaultKind::Slow)).is_err() && faults.add(of("b", FaultKind::Slow)).is_ok());
        faults.clear(Some("a"));
        assert_eq!(ids(Some("a")), [3], "what is for everybody stays");
        faults.clear(None);
        assert!(ids(None).is_empty());
    }
}
