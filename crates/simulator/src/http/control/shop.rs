//! `PUT /control/shop`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;

use super::{Done, Problem, done, parse};
use crate::core::event::Event;
use crate::core::refusal::MerchantPermission;
use crate::http::shell::Shell;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    register: MerchantPermission,
}

pub(super) async fn set(State(shell): State<Arc<Shell>>, body: Bytes) -> Result<Json<Done>, Problem> {
    let Setting { register } = parse(&body)?;
    let at_ms = shell.engine.now_ms();
    shell
        .engine
        .set(Event::ShopSet { register, at_ms })
        .map_err(|_| Problem::not_written())?;
    Ok(done("set"))
}
