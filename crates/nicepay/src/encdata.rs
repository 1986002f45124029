//! `encData` in mode `A2`: hex(AES-256/CBC/PKCS5), key = the 32 characters of the secret key, IV = its first 16.

use aes::Aes256;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use zeroize::Zeroizing;

/// Why a field could not be encrypted or decrypted. Carries no data: the data is sensitive.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum EncDataError {
    #[error("encData A2 needs a secret key of 32 characters")]
    KeyLength,
    #[error("encData is not hex, or not encrypted with this key")]
    Undecipherable,
}

/// Key and IV of a secret key, or `KeyLength` when it has not 32 bytes.
fn key_and_iv(secret_key: &str) -> Result<(&[u8; 32], &[u8; 16]), EncDataError> {
    let key = secret_key.as_bytes().as_array::<32>().ok_or(EncDataError::KeyLength)?;
    let iv = key.first_chunk::<16>().ok_or(EncDataError::KeyLength)?;
    Ok((key, iv))
}

/// Encrypts `plaintext` (form-urlencoded text) for the PG.
pub fn encrypt(plaintext: &str, secret_key: &str) -> Result<String, EncDataError> {
    let (key, iv) = key_and_iv(secret_key)?;
    let cipher = cbc::Encryptor::<Aes256>::new(key.into(), iv.into());
    Ok(hex::encode(cipher.encrypt_padded_vec::<Pkcs7>(plaintext.as_bytes())))
}

/// Decrypts what [`encrypt`] made; the text is wiped when dropped.
pub fn decrypt(enc_data: &str, secret_key: &str) -> Result<Zeroizing<String>, EncDataError> {
    let (key, iv) = key_and_iv(secret_key)?;
    let bytes = hex::decode(enc_data).map_err(|_| EncDataError::Undecipherable)?;
    let plain = cbc::Decryptor::<Aes256>::new(key.into(), iv.into())
        .decrypt_padded_vec::<Pkcs7>(&bytes)
        .map_err(|_| EncDataError::Undecipherable)?;
    String::from_utf8(plain)
        .map(Zeroizing::new)
        .map_err(|_| EncDataError::Undecipherable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: &str = "2dcc2a0d63bf469490bb19a201be3735";
    const PLAIN: &str = "cardNo=1234567890123456&expYear=25&expMonth=12&idNo=800101&cardPw=12";
    const CIPHER: &str = "6ecfe97e521bc67c3053d74a9dbdba53033d343fc9e8e38e730964b22ef2e4a59607171b00a9da977141b3f79fffa1e80a16c08bc58666b479f554a966a363414347e62f2621f8df220c7a4a545592d0";

    #[test]
    fn a2_equals_the_published_vector_both_ways() {
        assert_eq!(encrypt(PLAIN, S).unwrap(), CIPHER);
        assert_eq!(decrypt(CIPHER, S).unwrap().as_str(), PLAIN);
    }

    #[test]
    fn a_wrong_key_is_an_error_not_a_panic() {
        assert_eq!(encrypt(PLAIN, "short").unwrap_err(), EncDataError::KeyLength);
        assert_eq!(decrypt("zz", S).unwrap_err(), EncDataError::Undecipherable);
        assert!(decrypt(CIPHER, "433a8421be754b34989048cf148a5ffc").is_err());
    }
}
