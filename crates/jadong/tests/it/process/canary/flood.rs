//! The whole flow with planted values, through a merchant and directly, with a PG that fails in every way it can.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::flows::{hear, misplace, proper, wrong_places};
use super::search::{ACCOUNT, BUSINESS, PHONE, WRONG_PHONE, contains, files, search, search_folder};
use testkit::merchant::TRANSFER;
use testkit::net::http;
use testkit::process::{Gateway, TestDir};
use testkit::{Merchant, SimulatedPg};

/// Found again on disk: it proves that the files searched are the ones in use.
const MARKER: &str = "marker_5f2c9d";

async fn send(method: Method, url: String, body: Value) -> String {
    let request = http().request(method, url).header("content-type", "application/json");
    let response = request.body(body.to_string()).send().await.expect("an answer");
    let headers = format!("{:?}", response.headers());
    format!("{headers}\n{}", response.text().await.expect("whole"))
}

/// Issues, replays, conflicts, looks up and destroys.
async fn whole_life(api: &Merchant, heard: &mut Vec<String>) {
    let asked = hear(heard, api.try_post(TRANSFER, &proper(MARKER)).await);
    assert_eq!(asked.number("status"), Some(41), "{}", asked.body);
    hear(heard, api.try_post(TRANSFER, &proper(MARKER)).await);
    let mut other = proper(MARKER);
    other["order_name"] = json!("다른 것");
    assert_eq!(hear(heard, api.try_post(TRANSFER, &other).await).status, 409);
    let receipt_id = asked.text("receipt_id");
    let key = hear(heard, api.try_publish(&receipt_id).await).text("billing_key");
    assert!(
        !key.is_empty(),
        "{}",
        heard.join(
            "
"
        )
    );
    let destroy = format!("/v2/subscribe/billing_key/{key}");
    for path in [
        format!("/v2/billing_key/{key}"),
        format!("/v2/subscribe/billing_key/{receipt_id}"),
        format!("/v2/receipt/{receipt_id}"),
        "/sandbox/calls".to_owned(),
    ] {
        hear(heard, api.try_get(&path).await);
    }
    hear(heard, api.try_delete(&destroy).await);
    hear(heard, api.try_delete(&destroy).await);
}

/// Every fault of the PG on every call, and every customer who does not agree.
async fn with_faults(api: &Merchant, pg: &SimulatedPg, heard: &mut Vec<String>) {
    let kinds = [
        "drop-before",
        "drop-after",
        "bad-gateway-after",
        "half-body",
        "wrong-signature",
        "garbage",
    ];
    for (number, kind) in kinds.iter().enumerate() {
        for on in ["start", "find", "register"] {
            pg.fault(on, kind, 1).await;
            let subscription_id = format!("sub_fault_{number}_{on}");
            let asked = hear(heard, api.try_post(TRANSFER, &proper(&subscription_id)).await);
            hear(heard, api.try_publish(&asked.text("receipt_id")).await);
            pg.clear_faults().await;
        }
    }
    let of_phone = format!("scenarios/{}", PHONE.plain);
    for scenario in ["refuses", "busy", "wrong-key", "holder-mismatch"] {
        let set = pg
            .control(Method::PUT, &of_phone, json!({ "scenario": scenario }))
            .await;
        heard.push(set.to_string());
        let subscription_id = format!("sub_{scenario}");
        let asked = hear(heard, api.try_post(TRANSFER, &proper(&subscription_id)).await);
        assert_eq!(asked.status, 400, "{scenario}: {}", asked.body);
    }
    pg.control(Method::DELETE, &of_phone, json!({})).await;
}

/// The same through a merchant's backend, whose DB is searched too.
async fn through_a_merchant(gateway: &Gateway, dir: &TestDir, heard: &mut Vec<String>) {
    let merchant = merchant::start(merchant::MerchantConfig {
        listen: "127.0.0.1:0".parse().expect("an address"),
        gateway_url: gateway.url.clone(),
        client_key: "sandbox_client_key".to_owned(),
        secret_key: "sandbox_secret_key".to_owned(),
        db_path: dir.path().join("merchant.db"),
        master_key: merchant::MasterKey::random().expect("randomness"),
        retries: client::Retries::ByIdentity,
        webhooks: merchant::Webhooks::Off,
        monthly: merchant::Monthly::ByHand,
        call_timeout: merchant::MerchantConfig::CALL_TIMEOUT,
    })
    .await
    .expect("a merchant");
    let url = format!("http://{}", merchant.addr());
    for (customer, phone) in [("cust_1", PHONE.hyphenated), ("cust_2", WRONG_PHONE.plain)] {
        let form = json!({ "customer_id": customer, "name": "임꺽정", "bank": "국민은행",
            "account": ACCOUNT.hyphenated, "birth": BUSINESS.plain, "phone": phone });
        let asked = send(Method::POST, format!("{url}/signup"), form).await;
        let body: Value = serde_json::from_str(asked.split_once('\n').expect("a body").1).expect("JSON");
        let receipt_id = body["receipt_id"].as_str().unwrap_or("none").to_owned();
        heard.push(asked);
        heard.push(send(Method::POST, format!("{url}/signup/{receipt_id}/confirm"), json!({})).await);
        heard.push(send(Method::GET, format!("{url}/customers/{customer}"), json!({})).await);
    }
    heard.push(send(Method::GET, format!("{url}/exchanges"), json!({})).await);
    let stored = merchant::stored_rows(&dir.path().join("merchant.db")).expect("rows");
    assert!(
        format!("{stored:?}").contains("active"),
        "the merchant must have a key: {stored:?}"
    );
    merchant.stop().await.expect("it stops");
}

/// Every page of the console's list of requests, and every request's own page, with its curl.
async fn every_request_page(gateway: &Gateway) -> String {
    let read = async |path: &str| {
        let page = http()
            .get(format!("{}{path}", gateway.url))
            .send()
            .await
            .expect("a page");
        assert_eq!(page.status(), 200, "{path}");
        page.text().await.expect("whole")
    };
    let (mut all, mut next) = (String::new(), Some("/console/requests".to_owned()));
    let mut requests = 0;
    while let Some(path) = next.take() {
        let list = read(&path).await;
        for link in list.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if link.starts_with("/console/requests/") {
                requests += 1;
                all.push_str(&read(link).await);
            } else if link.contains("before=") {
                next = Some(link.replace("&amp;", "&").replace("&#38;", "&"));
            }
        }
        all.push_str(&list);
    }
    assert!(requests > 300, "{requests} requests were looked at");
    assert!(all.contains("${JADONG_PHONE:-01012345678}"), "no body was looked at");
    all
}

async fn texts(gateway: &Gateway, dir: &TestDir) -> Vec<(String, String)> {
    let metrics = http().get(&gateway.metrics).send().await.expect("metrics");
    let mut texts = vec![
        ("/metrics".to_owned(), metrics.text().await.expect("whole")),
        ("the log".to_owned(), dir.log_text()),
        ("standard output".to_owned(), gateway.process.printed()),
    ];
    texts.push(("the console's requests".to_owned(), every_request_page(gateway).await));
    for args in [vec!["project", "list"], vec!["project", "list", "--json"]] {
        let output = dir.run(&args, &[]).await;
        texts.push((args.join(" "), output.out + &output.err));
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_value_is_kept_or_told_anywhere() {
    let dir = TestDir::empty();
    let gateway = dir
        .serve(&[
            ("JADONG_LOG", "debug"),
            ("JADONG_CONSENT_HOLD", "3s"),
            ("JADONG_SEND_WITHIN", "500ms"),
            ("JADONG_START_GRACE", "500ms"),
            ("JADONG_PUBLISH_WAIT", "2s"),
        ])
        .await;
    let api = gateway.merchant();
    let mut heard = Vec::new();
    let pg = gateway.pg();
    let delay = json!({ "answer_delay_ms": 0 });
    pg.control(Method::PUT, "customer", delay).await;
    whole_life(&api, &mut heard).await;
    misplace(&api, &mut heard).await;
    wrong_places(&api, &mut heard).await;
    with_faults(&api, &pg, &mut heard).await;
    through_a_merchant(&gateway, &dir, &mut heard).await;
    // Recovery from an unknown outcome writes too.
    tokio::time::sleep(Duration::from_secs(1)).await;

    let mut found = Vec::new();
    for answer in &heard {
        found.extend(search(&format!("the answer {answer}"), answer.as_bytes()));
    }
    for (place, text) in texts(&gateway, &dir).await {
        assert!(!text.is_empty(), "{place} is empty");
        found.extend(search(&place, text.as_bytes()));
    }
    // While it runs, write-ahead log and all; and once more when everything is folded in.
    let (on_disk, searched) = search_folder(dir.path());
    found.extend(on_disk);
    let names: Vec<_> = files(dir.path())
        .iter()
        .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
        .collect();
    for expected in [
        "jadong.db",
        "jadong.db-wal",
        "jadong.db-shm",
        "pepper.key",
        "bank.journal",
        "bank.key",
        "merchant.db",
        "serve.log",
    ] {
        assert!(
            names.iter().any(|name| name == expected),
            "{expected} was not searched: {names:?}"
        );
    }
    assert!(gateway.process.stop().await.success());
    found.extend(search_folder(dir.path()).0);
    let database = std::fs::read(dir.data().join("jadong.db")).expect("the database");
    assert!(
        contains(&database, MARKER.as_bytes()),
        "what may be kept is found where it is kept"
    );
    found.sort_unstable();
    found.dedup();
    println!(
        "canary: {} answers, {searched} bytes on disk, {} found",
        heard.len(),
        found.len()
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}
