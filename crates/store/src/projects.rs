//! Projects, their credentials and settings.

use domain::fingerprint::Fingerprint;
use domain::pg_answers::PgAnswers;
use domain::project::{
    Guard, IssuedStatus, Project, ProjectPg, SealedCredentials, SecretHash, SecretKind, UnknownKeys, Webhook,
};
use domain::{EpochMs, ProjectId};

use crate::error::{CommitError, CommitRefused, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Statement, Write, statements};
use crate::value::{Value, values};
use crate::{Store, tokens};

statements! {
    /// Three constraints may speak, and mean the same: the name or a credential is taken.
    INSERT_PROJECT = "INSERT INTO project (project_id, name, company_name, application_id, client_key, issued_status,
        allowed_ips, created_at_ms, guard, pg, pg_url, pg_credentials, pg_absence_proven_after_ms, pg_answers, unknown_keys)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        ON CONFLICT DO NOTHING";
    INSERT_SECRET = "INSERT INTO project_secret (project_id, kind, hash, expires_at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (project_id, kind, hash) DO NOTHING";
    END_SECRETS = "UPDATE project_secret SET expires_at_ms = {min|least}(coalesce(expires_at_ms, ?3), ?3)
        WHERE project_id = ?1 AND kind = ?2";
    HAS_SECRET = "SELECT 1 FROM project_secret WHERE project_id = ?1 AND kind = ?2 LIMIT 1";
    SET_WEBHOOK = "UPDATE project SET webhook_url = ?2 WHERE project_id = ?1";
    ROTATE_WEBHOOK_SECRET = "UPDATE project SET webhook_secret_number = webhook_secret_number + 1,
        webhook_secret_overlap_until_ms = ?2 WHERE project_id = ?1";
    ROTATE_PG_WEBHOOK = "UPDATE project SET pg_webhook_number = pg_webhook_number + 1 WHERE project_id = ?1";
    SET_UNKNOWN_KEYS = "UPDATE project SET unknown_keys = ?2 WHERE project_id = ?1";
    SET_GUARD = "UPDATE project SET guard = ?2 WHERE project_id = ?1";
    /// Another PG only while there is nothing of the one that the project has, and only over what was read.
    SET_PG = "UPDATE project SET pg = ?2, pg_url = ?3, pg_credentials = ?4, pg_absence_proven_after_ms = ?5, pg_answers = ?6
        WHERE project_id = ?1 AND pg = ?7 AND coalesce(pg_url, '') = coalesce(?8, '')
            AND coalesce(pg_credentials, '') = coalesce(?9, '')
            AND coalesce(pg_absence_proven_after_ms, -1) = coalesce(?10, -1)
            AND coalesce(pg_answers, '') = coalesce(?11, '')
            AND (pg = ?2 AND coalesce(pg_url, '') = coalesce(?3, '')
            OR NOT EXISTS (SELECT 1 FROM issuance AS i WHERE {of i}i.project_id = ?1))";
    /// A program that knows of one PG only would take the project's keys for keys of that.
    NEEDS_PROJECT_PGS = "{postgres}UPDATE installation SET min_program = greatest(min_program, 2)";
    /// A row for each secret of each project.
    SELECT_PROJECTS = "SELECT p.project_id, p.name, p.company_name, p.application_id, p.client_key, p.issued_status,
        p.guard, p.allowed_ips, p.created_at_ms, p.webhook_url, p.webhook_secret_number, p.webhook_secret_overlap_until_ms,
        p.pg, p.pg_url, p.pg_credentials, p.pg_absence_proven_after_ms, p.pg_answers,
        p.unknown_keys, p.pg_webhook_number, s.kind, s.hash, s.expires_at_ms FROM project AS p LEFT JOIN project_secret AS s ON s.project_id = p.project_id
        ORDER BY p.name, s.kind, s.hash";
}

/// A secret that replaces the present ones of its kind.
#[derive(Debug, Clone, Copy)]
pub struct NewSecret {
    pub project_id: ProjectId,
    pub kind: SecretKind,
    pub hash: Fingerprint,
    /// How long the secrets that it replaces stay valid.
    pub others_expire_at: EpochMs,
}

fn insert_secret(project: ProjectId, secret: &SecretHash) -> Write {
    let values = values![project, secret.kind.name(), secret.hash, secret.expires_at];
    Write::one(&INSERT_SECRET, values, CommitRefused::NameTaken)
}

fn read(columns: &mut Columns<'_>) -> Read<Project> {
    Ok(Project {
        id: columns.next()?,
        name: columns.next()?,
        company_name: columns.next()?,
        application_id: columns.next()?,
        client_key: columns.next()?,
        issued_status: issued_status(columns)?,
        guard: columns.next()?,
        allowed_ips: columns.named(|blocks| {
            let blocks = blocks.split(',').filter(|block| !block.is_empty());
            Some(blocks.map(str::to_owned).collect())
        })?,
        created_at: columns.next()?,
        webhook: Webhook {
            url: columns.next()?,
            secret_number: columns.next()?,
            overlap_until: columns.next()?,
        },
        pg: ProjectPg {
            name: columns.next()?,
            url: columns.next()?,
            credentials: columns.next::<Option<String>>()?.map(SealedCredentials),
            absence_proven_after_ms: columns.next()?,
            answers: columns.next::<Option<String>>()?.map(PgAnswers),
        },
        unknown_keys: columns.next()?,
        pg_webhook_number: columns.next()?,
        secrets: secret(columns)?.into_iter().collect(),
    })
}

/// What older programs must be kept from.
fn needs(pg: &ProjectPg) -> Option<Write> {
    (*pg != ProjectPg::default()).then(|| Write::any(&NEEDS_PROJECT_PGS, values![]))
}

fn issued_status(columns: &mut Columns<'_>) -> Read<IssuedStatus> {
    let number: u32 = columns.next()?;
    let known = i16::try_from(number).ok().and_then(IssuedStatus::from_number);
    known.map_or_else(|| columns.unreadable(), Ok)
}

/// Three columns, all empty for a project without any.
fn secret(columns: &mut Columns<'_>) -> Read<Option<SecretHash>> {
    let (kind, hash): (Option<SecretKind>, Option<Fingerprint>) = (columns.next()?, columns.next()?);
    let expires_at = columns.next()?;
    let secret = kind.zip(hash);
    Ok(secret.map(|(kind, hash)| SecretHash { kind, hash, expires_at }))
}

impl Store {
    /// Adds a project. Errors: `CommitRefused::NameTaken` when its name or a credential exists.
    pub async fn create_project(&self, project: Project) -> Result<(), CommitError> {
        let values = values![
            project.id,
            project.name,
            project.company_name,
            project.application_id,
            project.client_key,
            i64::from(project.issued_status.number()),
            project.allowed_ips.join(","),
            project.created_at,
            project.guard.name(),
            project.pg.name.name(),
            project.pg.url,
            project.pg.credentials.as_ref().map(|sealed| sealed.0.as_str()),
            project.pg.absence_proven_after_ms,
            project.pg.answers.as_ref().map(|answers| answers.0.as_str()),
            project.unknown_keys.name(),
        ];
        let mut writes = vec![Write::one(&INSERT_PROJECT, values, CommitRefused::NameTaken)];
        writes.extend(needs(&project.pg));
        writes.extend(project.secrets.iter().map(|secret| insert_secret(project.id, secret)));
        self.write(Place::Shared, writes).await.map(drop)
    }

    /// Adds a secret; the present ones of its kind, and the project's tokens, end at `secret.others_expire_at` at the latest.
    pub async fn rotate_secret(&self, secret: NewSecret) -> Result<(), CommitError> {
        let (project, kind, until) = (secret.project_id, secret.kind, secret.others_expire_at);
        let added = SecretHash {
            kind,
            hash: secret.hash,
            expires_at: None,
        };
        self.write(
            Place::Shared,
            vec![
                Write::one(&HAS_SECRET, values![project, kind.name()], CommitRefused::LostRace),
                Write::any(&END_SECRETS, values![project, kind.name(), until]),
                // Tokens were got with those secrets. They are in the project's time, the secrets in the machine's.
                Write::any(&tokens::CAP_TOKENS, values![project, until]),
                insert_secret(project, &added),
            ],
        )
        .await
        .map(drop)
    }

    /// Every project, by name.
    pub async fn projects(&self) -> Result<Vec<Project>, ReadError> {
        let rows = self.rows(Place::Shared, &SELECT_PROJECTS, values![], read).await?;
        let mut projects: Vec<Project> = Vec::new();
        for row in rows {
            match projects.last_mut() {
                Some(last) if last.id == row.id => last.secrets.extend(row.secrets),
                _ => projects.push(row),
            }
        }
        Ok(projects)
    }

    /// Where the project's webhooks go.
    pub async fn set_webhook(&self, project: ProjectId, url: Option<String>) -> Result<(), CommitError> {
        self.set(&SET_WEBHOOK, values![project, url]).await
    }

    /// A new signing secret; the one before signs too until `until`.
    pub async fn rotate_webhook_secret(&self, project: ProjectId, until: EpochMs) -> Result<(), CommitError> {
        self.set(&ROTATE_WEBHOOK_SECRET, values![project, until]).await
    }

    /// What a project wants of a charge beside a debit without an outcome.
    pub async fn set_guard(&self, project: ProjectId, guard: Guard) -> Result<(), CommitError> {
        self.set(&SET_GUARD, values![project, guard.name()]).await
    }

    /// What becomes of billing keys that the project uses and that are not known here.
    pub async fn set_unknown_keys(&self, project: ProjectId, unknown_keys: UnknownKeys) -> Result<(), CommitError> {
        self.set(&SET_UNKNOWN_KEYS, values![project, unknown_keys.name()]).await
    }

    /// A new address for the webhooks of the project's PG; the one before is nobody's from now on.
    pub async fn rotate_pg_webhook(&self, project: ProjectId) -> Result<(), CommitError> {
        self.set(&ROTATE_PG_WEBHOOK, values![project]).await
    }

    /// Through which PG a project goes, who it is there, and what was measured there, decided on what it `was`. Errors:
    /// `CommitRefused::LostRace` where it would leave a PG that it has asked for keys, somebody has changed it meanwhile, or there is no
    /// such project.
    pub async fn set_pg(&self, project: ProjectId, was: &ProjectPg, pg: &ProjectPg) -> Result<(), CommitError> {
        let mut values = values![project];
        for pg in [pg, was] {
            values.extend(values![
                pg.name.name(),
                pg.url,
                pg.credentials.as_ref().map(|sealed| sealed.0.as_str()),
                pg.absence_proven_after_ms,
                pg.answers.as_ref().map(|answers| answers.0.as_str()),
            ]);
        }
        let mut writes = vec![Write::one(&SET_PG, values, CommitRefused::LostRace)];
        writes.extend(needs(pg));
        self.write(Place::Of(project), writes).await.map(drop)
    }

    /// Changes the project's row; refused where there is none.
    async fn set(&self, statement: &'static Statement, values: Vec<Value>) -> Result<(), CommitError> {
        let write = Write::one(statement, values, CommitRefused::LostRace);
        self.write(Place::Shared, vec![write]).await.map(drop)
    }
}
