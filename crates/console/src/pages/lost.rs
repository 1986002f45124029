//! Every address that leads nowhere.

use crate::answer::Stop;
use crate::visit::Visit;

/// 404, with the way back.
pub async fn answer(visit: Visit) -> Stop {
    Stop::not_found(&visit)
}
