//! The example merchant against the real gateway: pages, months, outcomes that nobody knows, webhooks, restarts.

use std::time::Duration;

use ::merchant::{MasterKey, MerchantConfig, Monthly, RunningMerchant, Webhooks};
use client::{Cancel, Client, ReceiptId, Retries, UserData};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;
use tempfile::TempDir;

use super::sandbox::{Sandbox, won};
use testkit::net::{http, vacant_address};
use testkit::{PATIENCE, until};

struct Shop {
    merchant: RunningMerchant,
    url: String,
    http: reqwest::Client,
}

impl Shop {
    async fn open(sandbox: &Sandbox, folder: &TempDir, listen: &str, webhooks: Webhooks) -> Self {
        let merchant = ::merchant::start(MerchantConfig {
            listen: listen.parse().expect("an address"),
            gateway_url: sandbox.url.clone(),
            client_key: "sandbox_client_key".to_owned(),
            secret_key: "sandbox_secret_key".to_owned(),
            db_path: folder.path().join("service.db"),
            master_key: MasterKey::in_file(&folder.path().join("master.key")).expect("a key"),
            call_timeout: MerchantConfig::CALL_TIMEOUT,
            retries: Retries::ByIdentity,
            webhooks,
            monthly: Monthly::ByHand,
        });
        let merchant = merchant.await.expect("the merchant starts");
        let url = format!("http://{}", merchant.addr());
        Self {
            merchant,
            url,
            http: http(),
        }
    }

    async fn get(&self, path: &str) -> String {
        let answer = self
            .http
            .get(format!("{}{path}", self.url))
            .send()
            .await
            .expect("an answer");
        answer.text().await.expect("a body")
    }

    /// Applies by the page; the customer's id.
    async fn apply(&self, account: &str, phone: &str) -> String {
        let fields = [
            ("name", "홍길동"),
            ("bank", "국민은행"),
            ("account", account),
            ("birth", "900101"),
            ("phone", phone),
        ];
        let form: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let sent = self
            .http
            .post(format!("{}/join?lang=en", self.url))
            .body(form.join("&"));
        let sent = sent.header("content-type", "application/x-www-form-urlencoded");
        // The redirect is followed: this is the waiting page.
        let page = sent.send().await.expect("an answer");
        page.url().path().trim_start_matches("/join/").to_owned()
    }

    async fn page(&self, customer: &str) -> String {
        self.get(&format!("/join/{customer}?lang=en")).await
    }

    async fn page_that_says(&self, customer: &str, words: &str) -> String {
        until(PATIENCE, async || {
            let page = self.page(customer).await;
            if page.contains(words) {
                Ok(page)
            } else {
                Err((words, page))
            }
        })
        .await
    }

    async fn signed_up(&self, account: &str) -> String {
        let customer = self.apply(account, "01012345678").await;
        self.page_that_says(&customer, "Your transfer is set up").await;
        customer
    }

    /// The months of a customer: state and attempts.
    async fn months(&self, customer: &str) -> Vec<(String, u64)> {
        let list: Vec<Value> =
            serde_json::from_str(&self.get(&format!("/customers/{customer}/payments")).await).expect("JSON");
        let month = |row: &Value| {
            (
                row["state"].as_str().expect("a state").to_owned(),
                row["attempts"].as_u64().expect("a number"),
            )
        };
        list.iter().map(month).collect()
    }

    async fn state(&self, customer: &str) -> String {
        self.months(customer).await.pop().expect("a month").0
    }

    async fn receipt_id(&self, customer: &str) -> ReceiptId {
        let list: Value =
            serde_json::from_str(&self.get(&format!("/customers/{customer}/payments")).await).expect("JSON");
        list[0]["receipt_id"].as_str().expect("charged").into()
    }
}

fn korean_today() -> Date {
    let korea = jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(9));
    jiff::Timestamp::now().to_zoned(korea).date()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[tokio::test]
async fn a_customer_applies_is_called_and_is_charged_once_a_month() {
    let (sandbox, folder) = (Sandbox::start(&[]).await, folder());
    let shop = Shop::open(&sandbox, &folder, "127.0.0.1:0", Webhooks::Off).await;
    assert!(shop.get("/").await.contains("전화로 동의를 여쭙습니다"));
    let customer = shop.apply("12345678901234", "01000000007").await;
    let waiting = shop.page_that_says(&customer, "We are calling you now").await;
    assert!(waiting.contains("http-equiv=\"refresh\""), "it changes by itself");
    tokio::time::sleep(Duration::from_millis(300)).await;
    sandbox.customer("agree").await;
    let page = shop.page_that_says(&customer, "Your transfer is set up").await;
    assert!(page.contains("123456789*****") && !page.contains("refresh"), "{page}");

    let today = korean_today();
    for _run in 0..3 {
        shop.merchant.charge_due(today).await.expect("a run");
    }
    assert_eq!(shop.months(&customer).await, [("paid".to_owned(), 1)]);
    // Three months without a run: each is charged, once.
    for _run in 0..2 {
        shop.merchant
            .charge_due(today.saturating_add(3.months()))
            .await
            .expect("a run");
    }
    assert_eq!(shop.months(&customer).await, vec![("paid".to_owned(), 1); 4]);
    assert_eq!(sandbox.debits().await, 4);

    let ended = shop
        .http
        .delete(format!("{}/customers/{customer}/billing", shop.url))
        .send()
        .await
        .expect("an answer");
    assert_eq!(ended.status(), 200);
    let nothing = shop
        .merchant
        .charge_due(today.saturating_add(9.months()))
        .await
        .expect("a run");
    assert_eq!(nothing, ::merchant::Report::default());
    shop.merchant.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_customer_who_refuses_is_told_so_and_may_apply_again() {
    let (sandbox, folder) = (Sandbox::start(&[]).await, folder());
    let shop = Shop::open(&sandbox, &folder, "127.0.0.1:0", Webhooks::Off).await;
    let customer = shop.apply("12345678901234", "01000000001").await;
    let page = shop.page_that_says(&customer, "You did not agree").await;
    assert!(page.contains("Apply again") && !page.contains("12345678901234"));
    assert!(shop.months(&customer).await.is_empty());
    shop.merchant.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_decline_is_tried_again_on_its_day_and_then_paid() {
    let (sandbox, folder) = (Sandbox::start(&[]).await, folder());
    let shop = Shop::open(&sandbox, &folder, "127.0.0.1:0", Webhooks::Off).await;
    let today = korean_today();
    // Funds at the third attempt; an account that is closed.
    let (poor, closed) = (
        shop.signed_up("12345678900011").await,
        shop.signed_up("12345678900002").await,
    );
    let first = shop.merchant.charge_due(today).await.expect("a run");
    assert_eq!((first.became_due, first.declined, first.needs_customer), (2, 1, 1));
    let early = shop
        .merchant
        .charge_due(today.saturating_add(2.days()))
        .await
        .expect("a run");
    assert_eq!(early, ::merchant::Report::default(), "the retry day has not come");
    assert!(shop.page(&poor).await.contains("not debited; we try again"));
    for days in [3, 6] {
        shop.merchant
            .charge_due(today.saturating_add(days.days()))
            .await
            .expect("a run");
    }
    assert_eq!(shop.months(&poor).await, [("paid".to_owned(), 3)]);
    assert_eq!(shop.months(&closed).await, [("needs_customer".to_owned(), 1)]);
    assert_eq!(sandbox.debits().await, 1);
    shop.merchant.stop().await.expect("it stops");
}

#[tokio::test]
async fn what_nobody_knows_is_not_charged_again_and_found_out() {
    let settings = [("JADONG_PG_READ_TIMEOUT", "700ms"), ("JADONG_VERDICT_QUIET", "1s")];
    let (sandbox, folder) = (Sandbox::start(&settings).await, folder());
    let shop = Shop::open(&sandbox, &folder, "127.0.0.1:0", Webhooks::Off).await;
    // The PG is silent: about one the debit happened, about the other it did not.
    let (happened, did_not) = (
        shop.signed_up("12345678900007").await,
        shop.signed_up("12345678900008").await,
    );
    let today = korean_today();
    let first = shop.merchant.charge_due(today).await.expect("a run");
    assert_eq!((first.became_due, first.in_doubt), (2, 2));
    until(PATIENCE, async || {
        shop.merchant.charge_due(today).await.expect("a run");
        let states = [shop.state(&happened).await, shop.state(&did_not).await];
        if states.contains(&"in_doubt".to_owned()) {
            Err(states)
        } else {
            Ok(())
        }
    })
    .await;
    let totals = sandbox.pg.ledger().await.totals;
    let taken = totals.debited - totals.refunded;
    let paid = [shop.state(&happened).await, shop.state(&did_not).await]
        .iter()
        .filter(|state| *state == "paid")
        .count();
    assert_eq!(
        taken,
        9_900 * paid as u64,
        "what the books call paid is what the PG took"
    );
    assert_eq!(
        shop.months(&did_not).await[0].1,
        1,
        "one attempt, however often it was looked at"
    );
    shop.merchant.stop().await.expect("it stops");
}

#[tokio::test]
async fn webhooks_tell_of_a_refund_that_somebody_else_made() {
    let (sandbox, folder) = (Sandbox::start(&[]).await, folder());
    let address = vacant_address().to_string();
    let webhooks = Webhooks::Signed {
        secret: sandbox.dir.webhook_secret().await,
        url: Some(format!("http://{address}/webhooks")),
    };
    let shop = Shop::open(&sandbox, &folder, &address, webhooks).await;
    let customer = shop.signed_up("12345678901234").await;
    shop.merchant.charge_due(korean_today()).await.expect("a run");
    let receipt_id = shop.receipt_id(&customer).await;
    let other: Client = sandbox.client();
    other
        .cancel(&Cancel::part(receipt_id.clone(), "c1", won(900)))
        .await
        .expect("given back");
    other
        .cancel(&Cancel::whole(receipt_id.clone(), "c2"))
        .await
        .expect("given back");
    until(PATIENCE, async || {
        let state = shop.state(&customer).await;
        if state == "refunded" { Ok(()) } else { Err(state) }
    })
    .await;
    assert_eq!(
        other
            .lookup_receipt(&receipt_id, UserData::Without)
            .await
            .expect("it is there")
            .left(),
        won(0)
    );
    let unsigned = shop
        .http
        .post(format!("{}/webhooks", shop.url))
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(unsigned.status(), 401);
    shop.merchant.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_sign_up_goes_on_after_a_restart() {
    let (sandbox, folder) = (Sandbox::start(&[("JADONG_CONSENT_HOLD", "200ms")]).await, folder());
    let shop = Shop::open(&sandbox, &folder, "127.0.0.1:0", Webhooks::Off).await;
    let customer = shop.apply("12345678901234", "01000000007").await;
    // Until the receipt is stored.
    tokio::time::sleep(Duration::from_secs(1)).await;
    shop.merchant.stop().await.expect("it stops");
    let shop = Shop::open(&sandbox, &folder, "127.0.0.1:0", Webhooks::Off).await;
    assert!(shop.page(&customer).await.contains("We are calling you now"));
    sandbox.customer("agree").await;
    shop.page_that_says(&customer, "Your transfer is set up").await;
    shop.merchant.stop().await.expect("it stops");
}
