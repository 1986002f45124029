//! `signData` and `signature`: lower-case hex SHA-256 over concatenated fields and the secret key.

use sha2::{Digest, Sha256};

/// Hex SHA-256 of `parts` followed by `secret_key`, without separators.
fn digest(parts: &[&str], secret_key: &str) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    hasher.update(secret_key.as_bytes());
    hex::encode(hasher.finalize())
}

/// Start or find a consent, register a key, net-cancel: `orderId + ediDate + S`.
#[must_use]
pub fn order(order_id: &str, edi_date: &str, secret_key: &str) -> String {
    digest(&[order_id, edi_date], secret_key)
}

/// Charge or expire a key: `orderId + bid + ediDate + S`.
#[must_use]
pub fn key_use(order_id: &str, bid: &str, edi_date: &str, secret_key: &str) -> String {
    digest(&[order_id, bid, edi_date], secret_key)
}

/// An answer's signature: `tid + amount + ediDate + S`; `amount_krw` is 0 for consents and keys.
#[must_use]
pub fn answer(tid: &str, amount_krw: u64, edi_date: &str, secret_key: &str) -> String {
    digest(&[tid, &amount_krw.to_string(), edi_date], secret_key)
}

/// Cancel a payment or a cash receipt, find by tid: `tid + ediDate + S`.
#[must_use]
pub fn tid(tid: &str, edi_date: &str, secret_key: &str) -> String {
    digest(&[tid, edi_date], secret_key)
}

/// Issue a cash receipt: `orderId + amount + ediDate + S`.
#[must_use]
pub fn receipt_issue(order_id: &str, amount_krw: u64, edi_date: &str, secret_key: &str) -> String {
    digest(&[order_id, &amount_krw.to_string(), edi_date], secret_key)
}

/// A cash receipt answer's signature: `tid + orderId + ediDate + S`.
#[must_use]
pub fn receipt_answer(tid: &str, order_id: &str, edi_date: &str, secret_key: &str) -> String {
    digest(&[tid, order_id, edi_date], secret_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: &str = "433a8421be754b34989048cf148a5ffc";
    const EDI: &str = "2026-01-02T03:04:05.678+0900";

    #[test]
    fn signatures_equal_the_published_vectors() {
        assert_eq!(
            order("order-0001", EDI, S),
            "f87742bd97c8f1efca2807773800273a7963a7e956ee03df36aad1d30630f49a"
        );
        assert_eq!(
            key_use("order-0001", "BIKYnictest00m1104191651325596", EDI, S),
            "595517e5a0e2f636da686ee40fba2138e53f894d065a7020ce85a6dddcd73775"
        );
        assert_eq!(
            answer("nictest00m01162601020304050001", 1000, EDI, S),
            "eef83b3fc29aa2af37ab5d5c911e271a1a20c6ad42fbb9b6249c0fabc89a1404"
        );
        let tid_text = "nictest00m01162601020304050001";
        assert_eq!(
            tid(tid_text, EDI, S),
            "57f0a94adceda00166b0ad93b4f78d69e15b5c6b181884e34b145230589d4343"
        );
        assert_eq!(
            receipt_issue("order-0001", 1000, EDI, S),
            "64587534d39b1cd518fee8778edab7654bcdd05d2ae88d5419efdebf7555edc3"
        );
        assert_eq!(
            receipt_answer(tid_text, "order-0001", EDI, S),
            "4dabdf28227fb63bf5e431d119a3374358921280afdd677b393c323dd01a8db4"
        );
    }
}
