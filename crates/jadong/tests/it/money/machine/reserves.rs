//! Reserves of a history, and their end before their time.

use domain::EpochMs;
use serde_json::json;

use super::model::{Held, Reserve};
use super::world::World;

impl World {
    pub async fn reserve(&mut self, key: usize, order: u8, price: u64, after_s: u32) {
        let order_id = format!("order-{order}");
        let held = self.model.held(&order_id, self.now_ms());
        let due_ms = self.now_ms() / 1_000 * 1_000 + i64::from(after_s) * 1_000;
        let body = json!({
            "billing_key": self.model.keys[key].billing_key, "order_name": "월 구독", "price": price,
            "order_id": order_id, "reserve_execute_at": EpochMs(due_ms).to_wire(),
        });
        let answer = self.merchant.post("/v2/subscribe/payment/reserve", body.clone()).await;
        let what = format!("reserve {order_id}, {held:?}");
        match held {
            Held::Free if due_ms <= self.now_ms() => {}
            Held::Free if self.model.keys[key].is_destroyed => {
                self.expect(&what, &answer, &["400 SUBSCRIBE_BK_EXPIRED"]);
            }
            Held::Free => self.expect(&what, &answer, &["200"]),
            Held::Paid(_) if !self.model.keys[key].is_destroyed && due_ms > self.now_ms() => {
                self.expect(&what, &answer, &["409 RC_ORDER_ID_CONFLICT"]);
            }
            _ => {}
        }
        let reserve_id = answer.text("reserve_id");
        if answer.status != 200
            || self
                .model
                .reserves
                .iter()
                .any(|reserve| reserve.reserve_id == reserve_id)
        {
            return;
        }
        let again = self.merchant.post("/v2/subscribe/payment/reserve", body.clone()).await;
        if again.text("reserve_id") != reserve_id {
            self.wrong
                .push(format!("{what}: an equal request was answered {}", again.body));
        }
        self.model.reserves.push(Reserve {
            reserve_id,
            order_id,
            key,
            due_ms,
            is_revoked: false,
            body,
        });
    }

    pub async fn revoke(&mut self, nth: usize) {
        if self.model.reserves.is_empty() {
            return;
        }
        let nth = nth % self.model.reserves.len();
        let (reserve, now_ms) = (self.model.reserves[nth].clone(), self.now_ms());
        let answer = self
            .merchant
            .delete(&format!("/v2/subscribe/payment/reserve/{}", reserve.reserve_id))
            .await;
        let what = format!("revoke {reserve:?}");
        if reserve.is_revoked {
            self.expect(&what, &answer, &["400 RESERVE_NOT_WAITING"]);
        } else if reserve.due_ms > now_ms {
            self.expect(&what, &answer, &["200"]);
        }
        self.model.reserves[nth].is_revoked |= answer.status == 200;
    }
}
