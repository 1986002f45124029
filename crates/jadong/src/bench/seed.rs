//! Rows as an issuance writes them, without HTTP: for the store's own rate, and to fill a database.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use domain::bank::AccountDigitsMax;
use domain::change::{Change, Decision};
use domain::fingerprint::Pepper;
use domain::ids::ObjectId;
use domain::issuance::{self, ConsentReport, IssuanceFields, IssuanceRules, PublishStep, Registration};
use domain::project::Project;
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, Sensitive};
use seams::{Clock, SystemClock};
use store::{SqliteOptions, Store};

/// Changes of one commit while filling.
const FILL: usize = 2_000;

/// One issuance's four commits, decided by the same domain as in the gateway.
pub struct Life {
    pub receipt_id: ReceiptId,
    pub billing_key: BillingKeyId,
    pub commits: [Vec<Change>; 4],
}

/// Decides a whole issuance; `number` makes its ids.
pub fn life(project: ProjectId, process: [u8; 5], number: u32, now: EpochMs) -> anyhow::Result<Life> {
    let receipt_id = ReceiptId(ObjectId::from_parts(now.epoch_seconds(), process, number * 2));
    let billing_key = BillingKeyId(ObjectId::from_parts(now.epoch_seconds(), process, number * 2 + 1));
    let rules = IssuanceRules {
        account_digits_max: AccountDigitsMax::Sandbox,
        consent_limit_ms: 600_000,
    };
    let fields = fields(format!("seed-{}-{number}", hex::encode(process)));
    let pepper = Pepper::new([7; 32]);
    let requested = issuance::request(&fields, (project, receipt_id), rules, &pepper, now)
        .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let open = vec![Change::OpenIssuance(Box::new(requested.issuance.clone()))];
    let tid = format!("nictest00m0216{number:016}");
    let agreed = issuance::consent_reported(&requested.issuance, ConsentReport::Agreed { tid }, Actor::Api, now);
    let agreed = agreed
        .map(|step| Decision::of(&requested.issuance, step))
        .context("a consent")?;
    let Ok(PublishStep::Ask(asked)) = issuance::publish(&agreed.next, now) else {
        anyhow::bail!("a consented issuance can be published");
    };
    let asked = Decision::of(&agreed.next, *asked);
    let registration = Registration::Registered {
        bid: format!("BIKYnictest00m1104{number:012}"),
    };
    let registered = issuance::registered(&asked.next, registration, Actor::Api, billing_key, now).context("a key")?;
    let registered = Decision::registered(&asked.next, &registered);
    Ok(Life {
        receipt_id,
        billing_key,
        commits: [open, agreed.changes, asked.changes, registered.changes],
    })
}

fn fields(subscription_id: String) -> IssuanceFields {
    IssuanceFields {
        pg: Some("nicepay".to_owned()),
        order_name: Some("월 구독".to_owned()),
        subscription_id: Some(subscription_id),
        username: Some("홍길동".to_owned()),
        bank_name: Some("국민은행".to_owned()),
        bank_account: Some(Sensitive::new("12345678901234")),
        identity_no: Some(Sensitive::new("900101")),
        phone: Some(Sensitive::new("01012345678")),
        metadata: "{}".to_owned(),
        ..IssuanceFields::default()
    }
}

/// Writes `keys` issued keys of the sandbox project into the database in `data`; their receipts and ids.
pub async fn keys(data: &Path, keys: u64) -> anyhow::Result<Vec<(String, String)>> {
    let store = Store::open_sqlite(&SqliteOptions::in_folder(data))?;
    let project = sandbox_project(&store.projects().await?)?;
    let start = EpochMs(SystemClock.now_ms());
    let mut ids = Vec::with_capacity(usize::try_from(keys)?);
    let mut changes = Vec::with_capacity(FILL + 8);
    for number in 0..u32::try_from(keys)? {
        let life = life(project, [9; 5], number, start.plus_ms(u64::from(number)))?;
        ids.push((life.receipt_id.to_string(), life.billing_key.to_string()));
        changes.extend(life.commits.into_iter().flatten());
        if changes.len() >= FILL {
            store.commit(std::mem::take(&mut changes)).await?;
        }
    }
    store.commit(changes).await?;
    store.close().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(ids)
}

fn sandbox_project(projects: &[Project]) -> anyhow::Result<ProjectId> {
    projects
        .first()
        .map(|project| project.id)
        .ok_or_else(|| anyhow::anyhow!("the sandbox has no project"))
}
