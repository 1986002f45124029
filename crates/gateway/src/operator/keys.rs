//! A billing key: what was and will be paid with it, its record of consent, and its end.

use domain::key::BillingKey;
use domain::mandate::KeyEnd;
use domain::payment::Payment;
use domain::reserve::Reserve;
use domain::transition::Actor;
use domain::{BillingKeyId, ProjectId, Refusal};
use store::{Page, PaymentFilter};

use super::OperatorService;
use super::audit::AuditedAction;
use super::receipts::wanted;
use super::role::Person;
use crate::services::key::{self, Reserves};
use crate::services::mandate::{self, RecordForm};

impl OperatorService {
    /// A key of the project. Errors: `RC_NOT_FOUND`.
    pub async fn key(&self, project: ProjectId, id: BillingKeyId) -> Result<BillingKey, Refusal> {
        key::by_key(&self.app.services, project, id).await
    }

    /// What was paid with a key, newest first, among the newest receipts; `next` where there may be more.
    pub async fn payments_of_key(&self, project: ProjectId, id: BillingKeyId) -> Result<Page<Payment>, Refusal> {
        let filter = PaymentFilter {
            key: Some(id),
            ..PaymentFilter::default()
        };
        let paid = self
            .app
            .services
            .store()
            .recent_payments(wanted(project, None), filter)
            .await;
        paid.map_err(Refusal::from)
    }

    /// What waits to be paid with a key, earliest first.
    pub async fn reserves_of_key(&self, project: ProjectId, id: BillingKeyId) -> Result<Vec<Reserve>, Refusal> {
        let waiting = self.app.services.store().waiting_reserves_of(project, id).await;
        let waiting = waiting?;
        Ok(waiting
            .into_iter()
            .filter(|reserve| reserve.project_id == project)
            .collect())
    }

    /// Destroys a key, and its waiting reserves with it. Errors: those of the API's destroy.
    pub async fn destroy(&self, person: &Person, project: ProjectId, id: BillingKeyId) -> Result<(), Refusal> {
        self.destroy_with(person, project, id, Reserves::Revoked).await
    }

    /// Destroys a key, and leaves its reserves: they fail when their time comes.
    pub async fn destroy_alone(&self, person: &Person, project: ProjectId, id: BillingKeyId) -> Result<(), Refusal> {
        self.destroy_with(person, project, id, Reserves::Left).await
    }

    /// Writes down that the payer has taken the consent back: the key and its waiting reserves end. Errors: those of the API's
    /// withdrawal.
    pub async fn withdraw(
        &self,
        person: &Person,
        project: ProjectId,
        id: BillingKeyId,
        (channel, reason): (String, Option<String>),
    ) -> Result<(), Refusal> {
        let withdrawal = Some(mandate::withdrawal(Some(channel), reason)?);
        let by = Actor::Person;
        let end = KeyEnd { by, withdrawal };
        let action = AuditedAction {
            act: "withdraw",
            object: id.to_string(),
            note: String::new(),
        };
        let withdrawing = async move |operator: Self| mandate::withdraw(&operator.app.services, project, id, end).await;
        self.audited(person, action, withdrawing).await
    }

    /// The signed record of a key's mandate, for programs or for people. Errors: `RC_NOT_FOUND`.
    pub async fn consent_record(
        &self,
        project: ProjectId,
        id: BillingKeyId,
        form: RecordForm,
    ) -> Result<Vec<u8>, Refusal> {
        mandate::signed_record(&self.app.services, project, id, form).await
    }

    async fn destroy_with(
        &self,
        person: &Person,
        project: ProjectId,
        id: BillingKeyId,
        reserves: Reserves,
    ) -> Result<(), Refusal> {
        let note = match reserves {
            Reserves::Left => "its reserves are left",
            Reserves::Revoked => "with its reserves",
        };
        let action = AuditedAction {
            act: "destroy",
            object: id.to_string(),
            note: note.to_owned(),
        };
        let (by, withdrawal) = (Actor::Person, None);
        let end = KeyEnd { by, withdrawal };
        let destroying =
            async move |operator: Self| key::destroy(&operator.app.services, project, id, reserves, end).await;
        self.audited(person, action, destroying).await
    }
}
