//! The number and the Korean words of a status.

use domain::EpochMs;
use domain::issuance::{Issuance, IssuanceState};
use domain::key::BillingKey;
use domain::project::Project;

/// `status` and `status_locale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireStatus {
    pub status: i16,
    pub locale: &'static str,
}

impl WireStatus {
    /// 41: also while the customer is still being asked, as recorded.
    pub const WAITING: Self = Self {
        status: 41,
        locale: "자동결제빌링키발급이전",
    };
    const PREPARING: Self = Self {
        status: 40,
        locale: "자동결제빌링키발급준비중",
    };
    const FAILED: Self = Self {
        status: -40,
        locale: "자동결제빌링키발급실패",
    };
    const DESTROYED: Self = Self {
        status: -11,
        locale: "빌링키취소완료",
    };
}

/// How an issuance stands now; one whose time is over has expired even before that is recorded.
pub fn status(project: &Project, issuance: &Issuance, key: Option<&BillingKey>, now: EpochMs) -> WireStatus {
    let is_over = issuance.state.may_become(IssuanceState::Expired) && now >= issuance.consent_expires_at;
    match issuance.state {
        _ if is_over => WireStatus::FAILED,
        IssuanceState::Requested | IssuanceState::Consenting | IssuanceState::Consented => WireStatus::WAITING,
        IssuanceState::Publishing | IssuanceState::InDoubt => WireStatus::PREPARING,
        IssuanceState::Issued if key.is_some_and(BillingKey::is_destroyed) => WireStatus::DESTROYED,
        IssuanceState::Issued => WireStatus {
            status: project.issued_status.number(),
            locale: "빌링키발급완료",
        },
        IssuanceState::Refused | IssuanceState::Expired | IssuanceState::Failed => WireStatus::FAILED,
    }
}
