//! Keyed hashes: what lets two requests be compared, and secrets be checked, without keeping either.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The installation's secret key, 32 bytes, kept outside the database. Without it no stored hash can be guessed at.
#[derive(Clone)]
pub struct Pepper(Zeroizing<[u8; 32]>);

impl Pepper {
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// HMAC-SHA-256 over `purpose` and `parts`, each preceded by its length so that no two lists collide.
    #[must_use]
    pub fn hash(&self, purpose: &str, parts: &[&str]) -> Fingerprint {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("HMAC takes a key of any length");
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        Fingerprint(mac.finalize().into_bytes().into())
    }

    /// What a database knows it by.
    #[must_use]
    pub fn print(&self) -> Fingerprint {
        self.hash("pepper-print", &[])
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// 32 bytes that stand for something that is not kept.
#[derive(Clone, Copy)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Fingerprint {}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_concatenate_alike_hash_apart() {
        let pepper = Pepper::new([7; 32]);
        assert_ne!(pepper.hash("p", &["ab", "c"]), pepper.hash("p", &["a", "bc"]));
        assert_ne!(pepper.hash("p", &["a"]), pepper.hash("q", &["a"]));
        assert_eq!(pepper.hash("p", &["a"]), pepper.hash("p", &["a"]));
    }
}
