//! The number and the Korean words of a status.

use domain::issuance::{Issuance, State};
use domain::key::BillingKey;
use domain::project::Project;

use crate::house::House;

/// `status` and `status_locale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub status: i16,
    pub locale: &'static str,
}

impl Standing {
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
pub fn standing(house: &House, project: &Project, issuance: &Issuance, key: Option<&BillingKey>) -> Standing {
    let is_over =
        issuance.state.may_become(State::Expired) && house.now_of(issuance.project_id) >= issuance.consent_expires_at;
    match issuance.state {
        _ if is_over => Standing::FAILED,
        State::Requested | State::Consenting | State::Consented => Standing::WAITING,
        State::Publishing | State::InDoubt => Standing::PREPARING,
        State::Issued if key.is_some_and(BillingKey::is_destroyed) => Standing::DESTROYED,
        State::Issued => Standing {
            status: project.issued_status.number(),
            locale: "빌링키발급완료",
        },
        State::Refused | State::Expired | State::Failed => Standing::FAILED,
    }
}
