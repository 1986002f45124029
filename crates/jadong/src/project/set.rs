//! `jadong project set`

use domain::project::Guard;
use serde_json::json;
use store::Store;

use super::rotate::named;
use crate::output::{Output, print_json};

pub async fn set(store: &Store, name: &str, guard: Guard, output: Output) -> anyhow::Result<()> {
    let project = named(store, name).await?;
    store.set_guard(project.id, guard).await?;
    match output {
        Output::Json => print_json(&json!({ "name": name, "guard": guard.name() }))?,
        Output::Text => println!("{name}: guard = {}", guard.name()),
    }
    Ok(())
}
