//! The pages, one file each.

pub mod access_denied;
pub mod audit;
pub mod customer;
pub mod developers;
mod error;
pub mod faults;
pub mod health;
pub mod in_doubt;
pub mod keys;
pub mod message;
pub mod not_found;
pub mod overview;
pub mod phone;
pub mod receipt;
pub mod receipts;
pub mod receipts_file;
pub mod requests;
pub mod reserves;
pub mod resolve;
pub mod sign_in;
pub mod webhooks;

use axum::Router;
use axum::routing::{get, post};

use crate::Console;

/// Every page behind the guard.
pub fn routes() -> Router<Console> {
    Router::new()
        .route("/console", get(overview::show))
        .route("/console/phone", get(phone::show).post(phone::choose))
        .route("/console/phone/{receipt_id}", post(phone::press))
        .route("/console/requests", get(requests::list))
        .route("/console/requests/{request_id}", get(requests::one))
        .route("/console/faults", get(faults::show).post(faults::change))
        .route("/console/receipts", get(receipts::list))
        .route("/console/receipts/{id}", get(receipt::show))
        .route("/console/receipts/{id}/cancel", post(receipt::cancel))
        .route(
            "/console/receipts/{id}/webhooks/{delivery}/resend",
            post(receipt::resend),
        )
        .route("/console/keys", get(keys::list))
        .route("/console/keys/{id}", get(keys::show))
        .route("/console/keys/{id}/destroy", post(keys::destroy))
        .route("/console/keys/{id}/withdraw", post(keys::withdraw))
        .route("/console/keys/{id}/consent/{form}", get(keys::record))
        .route("/console/reserves", get(reserves::list))
        .route("/console/reserves/{id}", get(reserves::show))
        .route("/console/reserves/{id}/revoke", post(reserves::revoke))
        .route("/console/doubts", get(in_doubt::list))
        .route("/console/doubts/{id}/ask", post(in_doubt::ask))
        .route("/console/doubts/{id}/settle", get(resolve::form).post(resolve::resolve))
        .route("/console/doubts/{id}/settle/review", post(resolve::review))
        .route("/console/webhooks", get(webhooks::show).post(webhooks::set))
        .route("/console/webhooks/secret", post(webhooks::reveal))
        .route("/console/webhooks/rotate", post(webhooks::rotate))
        .route("/console/receipts.csv", get(receipts_file::download))
        .route("/console/customers", get(customer::show))
        .route("/console/developers", get(developers::show))
        .route("/console/health", get(health::show))
        .route("/console/clock", post(reserves::advance))
        .route("/console/audit", get(audit::list))
}
