//! `Jadong-Test: charge=insufficient_funds`, or `jadong_test` in `metadata`: what a request of a sandbox asks to become of its own call
//! at the simulated PG. Read, or refused: a test that is not played would be taken for one that has passed.

use axum::extract::MatchedPath;
use domain::project::Project;
use domain::{ErrorCode, Refusal};
use http::request::Parts;
use pg::{NoSuchOutcome, TestOutcomes, TestedCall};

use crate::app::App;
use crate::settings::Mode;

const NAME: &str = "Jadong-Test";
const BYTES_MAX: usize = 255;

/// What the header asks for.
///
/// Errors: `FIELD_INVALID` in live mode, for a request that has no such outcome, and for an outcome that there is not.
pub fn header(app: &App, project: &Project, parts: &Parts) -> Result<TestOutcomes, Refusal> {
    let mut sent = parts.headers.get_all(NAME).iter();
    let Some(first) = sent.next() else {
        return Ok(TestOutcomes::default());
    };
    let invalid = |hint: &str| Refusal::new(ErrorCode::FieldInvalid, NAME).hint(hint);
    if app.services.settings.mode == Mode::Live {
        return Err(invalid(
            "샌드박스에서만: 실거래 모드에서는 정할 수 없습니다 (in a sandbox only, never in live mode)",
        ));
    }
    is_simulated(app, project).map_err(invalid)?;
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let call = match path.unwrap_or_default() {
        "/v2/subscribe/payment" => TestedCall::Charge,
        "/v2/request/subscribe/automatic-transfer" => TestedCall::Consent,
        "/v2/cancel" => TestedCall::Cancel,
        // Nothing is debited by this request, and only what is in the order lasts until it is.
        "/v2/subscribe/payment/reserve" => return Err(invalid("metadata.jadong_test")),
        _ => return Err(invalid("이 요청에는 없습니다 (not of this request)")),
    };
    if sent.next().is_some() {
        return Err(invalid("한 번만 보내 주세요 (send one)"));
    }
    // What is no ASCII is no name.
    let text = first.to_str().ok().filter(|text| text.len() <= BYTES_MAX);
    TestOutcomes::parse(text.unwrap_or_default(), &[call]).map_err(|NoSuchOutcome(list)| invalid(&list))
}

/// The same with what `metadata` asks for, of `calls`; in live mode that is only the merchant's note.
///
/// Errors: `FIELD_INVALID` for an outcome that there is not, or another one than the header's.
pub fn with_metadata(
    app: &App,
    project: &Project,
    header: TestOutcomes,
    metadata: &str,
    calls: &[TestedCall],
) -> Result<TestOutcomes, Refusal> {
    if app.services.settings.mode == Mode::Live {
        return Ok(header);
    }
    let invalid = |hint: &str| Refusal::new(ErrorCode::FieldInvalid, "metadata.jadong_test").hint(hint);
    let asked = TestOutcomes::of_metadata(metadata, calls).map_err(|NoSuchOutcome(list)| invalid(&list))?;
    let Some(asked) = asked else { return Ok(header) };
    is_simulated(app, project).map_err(invalid)?;
    let both = header.and(asked);
    both.map_err(|call| invalid(&format!("{NAME}: {}=… 서로 다릅니다 (differs)", <&str>::from(call))))
}

/// A real one would never hear of it, nor its test environment.
fn is_simulated(app: &App, project: &Project) -> Result<(), &'static str> {
    if app.services.capabilities(project.id).plays_outcomes {
        Ok(())
    } else {
        Err("이 프로젝트의 PG는 가상 PG가 아닙니다 (this project's PG is no simulated one)")
    }
}
