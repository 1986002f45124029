//! The pages that end a handler early.

use axum::response::{IntoResponse, Response};

use super::{access_denied, message};
use crate::page_context::PageError;

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::AccessDenied(appearance) => access_denied::answer(&appearance),
            Self::NoProject(appearance) => access_denied::no_project(&appearance),
            Self::Message(said) => message::answer(&said),
        }
    }
}
