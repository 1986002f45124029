//! Every address that leads nowhere.

use crate::page_context::PageContext;
use crate::page_context::PageError;

/// 404, with the way back.
pub async fn answer(context: PageContext) -> PageError {
    PageError::not_found(&context)
}
