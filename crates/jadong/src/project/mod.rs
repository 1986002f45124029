//! `jadong project`: merchants' projects and their credentials.

mod create;
mod credentials;
mod list;
mod options;
mod pg;
mod pg_webhook;
mod rotate;
pub mod sandbox;
mod set;

use domain::project::Guard;
use store::Store;

pub use options::ProjectCommand;
pub use pg::account;
use pg_webhook::Address;
pub use rotate::named;
pub use set::measured;

use crate::open_store::StoreOptions;
use crate::output::Output;

pub async fn run(place: StoreOptions, command: ProjectCommand) -> anyhow::Result<()> {
    match command {
        ProjectCommand::Create {
            name,
            company_name,
            allow_ips,
            issued_status,
            guard,
            pg,
            json,
        } => {
            let wanted = create::NewProject {
                name,
                company_name,
                allow_ips,
                issued_status,
                guard: Guard::from_name(&guard).unwrap_or_default(),
                pg,
            };
            let (store, pepper) = place.open_or_make().await?;
            closing(&store, create::create(&store, &pepper, wanted, Output::of(json))).await
        }
        ProjectCommand::Set {
            name,
            guard,
            adopt_on_first_use,
            reserves_cancelled,
            pg,
            json,
        } => {
            let wanted = set::Wanted {
                guard: guard.as_deref().and_then(Guard::from_name),
                unknown_keys: set::unknown_keys(adopt_on_first_use.as_deref(), reserves_cancelled)?,
                pg,
            };
            let store = place.open().await?;
            closing(&store, set::set(&place, &store, &name, wanted, Output::of(json))).await
        }
        ProjectCommand::PgWebhook { name, rotate, json } => {
            let store = place.open().await?;
            let pepper = place.pepper(&store).await?;
            let address = match rotate {
                true => Address::Rotated,
                false => Address::Present,
            };
            closing(
                &store,
                pg_webhook::show(&store, &pepper, &name, address, Output::of(json)),
            )
            .await
        }
        ProjectCommand::List { json } => {
            let store = place.open().await?;
            closing(&store, list::list(&store, Output::of(json))).await
        }
        ProjectCommand::RotateKey { name, overlap, json } => {
            let store = place.open().await?;
            let pepper = place.pepper(&store).await?;
            let rotated = rotate::rotate(&store, &pepper, &name, &overlap, Output::of(json));
            closing(&store, rotated).await
        }
    }
}

async fn closing(store: &Store, act: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let done = act.await;
    store.close().await;
    done
}
