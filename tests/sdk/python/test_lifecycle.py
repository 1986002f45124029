"""A billing key's whole life through the SDK, once with each way of authentication."""

import re

import pytest
from sandbox import assert_refused, publish, registration, request, with_basic, with_token

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture(params=[with_basic, with_token], ids=["basic", "token"])
def bootpay(request, gateway):
    return request.param()


def test_request_publish_lookups_destroy(bootpay):
    asked = registration(metadata={"plan": "월간"})

    requested = bootpay.request_subscribe_automatic_transfer_billing_key(**asked)
    assert requested["status"] == 41, requested
    assert requested["status_locale"] == "자동결제빌링키발급이전"
    assert requested["order_id"] == asked["subscription_id"]
    assert requested["metadata"] == asked["metadata"]
    assert requested["price"] == 0
    assert requested["sandbox"] is True
    assert len(requested) == 20
    receipt_id = requested["receipt_id"]
    assert bootpay.receipt_payment(receipt_id)["status"] == 41

    published = publish(bootpay, receipt_id)
    assert published["status"] == 1, published
    assert published["status_locale"] == "빌링키발급완료"
    assert published["receipt_id"] == receipt_id
    assert published["subscription_id"] == asked["subscription_id"]
    assert "receipt_data" not in published
    assert published["billing_data"]["bank_code"] == "004"
    assert published["billing_data"]["username"] == "홍길*"
    billing_key = published["billing_key"]
    assert re.fullmatch("[0-9a-f]{24}", billing_key)

    assert bootpay.receipt_payment(receipt_id, True)["order_id"] == asked["subscription_id"]
    assert bootpay.lookup_subscribe_billing_key(receipt_id) == published
    key = bootpay.lookup_billing_key(billing_key)
    assert key["billing_data"] == published["billing_data"]
    assert (key["version"], key["sandbox"], key["status"]) == (2, 1, 1)

    assert bootpay.destroy_billing_key(billing_key) == {"billing_key": billing_key}
    assert_refused(bootpay.destroy_billing_key(billing_key), "SUBSCRIBE_BK_EXPIRED")


def test_a_number_as_subscription_id_comes_back_as_text(bootpay):
    number = int(registration()["subscription_id"].replace("-", "")[-10:], 16)
    assert request(bootpay, subscription_id=number)["order_id"] == str(number)


def test_a_second_publish_is_not_ready(bootpay):
    receipt_id = request(bootpay)["receipt_id"]
    assert "billing_key" in publish(bootpay, receipt_id)
    assert_refused(publish(bootpay, receipt_id), "SUBSCRIBE_PUBLISH_NOT_READY")
