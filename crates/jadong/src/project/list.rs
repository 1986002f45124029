//! `jadong project list`

use domain::project::{Project, SecretHash};
use serde_json::json;
use store::Store;

use super::Output;
use super::set::{place_of, shown as shown_pg};
use crate::output::print_json;
use crate::table::{plain, shown};

pub async fn list(store: &Store, output: Output) -> anyhow::Result<()> {
    let projects = store.projects().await?;
    match output {
        Output::Json => {
            let rows: Vec<_> = projects.iter().map(row).collect();
            print_json(&rows)?;
        }
        Output::Text => {
            let mut table = plain([
                "project",
                "company",
                "client_key",
                "application_id",
                "status",
                "allowed IPs",
                "secrets",
                "PG",
            ]);
            for project in &projects {
                table.add_row([
                    project.name.clone(),
                    project.company_name.clone(),
                    project.client_key.clone(),
                    project.application_id.clone(),
                    project.issued_status.number().to_string(),
                    if project.allowed_ips.is_empty() {
                        "everywhere".to_owned()
                    } else {
                        project.allowed_ips.join(", ")
                    },
                    project.secrets.len().to_string(),
                    match project.pg.answers {
                        Some(_) => format!("{}, measured", place_of(&project.pg)),
                        None => place_of(&project.pg),
                    },
                ]);
            }
            println!("{}", shown(&table));
        }
    }
    Ok(())
}

fn row(project: &Project) -> serde_json::Value {
    let secret = |secret: &SecretHash| json!({ "kind": secret.kind.name(), "expires_at": secret.expires_at.map(domain::EpochMs::to_wire) });
    json!({
        "project": project.name,
        "company_name": project.company_name,
        "client_key": project.client_key,
        "application_id": project.application_id,
        "issued_status": project.issued_status.number(),
        "guard": project.guard.name(),
        "unknown_keys": project.unknown_keys.name(),
        "allowed_ips": project.allowed_ips,
        "created_at": project.created_at.to_wire(),
        "pg": shown_pg(&project.pg),
        "secrets": project.secrets.iter().map(secret).collect::<Vec<_>>(),
    })
}
