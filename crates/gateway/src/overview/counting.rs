//! What is counted, and when: after the commit that made it true.

use domain::issuance::{Issuance, State};
use domain::payment::{self, Payment};
use domain::{ErrorCode, ProjectId};

use super::tally::What;
use crate::house::House;

/// A billing key was asked for.
pub fn requested(house: &House, issuance: &Issuance) {
    house
        .tallies
        .count(issuance.project_id, house.clocks.machine_now(), What::Requested, "");
}

/// An issuance moved from `before` to where it is now.
pub fn issuance(house: &House, before: State, issuance: &Issuance) {
    let why = issuance.failure.as_ref().map(|failure| failure.code.name());
    let (what, why) = match issuance.state {
        // Back from a PG that could not be reached.
        State::Consented if before != State::Consenting && before != State::Requested => return,
        State::Consented => (What::Consented, ""),
        State::Publishing => (What::Published, ""),
        State::Issued => (What::Issued, ""),
        State::Refused | State::Failed => (What::Lost, why.unwrap_or("")),
        State::Expired => (What::Lost, ErrorCode::ConsentExpired.name()),
        State::Requested | State::Consenting | State::InDoubt => return,
    };
    house
        .tallies
        .count(issuance.project_id, house.clocks.machine_now(), what, why);
}

/// A consent's time was over.
pub fn expired(house: &House, project: ProjectId) {
    house.tallies.count(
        project,
        house.clocks.machine_now(),
        What::Lost,
        ErrorCode::ConsentExpired.name(),
    );
}

/// A debit ended, or its outcome became unknown, or the verdict on it came.
pub fn payment(house: &House, payment: &Payment) {
    let what = match payment.state {
        payment::State::Paid => What::Paid,
        payment::State::Declined => What::Declined,
        payment::State::Voided => What::Voided,
        payment::State::InDoubt => What::InDoubt,
        payment::State::NeedsPerson => What::NeedsPerson,
        _ => return,
    };
    let why = payment.reason.map_or("", |reason| reason.name());
    house
        .tallies
        .count(payment.project_id, house.clocks.machine_now(), what, why);
}

/// Money went back.
pub fn cancelled(house: &House, project: ProjectId) {
    house
        .tallies
        .count(project, house.clocks.machine_now(), What::Cancelled, "");
}

/// An attempt at a webhook; `failure` is `None` when it was delivered, else the result's name.
pub fn delivery(house: &House, project: ProjectId, failure: Option<&'static str>) {
    let what = if failure.is_none() {
        What::Delivered
    } else {
        What::NotDelivered
    };
    house
        .tallies
        .count(project, house.clocks.machine_now(), what, failure.unwrap_or(""));
}
