//! What a customer gives away to be debited. It passes through, cannot be printed, and is wiped when dropped.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

macro_rules! personal {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes the text as the customer wrote it; the service checks it and strips hyphens and spaces.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(SecretString::from(text.into()))
            }

            pub(crate) fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([hidden])"))
            }
        }
    )*};
}

personal! {
    /// 계좌번호. Never printed; keep what the answer shows of it instead ([`crate::MaskedAccount`]).
    AccountNumber;
    /// 생년월일 (YYMMDD) or 사업자등록번호 (10 digits). Never a resident number.
    IdentityNumber;
    /// 전화번호: who is called.
    Phone;
    /// 예금주: the holder of the account, or the company.
    HolderName;
}
