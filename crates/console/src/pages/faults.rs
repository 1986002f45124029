//! `GET /console/faults`: how the simulated PG's customers and accounts behave, and what goes wrong with its next calls.

use askama::Template;
use axum::Form;
use axum::response::Response;
use domain::ErrorCode;
use gateway::{FAULT_CALLS, FAULT_KINDS, NewFault, Role, Scenarios, WaitingFault};
use serde::Deserialize;

use crate::format::filters;
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words::{self, faults};

const HERE: &str = "/console/faults";

#[derive(Template)]
#[template(path = "faults.html")]
struct Faults {
    frame: Frame,
    words: &'static words::Faults,
    triggers: String,
    calls: Vec<Choice>,
    kinds: Vec<Choice>,
    waiting: Vec<Waiting>,
    customers: Vec<Behaviour>,
    accounts: Vec<Behaviour>,
}

/// One choice of a list.
struct Choice {
    name: &'static str,
    text: &'static str,
}

struct Waiting {
    id: u64,
    call: String,
    kind: String,
    times: u32,
    slow_ms: u64,
}

/// A number, and how it behaves.
struct Behaviour {
    number: String,
    scenario: String,
    text: &'static str,
}

/// The form, what waits, and the tables.
pub async fn show(context: PageContext) -> Result<Response, PageError> {
    if !context.operator.has_phones() {
        return Err(PageError::not_found(&context));
    }
    let unavailable = |refusal: domain::Refusal| PageError::refused(&context, &refusal);
    let waiting = context.operator.faults(context.project).await.map_err(unavailable)?;
    let scenarios = context.operator.scenarios().await.map_err(unavailable)?;
    let words = words::Faults::of(context.language());
    let language = context.language();
    let call = |name| faults::call(name, language);
    let kind = |name| faults::kind(name, language);
    let Scenarios { customers, accounts } = scenarios;
    Ok(page(&Faults {
        frame: Frame::of(&context, Some(Section::Faults), words.title),
        words,
        triggers: live::triggers(&[Kind::Faults]),
        calls: FAULT_CALLS.map(|name| Choice { name, text: call(name) }).into(),
        kinds: FAULT_KINDS.map(|name| Choice { name, text: kind(name) }).into(),
        waiting: waiting
            .iter()
            .map(|fault: &WaitingFault| Waiting {
                id: fault.id,
                call: faults::call(&fault.on, language).to_owned(),
                kind: faults::kind(&fault.kind, language).to_owned(),
                times: fault.times,
                // Of the others it means nothing.
                slow_ms: if fault.kind == "slow" { fault.slow_ms } else { 0 },
            })
            .collect(),
        customers: customers
            .into_iter()
            .map(|customer| Behaviour {
                number: hyphenated(&customer.phone),
                text: faults::customer(&customer.scenario, language),
                scenario: customer.scenario,
            })
            .collect(),
        accounts: accounts
            .into_iter()
            .map(|account| Behaviour {
                number: format!("…{}", account.ends_with),
                text: faults::account(&account.scenario, language),
                scenario: account.scenario,
            })
            .collect(),
    }))
}

/// `010-0000-0001`: these numbers are nobody's.
fn hyphenated(phone: &str) -> String {
    match (phone.get(..3), phone.get(3..7), phone.get(7..)) {
        (Some(a), Some(b), Some(c)) => format!("{a}-{b}-{c}"),
        _ => phone.to_owned(),
    }
}

#[derive(Deserialize)]
pub struct FaultForm {
    act: String,
    /// Of the fault that is switched off.
    #[serde(default)]
    id: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    times: String,
}

/// `POST /console/faults`: adds one, forgets one or all.
pub async fn change(context: PageContext, Form(wanted): Form<FaultForm>) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let (person, project) = (&context.person, context.project);
    let done = match wanted.act.as_str() {
        "clear" => context.operator.clear_faults(person, project).await,
        "remove" => {
            let id = wanted.id.parse().map_err(|_| PageError::not_found(&context))?;
            context.operator.remove_fault(person, project, id).await
        }
        _ => context.operator.add_fault(person, project, fault(wanted)).await,
    };
    match done {
        Ok(()) => Ok(context.seen_after(HERE)),
        // Used up in the meantime, or switched off in another tab: the page shows what is left.
        Err(refusal) if refusal.code == ErrorCode::EndpointNotFound => Ok(context.seen_after(HERE)),
        Err(refusal) => Err(PageError::refused(&context, &refusal)),
    }
}

fn fault(wanted: FaultForm) -> NewFault {
    // A closed door is closed for a time, not for a number of calls.
    let is_door = wanted.kind == "refuse-connection";
    NewFault {
        times: (!is_door).then(|| wanted.times.parse().unwrap_or(1)),
        slow_ms: (wanted.kind == "slow").then_some(3_000),
        for_ms: is_door.then_some(10_000),
        on: wanted.on,
        kind: wanted.kind,
    }
}
