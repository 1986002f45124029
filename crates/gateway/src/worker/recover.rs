//! After a start: every issuance that was under way is taken up again from what is on disk.

use std::sync::Arc;

use domain::change::Actor;
use domain::issuance::{Issuance, State};
use store::{OpenCursor, ReadError};

use crate::consent::drive;
use crate::house::House;
use crate::issuance::settle;

const PAGE: u32 = 500;

/// Puts every open issuance back on its way. The customer is not called again: only questions are asked.
pub async fn recover(house: &Arc<House>) -> Result<usize, ReadError> {
    let mut cursor = None;
    let mut taken_up = 0;
    loop {
        let page = house.store.open_issuances(cursor.take(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(taken_up) };
        cursor = Some(OpenCursor {
            project_id: last.project_id,
            subscription_id: last.terms.subscription_id.clone(),
        });
        for issuance in page {
            taken_up += usize::from(take_up(house, Arc::new(issuance)));
        }
    }
}

fn take_up(house: &Arc<House>, issuance: Arc<Issuance>) -> bool {
    match issuance.state {
        State::Requested | State::Consenting => {
            let Some(posted) = house.board.put_up(issuance.receipt_id, &issuance) else {
                return false;
            };
            let posted = posted.holding(house.board.enter_anyway(house.share_of(issuance.project_id)));
            let driven = house.clone();
            house
                .tasks
                .spawn(async move { drive::follow(&driven, posted, issuance, Actor::Worker).await });
        }
        State::Publishing | State::InDoubt => settle::spawn_unposted(house, issuance),
        // It waits for the merchant, and the expiry worker for its end.
        State::Consented | State::Issued | State::Refused | State::Expired | State::Failed => return false,
    }
    true
}
