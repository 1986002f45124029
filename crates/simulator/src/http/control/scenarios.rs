//! `GET /control/scenarios`, `PUT|DELETE /control/scenarios/{phone}`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Done, Problem, done, parse};
use crate::core::debit::{ACCOUNTS, DebitScenario, DebitSetting};
use crate::core::event::Event;
use crate::core::fingerprint::SimulatorFingerprint;
use crate::core::payer::Phone;
use crate::core::scenario::{PHONES, Scenario};
use crate::http::shell::Shell;

/// The longest list of set phones.
const SET_MAX: usize = 10_000;

/// The phones and accounts that always behave so, and those that were told to.
#[derive(Serialize)]
pub(super) struct Scenarios {
    usual: Vec<UsualRow>,
    set: Vec<SetRow>,
    accounts: Vec<AccountRow>,
    every_account: Option<DebitSetting>,
}

/// Accounts that end so.
#[derive(Serialize)]
struct AccountRow {
    ends_with: &'static str,
    scenario: DebitScenario,
}

/// A magic number, which is nobody's and may be shown.
#[derive(Serialize)]
struct UsualRow {
    phone: &'static str,
    scenario: Scenario,
}

#[derive(Serialize)]
struct SetRow {
    phone_masked: Box<str>,
    phone_hash: SimulatorFingerprint,
    scenario: Scenario,
}

pub(super) async fn list(State(shell): State<Arc<Shell>>) -> Json<Scenarios> {
    let usual = PHONES.iter().map(|&(phone, scenario)| UsualRow { phone, scenario });
    let mut set: Vec<_> = shell.engine.read(|bank| {
        let rows = bank.scenarios.iter().map(|(phone, set)| SetRow {
            phone_masked: set.phone_masked.clone(),
            phone_hash: *phone,
            scenario: set.scenario,
        });
        rows.collect()
    });
    set.sort_unstable_by(|one, other| one.phone_masked.cmp(&other.phone_masked));
    let accounts = ACCOUNTS.iter();
    let accounts = accounts.map(|&(ends_with, scenario)| AccountRow { ends_with, scenario });
    Json(Scenarios {
        usual: usual.collect(),
        set,
        accounts: accounts.collect(),
        every_account: shell.engine.read(|bank| bank.every_account),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    scenario: Scenario,
}

pub(super) async fn set(
    State(shell): State<Arc<Shell>>,
    Path(phone): Path<String>,
    body: Bytes,
) -> Result<Json<Done>, Problem> {
    let phone = read(&shell, &phone)?;
    let Setting { scenario } = parse(&body)?;
    if shell.engine.read(|bank| bank.scenarios.len()) >= SET_MAX {
        let message = "too many phones have a scenario of their own";
        return Err(Problem::new(StatusCode::CONFLICT, "too-many", message));
    }
    let event = Event::ScenarioSet {
        phone: phone.mark,
        phone_masked: phone.masked,
        scenario,
        at_ms: shell.engine.now_ms(),
    };
    shell.engine.set(event).map_err(|_| Problem::not_written())?;
    Ok(done("set"))
}

pub(super) async fn remove(State(shell): State<Arc<Shell>>, Path(phone): Path<String>) -> Result<Json<Done>, Problem> {
    let phone = read(&shell, &phone)?.mark;
    if !shell.engine.read(|bank| bank.scenarios.contains_key(&phone)) {
        let message = "this phone has no scenario of its own";
        return Err(Problem::new(StatusCode::NOT_FOUND, "not-set", message));
    }
    let at_ms = shell.engine.now_ms();
    let event = Event::ScenarioRemoved { phone, at_ms };
    shell.engine.set(event).map_err(|_| Problem::not_written())?;
    Ok(done("removed"))
}

fn read(shell: &Shell, phone: &str) -> Result<Phone, Problem> {
    Phone::read(phone, &shell.engine.fingerprints).ok_or_else(|| Problem::bad_request("a phone has 9 to 12 digits"))
}
