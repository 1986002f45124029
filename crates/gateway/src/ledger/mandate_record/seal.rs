//! Hashes and signatures that anybody can check without this installation.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::fingerprint::Pepper;

/// The hash of an event.
pub const EVENT: &str = "jadong mandate event 1";
/// A file that is given out.
pub const FILE: &str = "jadong consent record 1";

/// Signs for the installation.
pub struct MandateSeal(Ed25519KeyPair);

impl MandateSeal {
    /// The same for every node of an installation, and nothing more to keep: made of the installation's key.
    pub fn new(pepper: &Pepper) -> Self {
        let seed = pepper.hash("mandate_seal", &[]).0;
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed"))
    }

    /// Of `bytes` as `what`; Base64.
    pub fn sign(&self, what: &str, bytes: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&signed(what, bytes)))
    }

    /// What a signature is checked with: 32 bytes in Base64.
    pub fn public_key(&self) -> String {
        STANDARD.encode(self.0.public_key())
    }
}

/// What is signed: the signature of an event is none of a file.
fn signed(what: &str, bytes: &[u8]) -> Vec<u8> {
    [what.as_bytes(), b"\n", bytes].concat()
}

/// Whether `signature` is that of `bytes` as `what` by the installation whose key is `public_key`, both in Base64.
pub fn is_signed(public_key: &str, (what, bytes): (&str, &[u8]), signature: &str) -> bool {
    let (Ok(key), Ok(signature)) = (STANDARD.decode(public_key), STANDARD.decode(signature)) else {
        return false;
    };
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(&signed(what, bytes), &signature).is_ok()
}

/// The hash of an event: over the receipt, its number, the hash of the event before (nothing for the first) and its entry, a line
/// each.
pub fn next_hash(receipt_id: &str, number: u32, before: &str, entry: &str) -> String {
    let text = format!("{EVENT}\n{receipt_id}\n{number}\n{before}\n{entry}");
    hex::encode(digest(&SHA256, text.as_bytes()))
}
