//! `jadong project set`

use domain::project::Guard;
use store::Store;

use super::rotate::named;

pub async fn set(store: &Store, name: &str, guard: Guard) -> anyhow::Result<()> {
    let project = named(store, name).await?;
    store.set_guard(project.id, guard).await?;
    println!("{name}: guard = {}", guard.name());
    Ok(())
}
