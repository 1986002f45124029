//! What a person at the console may do.

/// Each may do what the one before may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Also cancels, destroys, resends, revokes, resolves, moves the sandbox's clock.
    Operator,
    /// Also reads the audit log.
    Admin,
}

domain::named!(Role);

/// Who acts, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: Role,
    /// The peer's address, or the one that the trusted proxies saw.
    pub address: String,
}
