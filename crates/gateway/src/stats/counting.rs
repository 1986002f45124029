//! What is counted, and when: after the commit that made it true.

use domain::issuance::{Issuance, IssuanceState};
use domain::payment::{self, Payment};
use domain::{ErrorCode, ProjectId};

use super::counters::CounterKind;
use crate::app::App;

/// A billing key was asked for.
pub fn requested(app: &App, issuance: &Issuance) {
    app.counters.count(
        issuance.project_id,
        app.clocks.machine_now(),
        CounterKind::Requested,
        "",
    );
}

/// An issuance moved from `before` to where it is now.
pub fn issuance(app: &App, before: IssuanceState, issuance: &Issuance) {
    let why = issuance.failure.as_ref().map(|failure| failure.code.name());
    let (what, why) = match issuance.state {
        // Back from a PG that could not be reached.
        IssuanceState::Consented if before != IssuanceState::Consenting && before != IssuanceState::Requested => return,
        IssuanceState::Consented => (CounterKind::Consented, ""),
        IssuanceState::Publishing => (CounterKind::Published, ""),
        IssuanceState::Issued => (CounterKind::Issued, ""),
        IssuanceState::Refused | IssuanceState::Failed => (CounterKind::Lost, why.unwrap_or("")),
        IssuanceState::Expired => (CounterKind::Lost, ErrorCode::ConsentExpired.name()),
        IssuanceState::Requested | IssuanceState::Consenting | IssuanceState::InDoubt => return,
    };
    app.counters
        .count(issuance.project_id, app.clocks.machine_now(), what, why);
}

/// A consent's time was over.
pub fn expired(app: &App, project: ProjectId) {
    app.counters.count(
        project,
        app.clocks.machine_now(),
        CounterKind::Lost,
        ErrorCode::ConsentExpired.name(),
    );
}

/// A debit ended, or its outcome became unknown, or the verdict on it came.
pub fn payment(app: &App, payment: &Payment) {
    let what = match payment.state {
        payment::PaymentState::Paid => CounterKind::Paid,
        payment::PaymentState::Declined => CounterKind::Declined,
        payment::PaymentState::Voided => CounterKind::Voided,
        payment::PaymentState::InDoubt => CounterKind::InDoubt,
        payment::PaymentState::NeedsReview => CounterKind::NeedsPerson,
        _ => return,
    };
    let why = payment.reason.map_or("", |reason| reason.name());
    app.counters
        .count(payment.project_id, app.clocks.machine_now(), what, why);
}

/// Money went back.
pub fn cancelled(app: &App, project: ProjectId) {
    app.counters
        .count(project, app.clocks.machine_now(), CounterKind::Cancelled, "");
}

/// An attempt at a webhook; `failure` is `None` when it was delivered, else the result's name.
pub fn delivery(app: &App, project: ProjectId, failure: Option<&'static str>) {
    let what = if failure.is_none() {
        CounterKind::Delivered
    } else {
        CounterKind::NotDelivered
    };
    app.counters
        .count(project, app.clocks.machine_now(), what, failure.unwrap_or(""));
}
