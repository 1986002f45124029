"""What the tests say again and again."""

import uuid

from bootpay_backend import BootpayBackend

UNKNOWN_ID = "0123456789abcdef01234567"


def with_basic(client_key="sandbox_client_key", secret_key="sandbox_secret_key"):
    """Today's way: Basic authentication on every request."""
    return BootpayBackend(client_key=client_key, secret_key=secret_key)


def with_application(application_id="sandbox_application_id", private_key="sandbox_private_key"):
    """The legacy way, before its token was asked for."""
    return BootpayBackend(application_id, private_key)


def with_token():
    bootpay = with_application()
    answer = bootpay.get_access_token()
    assert "error_code" not in answer, answer
    return bootpay


def registration(**changes):
    """A request that the sandbox's default customer agrees to, with a subscription_id of its own."""
    return {
        "pg": "nicepay",
        "order_name": "정기구독 자동이체",
        "subscription_id": f"sub_{uuid.uuid4()}",
        "username": "홍길동",
        "bank_name": "국민은행",
        "bank_account": "12345678901234",
        "identity_no": "900101",
        "phone": "01012345678",
        **changes,
    }


def request(bootpay, **changes):
    return bootpay.request_subscribe_automatic_transfer_billing_key(**registration(**changes))


def publish(bootpay, receipt_id):
    return bootpay.publish_automatic_transfer_billing_key(receipt_id)


def assert_refused(answer, error_code, code=None):
    assert answer.get("error_code") == error_code, answer
    assert answer.get("code") == code, answer
    assert answer["message"], answer
