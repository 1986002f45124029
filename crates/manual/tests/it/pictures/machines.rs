//! The domain's five machines. States and arrows come from the domain: a new state must be given a place here, and a
//! new arrow draws itself.

use domain::{issuance, key, payment, reserve, webhook_delivery};

use crate::pictures::language::Tongue;
use crate::pictures::machine::Kind::{Bad, Doubt, Good, Open};
use crate::pictures::machine::{Kind, Machine, Place};

fn at(column: f64, row: f64, kind: Kind, caption: &'static str) -> Place {
    Place {
        column,
        row,
        kind,
        caption,
    }
}

pub fn issuance(tongue: Tongue) -> String {
    use issuance::IssuanceState::{
        Consented, Consenting, Expired, Failed, InDoubt, Issued, Publishing, Refused, Requested,
    };
    let place = |state| match state {
        Requested => at(1.0, 0.0, Open, tongue.say("디스크에 기록됨", "on disk")),
        Consenting => at(
            1.0,
            1.0,
            Open,
            tongue.say("PG가 고객에게 확인 중", "the PG asks the customer"),
        ),
        Consented => at(
            1.0,
            2.0,
            Open,
            tongue.say("동의함, publish 대기", "agreed, awaits publish"),
        ),
        Publishing => at(
            1.0,
            3.0,
            Open,
            tongue.say("PG에 키를 요청 중", "the PG is asked for the key"),
        ),
        InDoubt => at(1.0, 4.0, Doubt, tongue.say("PG의 응답을 모름", "its answer is unknown")),
        Issued => at(0.0, 3.5, Good, tongue.say("빌링키 있음", "there is a key")),
        Refused => at(
            0.0,
            0.9,
            Bad,
            tongue.say("고객이나 PG가 거절", "the customer or the PG said no"),
        ),
        Expired => at(0.0, 2.0, Bad, tongue.say("동의할 시간이 지남", "the time ran out")),
        Failed => at(
            2.0,
            3.5,
            Bad,
            tongue.say("PG가 거절, 닿지 않음", "refused, or never arrived"),
        ),
    };
    let bend = |from, to| match (from, to) {
        (Requested, Consented) => -104.0,
        (InDoubt, Consented) => 104.0,
        (Publishing, Consented) => 12.0,
        (Consented, Publishing) => 12.0,
        (Requested, Failed) => -62.0,
        _ => 0.0,
    };
    Machine {
        all: issuance::IssuanceState::ALL,
        name: issuance::IssuanceState::name,
        may_become: issuance::IssuanceState::may_become,
        place: &place,
        bend: &bend,
        left: 0.0,
    }
    .draw(tongue.code(), tongue.say("발급의 상태", "The states of an issuance"))
}

pub fn payment(tongue: Tongue) -> String {
    use payment::PaymentState::{Cancelled, Declined, InDoubt, Intended, NeedsReview, Paid, PartlyCancelled, Voided};
    let place = |state| match state {
        Intended => at(
            1.0,
            0.0,
            Open,
            tongue.say("PG에 묻기 전에 기록됨", "on disk, before the call"),
        ),
        InDoubt => at(1.0, 1.2, Doubt, tongue.say("PG의 응답을 모름", "the answer is unknown")),
        NeedsReview => at(
            1.0,
            2.4,
            Doubt,
            tongue.say("사람이 확인해야 함", "somebody must ask the PG"),
        ),
        Paid => at(0.0, 1.2, Good, tongue.say("출금됨", "debited")),
        PartlyCancelled => at(0.0, 2.4, Good, tongue.say("일부를 돌려줌", "a part was given back")),
        Cancelled => at(0.0, 3.6, Bad, tongue.say("모두 돌려줌", "all was given back")),
        Declined => at(
            2.0,
            0.6,
            Bad,
            tongue.say("은행이나 PG가 거절", "the bank or the PG said no"),
        ),
        Voided => at(
            2.0,
            1.8,
            Bad,
            tongue.say("결국 출금되지 않음", "not debited in the end"),
        ),
    };
    let bend = |from, to| match (from, to) {
        (Paid, Cancelled) => 104.0,
        _ => 0.0,
    };
    Machine {
        all: payment::PaymentState::ALL,
        name: payment::PaymentState::name,
        may_become: payment::PaymentState::may_become,
        place: &place,
        bend: &bend,
        left: 28.0,
    }
    .draw(tongue.code(), tongue.say("결제의 상태", "The states of a payment"))
}

pub fn reserve(tongue: Tongue) -> String {
    use reserve::ReserveState::{Done, Executing, Failed, Revoked, Waiting};
    let place = |state| match state {
        Waiting => at(0.0, 0.0, Open, tongue.say("제 시각을 기다림", "waits for its time")),
        Executing => at(1.0, 0.0, Open, tongue.say("출금 중", "its payment is under way")),
        Done => at(2.0, 0.0, Good, tongue.say("출금됨", "debited")),
        Failed => at(
            1.0,
            1.1,
            Bad,
            tongue.say("거절, 무효, 삭제된 키", "declined, or a dead key"),
        ),
        Revoked => at(0.0, 1.1, Bad, tongue.say("가맹점이 취소", "by the merchant")),
    };
    Machine {
        all: reserve::ReserveState::ALL,
        name: reserve::ReserveState::name,
        may_become: reserve::ReserveState::may_become,
        place: &place,
        bend: &|from, to| {
            if (from, to) == (Executing, Waiting) { 12.0 } else { 0.0 }
        },
        left: 0.0,
    }
    .draw(tongue.code(), tongue.say("예약의 상태", "The states of a reserve"))
}

pub fn key(tongue: Tongue) -> String {
    let place = |state| match state {
        key::KeyState::Active => at(0.0, 0.0, Good, tongue.say("출금할 수 있음", "may be charged")),
        key::KeyState::Destroyed => at(1.0, 0.0, Bad, tongue.say("다시 살아나지 않음", "never comes back")),
    };
    Machine {
        all: key::KeyState::ALL,
        name: key::KeyState::name,
        may_become: key::KeyState::may_become,
        place: &place,
        bend: &|_, _| 0.0,
        left: 0.0,
    }
    .draw(tongue.code(), tongue.say("키의 상태", "The states of a key"))
}

pub fn delivery(tongue: Tongue) -> String {
    use webhook_delivery::DeliveryState::{Delivered, Exhausted, Pending};
    let place = |state| match state {
        Pending => at(0.0, 0.5, Open, tongue.say("보낼 차례를 기다림", "waits for its turn")),
        Delivered => at(
            1.0,
            0.0,
            Good,
            tongue.say("200과 success: true", "200 and success: true"),
        ),
        Exhausted => at(
            1.0,
            1.0,
            Bad,
            tongue.say("열 번 시도함, 거절됨", "ten tries, or refused"),
        ),
    };
    Machine {
        all: webhook_delivery::DeliveryState::ALL,
        name: webhook_delivery::DeliveryState::name,
        may_become: webhook_delivery::DeliveryState::may_become,
        place: &place,
        bend: &|_, _| 9.0,
        left: 0.0,
    }
    .draw(tongue.code(), tongue.say("웹훅의 상태", "The states of a webhook"))
}
