//! The gateway's view of the simulated PG: its control API, over HTTP.

use domain::ProjectId;
use gateway::{
    Answering, CallAnswer, NewFault, Scenarios, SimulatedAccount, SimulatedCall, SimulatedCustomer, Simulator,
    SimulatorError, WaitingFault, WhichCalls,
};
use pg::BoxFuture;
use reqwest::{Client, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use simulator::RunningSimulator;

/// The control API takes milliseconds; past this it hangs.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// The control API of a bank.
pub struct BankControl {
    http: Client,
    url: String,
}

impl BankControl {
    pub fn of(bank: &RunningSimulator) -> reqwest::Result<Self> {
        let http = Client::builder()
            .tls_certs_only([])
            .no_proxy()
            .timeout(PATIENCE)
            .build()?;
        let url = format!("{}/control", bank.url());
        Ok(Self { http, url })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        project: Option<ProjectId>,
        body: Option<Value>,
    ) -> Result<Value, SimulatorError> {
        let unreachable = |error: reqwest::Error| SimulatorError::Unreachable(error.without_url().to_string());
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(project) = project {
            request = request.header(simulator::SANDBOX_PROJECT, project.to_string());
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let answer: Value = response.json().await.map_err(unreachable)?;
        if status.is_success() {
            return Ok(answer);
        }
        Err(match (status, answer["error"].as_str().unwrap_or_default()) {
            (StatusCode::NOT_FOUND, "no-such-fault") => SimulatorError::NoSuchFault,
            (StatusCode::NOT_FOUND, _) => SimulatorError::NoSuchCall,
            (_, "already-over") => SimulatorError::AlreadyOver,
            (_, "too-many") => SimulatorError::TooMany,
            (StatusCode::BAD_REQUEST, _) => SimulatorError::OutOfRange,
            (status, error) => SimulatorError::Unreachable(format!("{status} {error}")),
        })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, project: Option<ProjectId>) -> Result<T, SimulatorError> {
        read(self.call(Method::GET, path, project, None).await?)
    }
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, SimulatorError> {
    serde_json::from_value(answer).map_err(|error| SimulatorError::Unreachable(error.to_string()))
}

impl Simulator for BankControl {
    fn calls(&self, which: WhichCalls) -> BoxFuture<'_, Result<Vec<SimulatedCall>, SimulatorError>> {
        let path = match which {
            WhichCalls::Ringing => "/calls?status=ringing",
            WhichCalls::All => "/calls",
        };
        Box::pin(self.get(path, None))
    }

    fn answer(&self, order_id: String, answer: CallAnswer) -> BoxFuture<'_, Result<(), SimulatorError>> {
        let action = match answer {
            CallAnswer::Agree => "agree",
            CallAnswer::Refuse => "refuse",
            CallAnswer::HangUp => "hang-up",
            CallAnswer::WrongKey => "wrong-key",
        };
        Box::pin(async move {
            let path = format!("/calls/{order_id}/answer");
            let answered = self.call(Method::POST, &path, None, Some(json!({ "action": action })));
            answered.await.map(drop)
        })
    }

    fn answering(&self, project: ProjectId) -> BoxFuture<'_, Result<Answering, SimulatorError>> {
        Box::pin(async move {
            let phone: Value = self.get("/phone", Some(project)).await?;
            Ok(if phone["answering"] == "by-hand" {
                Answering::ByHand
            } else {
                Answering::Auto
            })
        })
    }

    fn set_answering(&self, project: ProjectId, answering: Answering) -> BoxFuture<'_, Result<(), SimulatorError>> {
        let answering = match answering {
            Answering::Auto => "auto",
            Answering::ByHand => "by-hand",
        };
        Box::pin(async move {
            let body = json!({ "answering": answering });
            let set = self.call(Method::PUT, "/phone", Some(project), Some(body));
            set.await.map(drop)
        })
    }

    fn scenarios(&self) -> BoxFuture<'_, Result<Scenarios, SimulatorError>> {
        Box::pin(async move {
            let mut tables: Value = self.get("/scenarios", None).await?;
            Ok(Scenarios {
                customers: read::<Vec<SimulatedCustomer>>(tables["usual"].take())?,
                accounts: read::<Vec<SimulatedAccount>>(tables["accounts"].take())?,
            })
        })
    }

    fn faults(&self, project: ProjectId) -> BoxFuture<'_, Result<Vec<WaitingFault>, SimulatorError>> {
        Box::pin(self.get("/faults", Some(project)))
    }

    fn add_fault(&self, project: ProjectId, fault: NewFault) -> BoxFuture<'_, Result<(), SimulatorError>> {
        Box::pin(async move {
            let body = serde_json::to_value(fault).map_err(|error| SimulatorError::Unreachable(error.to_string()))?;
            let added = self.call(Method::POST, "/faults", Some(project), Some(body));
            added.await.map(drop)
        })
    }

    fn remove_fault(&self, project: ProjectId, id: u64) -> BoxFuture<'_, Result<(), SimulatorError>> {
        Box::pin(async move {
            let path = format!("/faults/{id}");
            let removed = self.call(Method::DELETE, &path, Some(project), None);
            removed.await.map(drop)
        })
    }

    fn clear_faults(&self, project: ProjectId) -> BoxFuture<'_, Result<(), SimulatorError>> {
        Box::pin(async move {
            let cleared = self.call(Method::DELETE, "/faults", Some(project), None);
            cleared.await.map(drop)
        })
    }
}
