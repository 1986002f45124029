//! Starts the merchant, in front of a sandbox that is up.

use std::path::{Path, PathBuf};

use anyhow::Context;
use client::Retries;
use gateway::sandbox_credentials::{CLIENT_KEY, SECRET_KEY};
use merchant::{MasterKey, MerchantConfig, Monthly, RunningMerchant, Webhooks};
use reqwest::Client;

use super::web;

/// Gateway, simulated PG and merchant, all up.
pub struct DemoServers {
    merchant: RunningMerchant,
    pub http: Client,
    pub gateway_url: String,
    pub bank_url: String,
    pub merchant_url: String,
    pub service_db: PathBuf,
    /// Of this run only: it is in memory, and the service DB in the folder.
    pub master_key: MasterKey,
}

/// The merchant's service DB is `merchant/service.db` below `folder`.
///
/// # Errors
/// When the merchant does not start.
pub async fn start(folder: &Path, gateway_url: String, bank_url: String) -> anyhow::Result<DemoServers> {
    let service_db = folder.join("merchant").join("service.db");
    std::fs::create_dir_all(folder.join("merchant"))?;
    let master_key = MasterKey::random()?;
    let config = MerchantConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        gateway_url: gateway_url.clone(),
        client_key: CLIENT_KEY.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
        db_path: service_db.clone(),
        master_key: master_key.clone(),
        call_timeout: MerchantConfig::CALL_TIMEOUT,
        retries: Retries::ByIdentity,
        webhooks: Webhooks::Off,
        // The demo ends with the key.
        monthly: Monthly::ByHand,
    };
    let http = web::http()?;
    let merchant = merchant::start(config).await.context("starting the merchant")?;
    Ok(DemoServers {
        merchant_url: format!("http://{}", merchant.addr()),
        merchant,
        http,
        gateway_url,
        bank_url,
        service_db,
        master_key,
    })
}

impl DemoServers {
    /// Stops the merchant.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.merchant.stop().await
    }
}
