//! `jadong project`: merchants' projects and their credentials.

mod create;
mod credentials;
mod list;
mod options;
mod pg;
mod rotate;
pub mod sandbox;
mod set;

use domain::project::Guard;
use store::Store;

pub use options::ProjectCommand;
pub use pg::account;
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
        ProjectCommand::Set { name, guard, pg, json } => {
            let store = place.open().await?;
            let wanted = set::Wanted {
                guard: guard.as_deref().and_then(Guard::from_name),
                pg,
            };
            closing(&store, set::set(&place, &store, &name, wanted, Output::of(json))).await
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
