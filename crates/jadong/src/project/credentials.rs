//! Credentials: made at random, shown once, stored as hashes.

use domain::fingerprint::Pepper;
use domain::project::{SecretHash, SecretKind};
use gateway::hash_secret;
use seams::Entropy;
use serde::Serialize;
use terminal::lang::localized;

/// What is shown once.
#[derive(Serialize)]
pub struct Credentials {
    pub project: String,
    pub client_key: String,
    pub secret_key: String,
    pub application_id: String,
    pub private_key: String,
}

/// `bytes` random bytes in hex.
pub fn random_hex(entropy: &dyn Entropy, bytes: usize) -> String {
    let mut random = vec![0; bytes];
    entropy.fill(&mut random);
    hex::encode(random)
}

impl Credentials {
    /// The two hashes that are stored instead of the secrets.
    pub fn hashes(&self, pepper: &Pepper) -> Vec<SecretHash> {
        [
            (SecretKind::SecretKey, &self.secret_key),
            (SecretKind::PrivateKey, &self.private_key),
        ]
        .map(|(kind, secret)| SecretHash {
            kind,
            hash: hash_secret(pepper, kind, secret),
            expires_at: None,
        })
        .to_vec()
    }

    pub fn print(&self) {
        println!("project         {}", self.project);
        println!("client_key      {}", self.client_key);
        println!("secret_key      {}", self.secret_key);
        println!("application_id  {}", self.application_id);
        println!("private_key     {}", self.private_key);
        println!();
        println!(
            "{}",
            localized(
                "지금만 볼 수 있습니다. 안전한 곳에 보관하세요.",
                "Shown only now: keep them in a safe place.",
            )
        );
    }
}
