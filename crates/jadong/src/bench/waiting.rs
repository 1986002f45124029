//! Reserves that are not due, written without HTTP: what they cost those that are.

use std::path::Path;

use domain::change::Change;
use domain::fingerprint::Pepper;
use domain::ids::ObjectId;
use domain::key::{BillingKey, MaskedAccount};
use domain::payment::ChargeFields;
use domain::reserve::{self, WAITING_MAX};
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId};
use seams::{Clock, SystemClock};
use store::{SqliteOptions, Store};

const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1000;
/// Reserves of one commit.
const FILL: usize = 500;

/// Writes `reserves` waiting reserves, ten to a key, into the database in `folder`.
pub async fn fill(folder: &Path, reserves: u64) -> anyhow::Result<()> {
    let store = Store::open_sqlite(&SqliteOptions::in_folder(folder))?;
    let now = EpochMs(SystemClock.now_ms());
    let execute_at = now.plus_ms(YEAR_MS).to_wire();
    let pepper = Pepper::new([7; 32]);
    let mut changes = Vec::with_capacity(FILL);
    for number in 0..u32::try_from(reserves)? {
        let id = ObjectId::from_parts(now.epoch_seconds(), [0, 0, 8, (number >> 24) as u8, 0], number);
        let fields = ChargeFields {
            order_name: Some("월 구독".to_owned()),
            price: Some("1000".to_owned()),
            order_id: Some(format!("waiting-{number}")),
            items: "[]".to_owned(),
            user: "{}".to_owned(),
            metadata: "{}".to_owned(),
            ..ChargeFields::default()
        };
        let order = fields.order().map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        let key = key(now, number / WAITING_MAX);
        let ids = (key.project_id, ReserveId(id));
        let reserve = reserve::request(order, &key, Some(&execute_at), ids, &pepper, now)
            .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        changes.push(Change::OpenReserve(Box::new(reserve)));
        if changes.len() >= FILL {
            store.commit(std::mem::take(&mut changes)).await?;
        }
    }
    store.commit(changes).await?;
    store.close().await;
    Ok(())
}

fn key(now: EpochMs, number: u32) -> BillingKey {
    let id = ObjectId::from_parts(now.epoch_seconds(), [0, 0, 9, (number >> 24) as u8, 0], number);
    BillingKey {
        id: BillingKeyId(id),
        project_id: ProjectId(ObjectId::from_parts(1, [9; 5], 1)),
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
