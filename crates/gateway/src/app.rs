//! One gateway, put together: what HTTP handlers, the console and the workers are given.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::sync::watch;

use crate::auth::Auth;
use crate::ops::Ops;
use crate::sandbox::Sandbox;
use crate::services::Services;

pub struct App {
    pub services: Arc<Services>,
    pub auth: Auth,
    pub sandbox: Sandbox,
    pub ops: Arc<Ops>,
    /// The OpenAPI document, once somebody has asked for it.
    pub openapi_json: OnceLock<Bytes>,
    /// A part that ended though nobody asked it to; the gateway is to be stopped.
    pub broken: watch::Sender<Option<&'static str>>,
}
