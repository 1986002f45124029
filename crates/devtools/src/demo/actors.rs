//! Who plays: one customer, whose account, birth date and phone must be found nowhere afterwards.

/// The customer's id in the merchant's books.
pub const CUSTOMER_ID: &str = "cust_0001";
pub const NAME: &str = "홍길동";
pub const BANK: &str = "국민은행";
pub const ACCOUNT: &str = "12345678901234";
/// YYMMDD
pub const BIRTH: &str = "900101";
/// Not one of the simulated PG's scenario numbers: this customer answers after 300 ms and agrees.
pub const PHONE: &str = "01012345678";
/// As people write it.
pub const PHONE_HYPHENATED: &str = "010-1234-5678";
