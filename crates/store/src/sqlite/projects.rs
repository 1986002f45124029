//! Projects and their secrets.

use domain::fingerprint::Fingerprint;
use domain::project::{Guard, IssuedStatus, Project, SecretHash, SecretKind, Webhook};
use domain::{EpochMs, ProjectId};
use rusqlite::{Connection, params};

use super::apply::on_constraint;
use super::writer::Aborted;
use super::{rows, sql};
use crate::error::CommitRefused;
use crate::project::NewSecret;

pub fn create(connection: &Connection, project: &Project) -> Result<(), Aborted> {
    connection
        .prepare_cached(sql::INSERT_PROJECT)?
        .execute(params![
            project.id.to_string(),
            project.name,
            project.company_name,
            project.application_id,
            project.client_key,
            project.issued_status.number(),
            project.allowed_ips.join(","),
            project.created_at.0,
            project.guard.name(),
        ])
        .map_err(on_constraint(CommitRefused::NameTaken))?;
    for secret in &project.secrets {
        insert_secret(connection, &project.id.to_string(), secret)?;
    }
    Ok(())
}

fn insert_secret(connection: &Connection, project_id: &str, secret: &SecretHash) -> Result<(), Aborted> {
    connection
        .prepare_cached(sql::INSERT_SECRET)?
        .execute(params![
            project_id,
            secret.kind.name(),
            secret.hash.0,
            secret.expires_at.map(|until| until.0)
        ])
        .map_err(on_constraint(CommitRefused::NameTaken))?;
    Ok(())
}

pub fn rotate(connection: &Connection, secret: &NewSecret) -> Result<(), Aborted> {
    let project_id = secret.project_id.to_string();
    let ended = connection.prepare_cached(sql::END_SECRETS)?.execute(params![
        project_id,
        secret.kind.name(),
        secret.others_expire_at.0
    ])?;
    if ended == 0 {
        return Err(Aborted::Refused(CommitRefused::LostRace));
    }
    // Tokens were got with those secrets. They are in the project's time, the secrets in the machine's.
    let cap = params![project_id, secret.others_expire_at.0];
    connection.prepare_cached(sql::CAP_TOKENS)?.execute(cap)?;
    insert_secret(
        connection,
        &project_id,
        &SecretHash {
            kind: secret.kind,
            hash: secret.hash,
            expires_at: None,
        },
    )
}

pub fn set_webhook(connection: &Connection, project: ProjectId, url: Option<&str>) -> Result<(), Aborted> {
    let changed = connection
        .prepare_cached(sql::SET_WEBHOOK)?
        .execute(params![project.to_string(), url])?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Aborted::Refused(CommitRefused::LostRace))
    }
}

pub fn set_guard(connection: &Connection, project: ProjectId, guard: Guard) -> Result<(), Aborted> {
    let changed = connection
        .prepare_cached(sql::SET_GUARD)?
        .execute(params![project.to_string(), guard.name()])?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Aborted::Refused(CommitRefused::LostRace))
    }
}

pub fn rotate_webhook_secret(
    connection: &Connection,
    project: ProjectId,
    overlap_until: EpochMs,
) -> Result<(), Aborted> {
    let values = params![project.to_string(), overlap_until.0];
    let changed = connection.prepare_cached(sql::ROTATE_WEBHOOK_SECRET)?.execute(values)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Aborted::Refused(CommitRefused::LostRace))
    }
}

pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Project>> {
    let mut projects: Vec<Project> = connection
        .prepare_cached(sql::SELECT_PROJECTS)?
        .query_map([], |row| {
            let issued_status: i16 = row.get(5)?;
            let allowed_ips: String = row.get(6)?;
            Ok(Project {
                id: rows::parsed(row, 0)?,
                name: row.get(1)?,
                company_name: row.get(2)?,
                application_id: row.get(3)?,
                client_key: row.get(4)?,
                secrets: Vec::new(),
                issued_status: IssuedStatus::from_number(issued_status)
                    .ok_or(rusqlite::Error::IntegralValueOutOfRange(5, issued_status.into()))?,
                allowed_ips: allowed_ips
                    .split(',')
                    .filter(|block| !block.is_empty())
                    .map(str::to_owned)
                    .collect(),
                guard: Guard::from_name(row.get_ref(11)?.as_str()?).ok_or_else(|| rows::unreadable(11))?,
                created_at: EpochMs(row.get(7)?),
                webhook: Webhook {
                    url: row.get(8)?,
                    secret_number: row.get(9)?,
                    overlap_until: row.get::<_, Option<i64>>(10)?.map(EpochMs),
                },
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    for project in &mut projects {
        project.secrets = secrets(connection, &project.id.to_string())?;
    }
    Ok(projects)
}

fn secrets(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<SecretHash>> {
    connection
        .prepare_cached(sql::SELECT_SECRETS)?
        .query_map([project_id], |row| {
            let kind = match row.get_ref(0)?.as_str()? {
                "secret_key" => SecretKind::SecretKey,
                _ => SecretKind::PrivateKey,
            };
            let expires_at = row.get::<_, Option<i64>>(2)?.map(EpochMs);
            Ok(SecretHash {
                kind,
                hash: Fingerprint(row.get(1)?),
                expires_at,
            })
        })?
        .collect()
}
