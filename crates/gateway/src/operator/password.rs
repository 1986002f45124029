//! Passwords of the console's people: Argon2id with the crate's defaults, each with a salt of its own.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use seams::Entropy;

/// Fewer characters are refused.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// More are refused: hashing a novel takes its time.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// Why a password cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    #[error(
        "a password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters (비밀번호는 {PASSWORD_CHARS_MIN}자 이상)"
    )]
    Length,
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// What is stored instead of a password. Takes about 30 ms and 19 MiB, on purpose.
pub fn hash_password(password: &str, entropy: &dyn Entropy) -> Result<String, PasswordFault> {
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&password.chars().count()) {
        return Err(PasswordFault::Length);
    }
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| PasswordFault::Hash(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one behind `hash`.
pub fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Takes as long as a wrong password of somebody, for a name that nobody has.
pub fn pretend(password: &str) {
    let _: Result<PasswordHash, _> = Argon2::default().hash_password_with_salt(password.as_bytes(), &[0; 16]);
}

#[cfg(test)]
mod tests {
    use seams::OsEntropy;

    use super::*;

    #[test]
    fn only_the_password_opens_and_equal_ones_hash_differently() {
        let hash = hash_password("correct horse battery", &OsEntropy).unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(is_right("correct horse battery", &hash));
        assert!(!is_right("correct horse batterz", &hash));
        assert!(!is_right("correct horse battery", "not a hash"));
        assert_ne!(hash_password("correct horse battery", &OsEntropy).unwrap(), hash);
        assert_eq!(hash_password("short", &OsEntropy), Err(PasswordFault::Length));
    }
}
