//! Rows as the gateway writes them, without HTTP: for the store's own rate, and to fill a database.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use domain::bank::AccountDigitsMax;
use domain::change::{Change, Decision};
use domain::fingerprint::Pepper;
use domain::ids::ObjectId;
use domain::issuance::{self, ConsentReport, IssuanceFields, IssuanceRules, PgNames, PublishStep, Registration};
use domain::key::{BillingKey, MaskedAccount};
use domain::payment::ChargeFields;
use domain::reserve::{self, WAITING_MAX};
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId, Sensitive};
use seams::{Clock, SystemClock};
use store::{SqliteOptions, Store};

/// Changes of one commit while filling.
const FILL: usize = 2_000;
const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1000;

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
        pg_names: PgNames::NICE,
    };
    let fields = fields(format!("seed-{}-{number}", hex::encode(process)));
    let pepper = Pepper::new([7; 32]);
    let requested = issuance::request(&fields, (project, receipt_id), rules, &pepper, now)
        .map_err(|refusal| anyhow!("{refusal:?}"))?;
    let open = vec![Change::OpenIssuance(Box::new(requested.issuance.clone()))];
    let tid = format!("nictest00m0216{number:016}");
    let agreed = issuance::consent_reported(&requested.issuance, ConsentReport::Agreed { tid }, Actor::Api, now);
    let agreed = agreed
        .map(|step| Decision::of(&requested.issuance, step))
        .context("a consent")?;
    let Ok(PublishStep::Ask(asked)) = issuance::publish(&agreed.next, now) else {
        bail!("a consented issuance can be published");
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
    let project = store.projects().await?;
    let project = project.first().context("the sandbox has no project")?.id;
    let start = EpochMs(SystemClock.now_ms());
    let mut ids = Vec::with_capacity(usize::try_from(keys)?);
    let lives = (0..u32::try_from(keys)?).map(|number| {
        let life = life(project, [9; 5], number, start.plus_ms(u64::from(number)))?;
        ids.push((life.receipt_id.to_string(), life.billing_key.to_string()));
        Ok(life.commits.into_iter().flatten().collect())
    });
    fill(store, project, lives).await?;
    Ok(ids)
}

/// Writes `reserves` reserves that wait for next year, as many to a key as it may have, into the database in `data`.
pub async fn reserves(data: &Path, reserves: u64) -> anyhow::Result<()> {
    let store = Store::open_sqlite(&SqliteOptions::in_folder(data))?;
    let now = EpochMs(SystemClock.now_ms());
    let execute_at = now.plus_ms(YEAR_MS).to_wire();
    let pepper = Pepper::new([7; 32]);
    let waiting = (0..u32::try_from(reserves)?).map(|number| {
        let id = ReserveId(ObjectId::from_parts(now.epoch_seconds(), [8; 5], number));
        let fields = ChargeFields {
            order_name: Some("월 구독".to_owned()),
            price: Some("1000".to_owned()),
            order_id: Some(format!("waiting-{number}")),
            items: "[]".to_owned(),
            user: "{}".to_owned(),
            metadata: "{}".to_owned(),
            ..ChargeFields::default()
        };
        let order = fields.order().map_err(|refusal| anyhow!("{refusal:?}"))?;
        let key = key(now, number / WAITING_MAX);
        let reserve = reserve::request(order, &key, Some(&execute_at), (key.project_id, id), &pepper, now)
            .map_err(|refusal| anyhow!("{refusal:?}"))?;
        Ok(vec![Change::OpenReserve(Box::new(reserve))])
    });
    fill(store, project(), waiting).await
}

/// Whose the waiting reserves are.
fn project() -> ProjectId {
    ProjectId(ObjectId::from_parts(1, [9; 5], 1))
}

fn key(now: EpochMs, number: u32) -> BillingKey {
    let id = ObjectId::from_parts(now.epoch_seconds(), [7; 5], number);
    BillingKey {
        id: BillingKeyId(id),
        project_id: project(),
        receipt_id: ReceiptId(id),
        bid: "BIKYwaiting".to_owned(),
        shown: MaskedAccount {
            bank_code: "004".to_owned(),
            account_masked: "123456789*****".to_owned(),
            holder_masked: "홍길*".to_owned(),
        },
        issued_at: now,
        destroyed_at: None,
    }
}

/// Commits `rows`, many at once, and closes the store.
async fn fill(
    store: Store,
    project: ProjectId,
    rows: impl Iterator<Item = anyhow::Result<Vec<Change>>>,
) -> anyhow::Result<()> {
    let mut changes = Vec::with_capacity(FILL + 8);
    for row in rows {
        changes.extend(row?);
        if changes.len() >= FILL {
            store.commit(project, std::mem::take(&mut changes)).await?;
        }
    }
    store.commit(project, changes).await?;
    store.close().await;
    Ok(())
}
