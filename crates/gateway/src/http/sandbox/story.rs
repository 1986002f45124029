//! `GET /sandbox/story/{id}`: the life of a receipt or a reserve of the caller's project, for `jadong explain` in another folder
//! than the gateway's.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::{ErrorCode, ReceiptId, Refusal};
use serde::Deserialize;

use crate::house::House;
use crate::http::language::Language;
use crate::http::reply::{Fault, ok};
use crate::http::v2::Caller;
use crate::issuance::read_refusal;
use crate::sandbox::allowed;
use crate::story::story;

#[derive(Deserialize)]
pub struct Asked {
    /// `ko`; anything else is English.
    lang: Option<String>,
}

pub async fn show(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Caller(caller): Caller,
) -> Result<Response, Fault> {
    allowed(&house)?;
    let none = || Refusal::new(ErrorCode::ReceiptNotFound, "id");
    let id: ReceiptId = id.parse().map_err(|_| none())?;
    let language = match asked.lang.as_deref() {
        Some("ko") => Language::Korean,
        _ => Language::English,
    };
    let told = story(&house.store, Some(caller.project.id), id, language).await;
    let told = told.map_err(|error| read_refusal(&error))?;
    Ok(ok(&told.ok_or_else(none)?))
}
