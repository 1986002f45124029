//! Live mode keeps out of private networks.

use domain::delivery::State;
use gateway::Mode;
use serde_json::json;

use super::endpoint::{Endpoint, Temper};
use super::house::House;

#[tokio::test]
async fn live_mode_refuses_private_targets_at_once() {
    let (house, endpoint) = (
        House::start(Mode::Live).await,
        Endpoint::start(&[Temper::Success]).await,
    );
    let port = endpoint.address.port();
    let private = [
        format!("https://127.0.0.1:{port}/hook"),
        format!("https://[::ffff:127.0.0.1]:{port}/hook"),
        "https://10.1.2.3/hook".to_owned(),
        // A name that leads to the loopback.
        format!("https://localhost:{port}/hook"),
    ];
    let cases = private.map(|url| (url, "refused: private address"));
    let plain = (format!("http://shop.example:{port}/hook"), "refused: not https");
    for (number, (url, result)) in cases.into_iter().chain([plain]).enumerate() {
        let receipt_id = house
            .paid(&format!("order_{number}"), json!({ "feedback_url": url }))
            .await;
        let [delivery] = house.settled(&receipt_id).await.try_into().unwrap();
        assert_eq!((delivery.state, delivery.attempts), (State::Exhausted, 1), "{url}");
        assert_eq!(delivery.last_result, result, "{url}");
    }
    assert!(endpoint.got().is_empty());
    house.stop().await;
}
