//! The address of a project for the webhooks of its PG: whoever knows it can make this gateway look, and nothing else.

use std::sync::Arc;

use domain::ProjectId;
use domain::fingerprint::{Fingerprint, Pepper};

use crate::ledger::{CachedProject, Projects};

/// Characters of a project's id.
const ID: usize = 24;

/// The last part of the address. Derived from the installation's key and the project's number, as the webhooks' signing secret is: it
/// is stored nowhere.
#[must_use]
pub fn pg_webhook_token(pepper: &Pepper, project: ProjectId, number: u32) -> String {
    format!("{project}{}", print(pepper, project, number).to_hex())
}

fn print(pepper: &Pepper, project: ProjectId, number: u32) -> Fingerprint {
    pepper.hash("pg_webhook", &[&project.to_string(), &number.to_string()])
}

/// The project whose address it is, where its PG sends what is read here.
pub fn project_of_token(projects: &Projects, pepper: &Pepper, token: &str) -> Option<Arc<CachedProject>> {
    let (id, given) = token.split_at_checked(ID)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(given, &mut bytes).ok()?;
    let known = projects.by_id(id.parse().ok()?)?;
    let project = &known.project;
    let is_its = print(pepper, project.id, project.pg_webhook_number) == Fingerprint(bytes);
    (is_its && pg::sends_hints(&project.pg)).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_one_project_one_number_and_one_installation() {
        let (pepper, elsewhere) = (Pepper::new([1; 32]), Pepper::new([2; 32]));
        let project = |text: &str| text.parse::<ProjectId>().unwrap();
        let (a, b) = (project("6655069ca691573f1bb9c28a"), project("6655069ca691573f1bb9c28b"));
        let token = pg_webhook_token(&pepper, a, 1);
        assert!(token.starts_with("6655069ca691573f1bb9c28a") && token.len() == 24 + 64);
        let secret = |token: String| token[24..].to_owned();
        let others = [
            pg_webhook_token(&pepper, a, 2),
            pg_webhook_token(&pepper, b, 1),
            pg_webhook_token(&elsewhere, a, 1),
        ];
        for other in others {
            assert_ne!(secret(other), secret(token.clone()));
        }
    }
}
