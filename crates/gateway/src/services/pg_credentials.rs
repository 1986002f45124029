//! Credentials of a project at its PG: on disk only sealed, with a key that is made of the installation's own.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use domain::ProjectId;
use domain::fingerprint::Pepper;
use domain::project::SealedCredentials;
use pg::PgCredentials;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

/// Between those that are sealed; none may have it.
const SEPARATOR: char = '\n';

fn key(pepper: &Pepper) -> Option<RandomizedNonceKey> {
    RandomizedNonceKey::new(&AES_256_GCM, &pepper.hash("pg_credentials", &[]).0).ok()
}

/// Seals them for this project: what is written to another one's row does not open there. `None`: they have a line break.
pub fn seal(pepper: &Pepper, project: ProjectId, credentials: &PgCredentials) -> Option<SealedCredentials> {
    let (client_key, secret_key) = (&*credentials.client_key, credentials.secret_key.expose_secret());
    let mut parts = vec![client_key, secret_key];
    parts.extend(credentials.return_url.as_deref());
    if parts.iter().any(|part| part.contains(SEPARATOR)) {
        return None;
    }
    let mut text = Zeroizing::new(parts.join("\n").into_bytes());
    let project = project.to_string();
    let nonce = key(pepper)?
        .seal_in_place_append_tag(Aad::from(project.as_bytes()), &mut *text)
        .ok()?;
    let sealed = [nonce.as_ref(), text.as_slice()].concat();
    Some(SealedCredentials(hex::encode(sealed)))
}

/// Opens them. `None`: sealed with another key, for another project, or changed.
pub fn open(pepper: &Pepper, project: ProjectId, sealed: &SealedCredentials) -> Option<PgCredentials> {
    let bytes = hex::decode(&sealed.0).ok()?;
    let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = Zeroizing::new(text.to_vec());
    let project = project.to_string();
    let key = key(pepper)?;
    let opened = key
        .open_in_place(nonce, Aad::from(project.as_bytes()), &mut text)
        .ok()?;
    let mut parts = std::str::from_utf8(opened).ok()?.split(SEPARATOR);
    Some(PgCredentials {
        client_key: parts.next()?.to_owned(),
        secret_key: parts.next()?.to_owned().into(),
        return_url: parts.next().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;

    use super::*;

    #[test]
    fn only_their_own_project_and_key_open_them() {
        let project = |number| ProjectId(ObjectId::from_parts(1, [0; 5], number));
        let (pepper, other) = (Pepper::new([7; 32]), Pepper::new([8; 32]));
        let credentials = PgCredentials {
            client_key: "client".to_owned(),
            secret_key: "s3cret".to_owned().into(),
            return_url: None,
        };
        let sealed = seal(&pepper, project(1), &credentials).unwrap();
        assert_ne!(
            sealed,
            seal(&pepper, project(1), &credentials).unwrap(),
            "a nonce is used once"
        );
        assert!(!sealed.0.contains(&hex::encode("s3cret")));
        let opened = open(&pepper, project(1), &sealed).unwrap();
        assert_eq!(
            (opened.client_key.as_str(), opened.secret_key.expose_secret()),
            ("client", "s3cret")
        );
        assert_eq!(opened.return_url, None);
        let with_pages = PgCredentials {
            return_url: Some("https://shop.example/back".to_owned()),
            ..credentials.clone()
        };
        let opened = open(&pepper, project(1), &seal(&pepper, project(1), &with_pages).unwrap()).unwrap();
        assert_eq!(opened.return_url, with_pages.return_url);
        assert!(open(&pepper, project(2), &sealed).is_none(), "another project's row");
        assert!(open(&other, project(1), &sealed).is_none(), "another installation");
        for at in 0..sealed.0.len() {
            let mut changed = sealed.0.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = SealedCredentials(String::from_utf8(changed).unwrap());
            assert!(open(&pepper, project(1), &changed).is_none(), "{at}");
        }
        assert!(open(&pepper, project(1), &SealedCredentials("zz".to_owned())).is_none());
        assert!(open(&pepper, project(1), &SealedCredentials(sealed.0[..20].to_owned())).is_none());
        let broken = PgCredentials {
            client_key: "a\nb".to_owned(),
            ..credentials
        };
        assert!(seal(&pepper, project(1), &broken).is_none());
    }
}
