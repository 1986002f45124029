//! Who allows a probe: the command line, or a person at the terminal who was told what will happen.

use std::io::{BufRead, IsTerminal, stderr, stdin};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pg::BoxFuture;
use pg::measure::{Act, Desk, Probe, Progress};
use terminal::lang::localized;

/// Between two words to whoever has to agree.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// The command line and the terminal.
pub struct Terminal {
    allowed: Vec<Probe>,
    is_asked: bool,
    told: Mutex<Option<Instant>>,
}

impl Terminal {
    /// Asks whoever sits there about everything but what was allowed by name. Where nobody does, the rest is not done.
    pub fn allowing(allowed: Vec<Probe>) -> Self {
        Self {
            allowed,
            is_asked: stdin().is_terminal() && stderr().is_terminal(),
            told: Mutex::default(),
        }
    }

    fn is_time_to_tell(&self) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = told.is_none_or(|at| at.elapsed() >= TOLD_EVERY);
        if is_time {
            *told = Some(Instant::now());
        }
        is_time
    }
}

impl Desk for Terminal {
    fn may<'a>(&'a self, act: &'a Act) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let probe = act.probe();
            if self.allowed.contains(&probe) {
                eprintln!("jadong: {probe}: {}", words(act));
                return true;
            }
            if !self.is_asked {
                return false;
            }
            let yes = localized("진행할까요? [y/N] ", "Go on? [y/N] ");
            eprintln!("\njadong: {probe}: {}\n{yes}", words(act));
            let answer = tokio::task::spawn_blocking(|| {
                let mut line = String::new();
                stdin().lock().read_line(&mut line).map(|_| line)
            });
            // Whatever is no plain yes is a no.
            let line = answer.await.ok().and_then(Result::ok).unwrap_or_default();
            matches!(line.trim(), "y" | "Y" | "yes" | "예" | "네")
        })
    }

    fn tell(&self, progress: &Progress<'_>) {
        let seconds = |left: &Duration| left.as_secs();
        match progress {
            Progress::Debiting { order_id, price } => eprintln!("jadong: debiting {} won as {order_id}", price.get()),
            Progress::GivingBack { receipt_id, price } => {
                eprintln!("jadong: giving back {} won of {receipt_id}", price.get());
            }
            Progress::WaitsForAgreement { left } if self.is_time_to_tell() => eprintln!(
                "jadong: {}",
                localized(
                    format!("지금 전화에서 동의하세요. 남은 시간 {}초", seconds(left)),
                    format!("agree on the telephone now; {} s left", seconds(left)),
                )
            ),
            Progress::WaitsForRefusal { left } if self.is_time_to_tell() => eprintln!(
                "jadong: {}",
                localized(
                    format!("지금 전화에서 거절하세요. 남은 시간 {}초", seconds(left)),
                    format!("refuse on the telephone now; {} s left", seconds(left)),
                )
            ),
            Progress::WaitsForAgreement { .. } | Progress::WaitsForRefusal { .. } => {}
        }
    }
}

/// What will happen, for how much, to whom.
fn words(act: &Act) -> String {
    match act {
        Act::Consent { phone, times } => localized(
            format!("{phone} 번으로 동의를 묻는 전화가 최대 {times}번 갑니다. 동의하면 빌링키가 생기고, 끝에 지웁니다"),
            format!(
                "{phone} is called for a consent, {times} times at most. Agreeing makes a billing key, which is ended afterwards"
            ),
        ),
        Act::RefusedConsent { phone } => localized(
            format!("{phone} 번으로 동의를 묻는 전화가 한 번 갑니다. 거절하세요"),
            format!("{phone} is called for a consent once. Refuse it"),
        ),
        Act::Charge { key, price, times } => localized(
            format!(
                "빌링키 {key}의 계좌에서 {}원씩 {times}번 출금합니다. 실제 돈일 수 있고, 끝에 환불합니다",
                price.get()
            ),
            format!(
                "the account of billing key {key} is debited {times} times by {} won. It may be real money; it is given back afterwards",
                price.get()
            ),
        ),
        Act::UsedOrder { key, price } => localized(
            format!(
                "쓴 주문 번호를 다시 보냅니다. 거절되지 않으면 빌링키 {key}에서 {}원이 한 번 더 출금되고, 끝에 환불합니다",
                price.get()
            ),
            format!(
                "a used order id is sent again. If it is taken, billing key {key} is debited by {} won once more; it is given back afterwards",
                price.get()
            ),
        ),
        Act::Refund { price } => localized(
            format!(
                "위 출금 {}원 가운데 하나를 나누어, 일부는 같은 번호로 거듭 환불합니다",
                price.get()
            ),
            format!(
                "one of those debits of {} won is refunded in parts, some of them again under the same id",
                price.get()
            ),
        ),
        Act::RefusedCharge { key, price } => localized(
            format!(
                "잔액이 모자라야 할 빌링키 {key}에서 {}원을 출금해 봅니다. 거절되지 않으면 끝에 환불합니다",
                price.get()
            ),
            format!(
                "billing key {key}, whose account is to be empty, is debited by {} won. If it is not refused, it is given back afterwards",
                price.get()
            ),
        ),
    }
}
