//! An installation that began in a file is moved to PostgreSQL: nothing is lost, nothing is served from twice.

use pgcluster::{Database, Shared};
use serde_json::{Value, json};
use testkit::Merchant;
use testkit::process::{Gateway, run};

use super::{Cluster, PEPPER};

/// What was asked for before the move, and what was answered.
struct Before {
    key: String,
    dead_key: String,
    receipts: Vec<(String, Value)>,
    reserve: String,
    reserved: Value,
}

async fn look_up(merchant: &Merchant, receipt_id: &str) -> Value {
    let mut found = merchant.look_up(receipt_id).await;
    // Where the gateway listens.
    found["gateway_url"] = Value::Null;
    found
}

/// Some of everything.
async fn live(gateway: &Gateway) -> Before {
    let merchant = gateway.merchant();
    let (issued, key) = merchant.issue_for("moved").await;
    let (poor, dead_key) = (merchant.key_of("0001").await, merchant.key().await);
    let mut receipts = vec![issued, merchant.receipt(json!({ "subscription_id": "open" })).await];
    for number in 0..30 {
        let order = json!({ "order_id": format!("order-{number}"), "order_name": "구독 \"한 달\" \\ 100%" });
        let paid = merchant.charge_once(&format!("once-{number}"), &key, order).await;
        receipts.push(paid.expect(200).text("receipt_id"));
    }
    let part = json!({ "cancel_price": 400, "cancel_id": "part" });
    merchant.cancel(&receipts[2], part).await.expect(200);
    merchant.cancel(&receipts[3], json!({})).await.expect(200);
    let declined = merchant.charge(&poor, json!({ "order_id": "declined" })).await;
    receipts.push(declined.text("receipt_id"));
    let day = json!({ "order_id": "reserved", "reserve_execute_at": "2027-01-31T09:00:00+09:00" });
    let reserve = merchant.reserve(&key, day).await;
    let reserve = reserve.expect(200).text("reserve_id");
    let gone = merchant.delete(&format!("/v2/subscribe/billing_key/{dead_key}")).await;
    gone.expect(200);
    let mut answers = Vec::new();
    for receipt_id in receipts {
        let answer = look_up(&merchant, &receipt_id).await;
        answers.push((receipt_id, answer));
    }
    Before {
        reserved: merchant.reserved(&reserve).await,
        reserve,
        key,
        dead_key,
        receipts: answers,
    }
}

async fn is_as_before(merchant: &Merchant, before: &Before) {
    for (receipt_id, answer) in &before.receipts {
        assert_eq!(&look_up(merchant, receipt_id).await, answer);
    }
    assert_eq!(merchant.reserved(&before.reserve).await, before.reserved);
}

struct Move {
    cluster: Cluster,
    database: Database,
    from: String,
}

impl Move {
    async fn prepared() -> (Self, Gateway) {
        let database = Shared::server().empty_database();
        let cluster = Cluster::over(database.url()).await;
        // No database is named: a file.
        let old = cluster.node_at("old", "").await;
        let from = cluster.data("old").display().to_string();
        let prepared = Self {
            cluster,
            database,
            from,
        };
        (prepared, old)
    }

    async fn run(&self, env: &[(&str, &str)]) -> testkit::process::Output {
        let args = ["db", "move", "--from", &self.from, "--to", &self.cluster.url, "--json"];
        run(&args, env).await
    }

    async fn refused(&self, why: &str) {
        let told = self.run(&[]).await;
        assert!(told.code == Some(1) && told.err.contains(why), "{}", told.err);
    }
}

#[tokio::test]
async fn everything_is_there_after_a_move_that_was_interrupted_again_and_again() {
    let (moving, old) = Move::prepared().await;
    let before = live(&old).await;
    moving.refused("in use by another jadong").await;
    old.process.stop().await;
    // A key that is given must be the folder's, on a file too.
    let other = "08".repeat(32);
    let args = ["serve", "--listen", "127.0.0.1:0", "--data", &moving.from];
    let told = run(&args, &[("JADONG_PEPPER", &other)]).await;
    assert!(
        told.code == Some(1) && told.err.contains("JADONG_PEPPER is not the key"),
        "{}",
        told.err
    );
    // It ends in the middle of a table; nobody serves from what is there, and the file is served from as before.
    let died = moving.run(&[("JADONG_CRASH_AT", "move_page:6")]).await;
    assert_ne!(died.code, Some(0));
    let env = [("JADONG_STORE", moving.cluster.url.as_str()), ("JADONG_PEPPER", PEPPER)];
    let (code, error) = testkit::process::TestDir::empty().refused(&env).await;
    assert!(code == Some(1) && error.contains("jadong db move"), "{error}");
    let old = moving.cluster.node_at("old", "").await;
    let paid = old
        .merchant()
        .charge(&before.key, json!({ "order_id": "between" }))
        .await;
    let between = paid.expect(200).text("receipt_id");
    old.process.stop().await;
    // What was copied before is older than the file now.
    let died = moving.run(&[("JADONG_CRASH_AT", "move_page:9")]).await;
    assert_ne!(died.code, Some(0));
    // All is there, the file has its new name, and the database is not released yet: neither is served from.
    let died = moving.run(&[("JADONG_CRASH_AT", "move_renamed:1")]).await;
    assert_ne!(died.code, Some(0));
    let (code, error) = testkit::process::TestDir::empty().refused(&env).await;
    assert!(code == Some(1) && error.contains("jadong db move"), "{error}");
    let on_file = run(&["serve", "--listen", "127.0.0.1:0", "--data", &moving.from], &env[1..]).await;
    assert!(
        on_file.code == Some(1) && on_file.err.contains("was moved to PostgreSQL"),
        "{}",
        on_file.err
    );
    let moved = moving.run(&[]).await.success().json();
    let rows = |table: &str| {
        let tables = moved["tables"].as_array().unwrap();
        tables.iter().find(|row| row["table"] == table).unwrap()["rows"].as_u64()
    };
    assert_eq!(
        (rows("payment"), rows("reserve"), rows("cancel")),
        (Some(32), Some(1), Some(2))
    );
    assert_eq!(rows("open_subscription"), Some(1), "{moved}");
    moving.refused("is not empty").await;
    let new = moving.cluster.node("old").await;
    let merchant = new.merchant();
    is_as_before(&merchant, &before).await;
    assert_eq!(merchant.look_up(&between).await["status"], 1);
    // Orders, idempotency keys and open subscriptions are still taken, and a dead key is dead.
    let again = merchant.charge(
        &before.key,
        json!({ "order_id": "order-7", "order_name": "구독 \"한 달\" \\ 100%" }),
    );
    assert_eq!(again.await.text("receipt_id"), before.receipts[9].0);
    let other = merchant.charge_once("once-7", &before.key, json!({ "order_id": "another" }));
    assert_ne!(other.await.status, 200);
    let dead = merchant.charge(&before.dead_key, json!({ "order_id": "dead" })).await;
    assert_ne!(dead.status, 200);
    // What was begun goes on.
    let receipt_id = &before.receipts[1].0;
    merchant.publish(receipt_id).await.expect(200);
    merchant.cancel(&before.receipts[2].0, json!({})).await.expect(200);
    let gone = merchant
        .delete(&format!("/v2/subscribe/payment/reserve/{}", before.reserve))
        .await;
    gone.expect(200);
    let ledger = moving.cluster.pg.ledger().await;
    assert_eq!(ledger.refunds_of(&before.receipts[2].0), [400, 600]);
    let debits = ledger.debits_of(&before.receipts[9].0).len();
    assert_eq!(debits, 1);
    new.process.stop().await;
}

/// What a server does to a row on the way is noticed, and the file stays what is served from.
#[tokio::test]
async fn a_row_that_comes_out_otherwise_ends_the_move() {
    let (moving, old) = Move::prepared().await;
    let before = live(&old).await;
    old.process.stop().await;
    moving.database.sql(
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.price := NEW.price + 1; RETURN NEW; END $$; \
         CREATE TRIGGER spoil BEFORE INSERT ON payment FOR EACH ROW WHEN (NEW.order_id = 'order-7') EXECUTE FUNCTION spoil()",
    );
    let receipt_id = before.receipts[9].0.clone();
    moving.refused("a row of payment is not the same").await;
    moving.refused(&receipt_id).await;
    let old = moving.cluster.node_at("old", "").await;
    is_as_before(&old.merchant(), &before).await;
    old.process.stop().await;
}
