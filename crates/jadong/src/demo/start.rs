//! Starts the three houses. The only file that knows how.

use std::path::{Path, PathBuf};

use anyhow::Context;
use client::Retries;
use merchant::{MasterKey, MerchantConfig, Monthly, RunningMerchant, Webhooks};

use super::actors;
use crate::serve::{self, RunningSandbox, SandboxFolders};

/// Gateway, simulated PG and merchant, all up.
pub struct DemoServers {
    sandbox: RunningSandbox,
    merchant: RunningMerchant,
    pub gateway_url: String,
    pub bank_url: String,
    pub merchant_url: String,
    pub service_db: PathBuf,
    /// Of this run only: it is in memory, and the service DB in the folder.
    pub master_key: MasterKey,
}

/// Below `folder`: `sandbox/` for gateway and simulated PG, `merchant/` for the service DB.
///
/// # Errors
/// When one of them does not start; those that did are stopped.
pub async fn start(folder: &Path) -> anyhow::Result<DemoServers> {
    let data = folder.join("sandbox");
    let service_db = folder.join("merchant").join("service.db");
    std::fs::create_dir_all(&data)?;
    std::fs::create_dir_all(folder.join("merchant"))?;
    let sandbox = serve::start_sandbox(SandboxFolders { data })
        .await
        .context("starting the gateway")?;
    let master_key = MasterKey::random()?;
    let config = MerchantConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        gateway_url: sandbox.gateway_url(),
        client_key: actors::CLIENT_KEY.to_owned(),
        secret_key: actors::SECRET_KEY.to_owned(),
        db_path: service_db.clone(),
        master_key: master_key.clone(),
        call_timeout: MerchantConfig::CALL_TIMEOUT,
        retries: Retries::ByIdentity,
        webhooks: Webhooks::Off,
        // The demo ends with the key.
        monthly: Monthly::ByHand,
    };
    let merchant = match merchant::start(config).await {
        Ok(merchant) => merchant,
        Err(error) => {
            sandbox.stop().await?;
            return Err(error.context("starting the merchant"));
        }
    };
    Ok(DemoServers {
        gateway_url: sandbox.gateway_url(),
        bank_url: sandbox.bank_url(),
        merchant_url: format!("http://{}", merchant.addr()),
        sandbox,
        merchant,
        service_db,
        master_key,
    })
}

impl DemoServers {
    /// The merchant first: it is the one that still has questions.
    pub async fn stop(self) -> anyhow::Result<()> {
        let merchant = self.merchant.stop().await;
        let sandbox = self.sandbox.stop().await;
        merchant.and(sandbox)
    }
}
