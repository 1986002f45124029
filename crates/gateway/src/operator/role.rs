//! What a person at the console may do.

/// Each may do what the one before may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Also cancels, destroys, resends, revokes, settles, moves the sandbox's clock.
    Operator,
    /// Also reads the audit log.
    Admin,
}

impl Role {
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

    /// As it is stored and typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// Who acts, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: Role,
    /// The peer's address, or the one that the trusted proxies saw.
    pub address: String,
}
