//! Encryption at rest. Whoever has the service DB without the master key has no billing key.

use std::io::Write;
use std::path::Path;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use anyhow::{Context, ensure};
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;

/// 256 bits that are kept away from the service DB: in a secret store, or in a file of their own. Has no `Debug`.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn random() -> anyhow::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        Ok(Self(key))
    }

    /// From 64 hexadecimal characters.
    ///
    /// # Errors
    /// When it is something else. The text is not quoted.
    pub fn from_hex(text: &str) -> anyhow::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), &mut *key)
            .map_err(|_| anyhow::anyhow!("a master key is 64 hex characters"))?;
        Ok(Self(key))
    }

    /// Reads the file; makes it with a new key when it is not there. Only its owner may read it.
    ///
    /// # Errors
    /// When it can be neither read nor made, or holds no key.
    pub fn in_file(path: &Path) -> anyhow::Result<Self> {
        if path.exists() {
            let text = Zeroizing::new(std::fs::read_to_string(path)?);
            return Self::from_hex(&text).with_context(|| format!("reading {}", path.display()));
        }
        let key = Self::random()?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options
            .open(path)
            .with_context(|| format!("making {}", path.display()))?;
        file.write_all(Zeroizing::new(hex::encode(*key.0)).as_bytes())?;
        file.sync_all()?;
        Ok(key)
    }

    /// `text` as hex of nonce and ciphertext. It opens only for the same `row`: a sealed key that is copied into another
    /// customer's row is of no use there.
    pub(crate) fn seal(&self, row: &str, text: &str) -> anyhow::Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: row.as_bytes(),
        };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| anyhow::anyhow!("a billing key could not be sealed"))?;
        Ok(hex::encode([nonce.as_slice(), &sealed].concat()))
    }

    /// # Errors
    /// Another master key, another row, or a changed text.
    pub(crate) fn open(&self, row: &str, sealed: &str) -> anyhow::Result<String> {
        let bytes = hex::decode(sealed).context("a sealed key is hex")?;
        ensure!(bytes.len() > NONCE_BYTES, "a sealed key is longer than its nonce");
        let (nonce, sealed) = bytes.split_at(NONCE_BYTES);
        let nonce = Nonce::try_from(nonce).context("a nonce has 12 bytes")?;
        let payload = Payload {
            msg: sealed,
            aad: row.as_bytes(),
        };
        let opened = self.cipher().decrypt(&nonce, payload);
        let opened = opened.map_err(|_| anyhow::anyhow!("a sealed key does not open with this master key"))?;
        Ok(String::from_utf8(opened)?)
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&(*self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_in_its_own_row_with_its_own_master_key_and_nowhere_else() {
        let (master, other) = (
            MasterKey::from_hex(&"ab".repeat(32)).unwrap(),
            MasterKey::random().unwrap(),
        );
        let sealed = master.seal("receipt_1", "66550abf3324a61b141f9206").unwrap();
        assert_eq!(master.open("receipt_1", &sealed).unwrap(), "66550abf3324a61b141f9206");
        assert!(master.open("receipt_2", &sealed).is_err());
        assert!(other.open("receipt_1", &sealed).is_err());
        let changed = format!("{}00", &sealed[..sealed.len() - 2]);
        assert!(sealed.ends_with("00") || master.open("receipt_1", &changed).is_err());
        assert_ne!(
            sealed,
            master.seal("receipt_1", "66550abf3324a61b141f9206").unwrap(),
            "no two look the same"
        );
    }

    #[test]
    fn the_file_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let sealed = MasterKey::in_file(&path).unwrap().seal("row", "text").unwrap();
        assert_eq!(MasterKey::in_file(&path).unwrap().open("row", &sealed).unwrap(), "text");
        std::fs::write(&path, "not a key").unwrap();
        assert!(MasterKey::in_file(&path).is_err());
    }
}
