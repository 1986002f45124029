//! Two projects in one gateway: whatever the first one does, the second is served.

mod debits;
mod requests;
mod reserves;

use serde_json::json;
use tokio::task::JoinSet;

use testkit::Answer;
use testkit::Merchant;

/// Debits that are under way: the bank of this account never answers.
const SILENT: &str = "0008";

/// Sends `count` debits of a key at once.
fn charges(merchant: &Merchant, key: &str, name: &str, count: usize) -> JoinSet<Answer> {
    let mut under_way = JoinSet::new();
    for number in 0..count {
        let (merchant, key) = (merchant.clone(), key.to_owned());
        let order = json!({ "order_id": format!("{name}_{number}") });
        under_way.spawn(async move { merchant.charge(&key, order).await });
    }
    under_way
}
