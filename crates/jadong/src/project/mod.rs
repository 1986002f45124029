//! `jadong project`: merchants' projects and their credentials.

mod create;
mod credentials;
mod list;
mod options;
mod rotate;
pub mod sandbox;
mod set;

use domain::project::Guard;
use store::Store;

pub use options::ProjectCommand;

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
            json,
        } => {
            let wanted = create::NewProject {
                name,
                company_name,
                allow_ips,
                issued_status,
                guard: Guard::from_name(&guard).unwrap_or_default(),
            };
            let (store, pepper) = place.open_or_make().await?;
            closing(&store, create::create(&store, &pepper, wanted, Output::of(json))).await
        }
        ProjectCommand::Set { name, guard, json } => {
            let store = place.open().await?;
            let guard = Guard::from_name(&guard).unwrap_or_default();
            closing(&store, set::set(&store, &name, guard, Output::of(json))).await
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
