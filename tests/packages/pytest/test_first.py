"""A merchant's own tests, as they stand in their repository: only what the package brings."""

import base64
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bootpay_backend import BootpayBackend

import jadong as package


@pytest.fixture()
def bootpay(jadong):
    BootpayBackend.BASE_URL["production"] = jadong.entrypoint
    return BootpayBackend(client_key=jadong.client_key, secret_key=jadong.secret_key)


def ask(bootpay, subscription_id):
    return bootpay.request_subscribe_automatic_transfer_billing_key(
        pg="nicepay",
        order_name="월 구독",
        subscription_id=subscription_id,
        username="홍길동",
        bank_name="국민은행",
        bank_account="12345678901234",
        identity_no="900101",
        phone="01012345678",
    )


def issue(bootpay, subscription_id):
    return bootpay.publish_automatic_transfer_billing_key(ask(bootpay, subscription_id)["receipt_id"])["billing_key"]


def test_a_customer_whose_telephone_is_answered_gets_a_key_and_a_debit_a_signed_webhook(jadong, bootpay):
    jadong.phone.by_hand()
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(ask, bootpay, "by_hand")
        jadong.phone.agree(subscription_id="by_hand")
        asked = asking.result()
    assert asked["status"] == 41, asked
    jadong.phone.by_number()
    key = bootpay.publish_automatic_transfer_billing_key(asked["receipt_id"])["billing_key"]
    paid = bootpay.request_subscribe_payment(billing_key=key, order_id="order_1", order_name="월 구독", price=9900)
    assert paid["status"] == 1, paid
    webhook = jadong.webhooks.next("PAYMENT_COMPLETED")
    assert webhook["json"]["receipt_id"] == paid["receipt_id"]
    headers = webhook["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{webhook['body']}".encode()
    secret = base64.b64decode(jadong.webhook_secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert signature in headers["webhook-signature"]


def test_a_month_passes_at_once_and_a_reserve_falls_due_on_the_way(jadong, bootpay):
    due = (jadong.clock.now() + timedelta(days=20)).isoformat()
    reserved = bootpay.subscribe_payment_reserve(
        billing_key=issue(bootpay, "monthly"), order_name="12월", price=9900, order_id="order_12", reserve_execute_at=due
    )
    jadong.clock.advance("30d")
    assert bootpay.subscribe_payment_reserve_lookup(reserved["reserve_id"])["status"] == 1


def test_the_next_answer_of_the_bank_is_lost(jadong, bootpay):
    key = issue(bootpay, "faulty")
    with pytest.raises(package.SandboxError) as refused:
        jadong.faults.next("no-such-fault")
    assert "drop-after" in str(refused.value)
    jadong.faults.next("drop-before", on="charge")
    lost = bootpay.request_subscribe_payment(billing_key=key, order_id="order_2", order_name="월 구독", price=9900)
    assert lost["error_code"] == "RC_CONFIRM_CRITICAL_FAILED", lost
    assert jadong.faults.waiting() == []


def test_a_telephone_that_does_not_ring_and_a_webhook_that_does_not_come_are_told(jadong):
    with pytest.raises(TimeoutError, match="no telephone rang"):
        jadong.phone.agree(subscription_id="nobody", timeout=0.2)
    jadong.webhooks.take()
    with pytest.raises(TimeoutError, match="no webhook NEVER came"):
        jadong.webhooks.next("NEVER", timeout=0.2)


def test_two_at_once_do_not_meet_and_one_that_runs_can_be_used(jadong):
    own = {"client_key": jadong.client_key, "secret_key": jadong.secret_key}
    with package.start() as other, package.connect(jadong.url, **own) as again:
        assert other.url != jadong.url
        other.phone.by_hand()
        with ThreadPoolExecutor() as pool:
            asking = pool.submit(other.request, "POST", "/v2/request/subscribe/automatic-transfer", REGISTRATION)
            other.phone.agree()
            assert asking.result()["status"] == 41
        assert (jadong.phone.ringing(), again.phone.ringing()) == ([], [])
        assert again.webhook_secret == jadong.webhook_secret != other.webhook_secret
    assert jadong.clock.now(), "who only used it has not ended it"


def test_what_cannot_start_says_why():
    with pytest.raises(RuntimeError, match="consent_hold"):
        package.start(settings={"consent_hold": "soon"})


REGISTRATION = {
    "pg": "nicepay",
    "order_name": "월 구독",
    "subscription_id": "sub_other",
    "username": "홍길동",
    "bank_name": "국민은행",
    "bank_account": "12345678901234",
    "identity_no": "900101",
    "phone": "01012345678",
}
