"""Every documented error, as a merchant's code sees it through the SDK."""

import json
import os

import pytest
from sandbox import UNKNOWN_ID, assert_refused, publish, registration, request, with_basic

FAULTS = [
    ({"bank_name": "없는은행"}, "SUBSCRIBE_AT_BLANK_NOT_FOUND", 2350),
    ({"username": ""}, "SUBSCRIBE_AT_USERNAME_BLANK", 2351),
    ({"bank_account": ""}, "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK", 2352),
    ({"identity_no": ""}, "SUBSCRIBE_AT_IDENTITY_NO_BLANK", 2353),
    ({"phone": ""}, "SUBSCRIBE_AT_PHONE_BLANK", 2354),
    ({"bank_name": ""}, "SUBSCRIBE_AT_BANK_CODE_BLANK", 2356),
    ({"username": None}, "SUBSCRIBE_AT_USERNAME_BLANK", 2351),
    ({"pg": "kcp"}, "RC_PG_NOT_FOUND", None),
    ({"phone": "01000000008"}, "SUBSCRIBE_AT_LOOKUP_USER_FAILED", None),
]


@pytest.fixture
def bootpay(gateway):
    return with_basic()


@pytest.mark.parametrize(("changes", "error_code", "code"), FAULTS, ids=[str(fault[0]) for fault in FAULTS])
def test_request_is_refused(bootpay, changes, error_code, code):
    assert_refused(request(bootpay, **changes), error_code, code)


def test_a_resident_number_is_refused_and_not_repeated(bootpay):
    answer = request(bootpay, identity_no="9001011234567")
    assert_refused(answer, "SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED")
    assert "9001011234567" not in json.dumps(answer)


def test_a_customer_who_refuses_within_the_hold_is_an_error_of_step_1(bootpay):
    answer = request(bootpay, phone="01000000001")
    if os.environ.get("TEST_PG") == "hosted":
        # It says the same of whoever refuses as of whoever has not decided.
        assert answer["status"] == 41, answer
        assert_refused(publish(bootpay, answer["receipt_id"]), "SUBSCRIBE_REQUEST_FAILED")
        return
    assert_refused(answer, "SUBSCRIBE_AT_CONSENT_REFUSED")
    assert "receipt_id" not in answer, answer


def test_another_request_under_the_same_subscription_id_is_refused(bootpay):
    asked = registration()
    assert request(bootpay, **asked)["status"] == 41
    other = {**asked, "bank_account": "12345678901235"}
    assert_refused(request(bootpay, **other), "SUBSCRIBE_AT_SUBSCRIPTION_ID_CONFLICT")


def test_ids_that_this_project_does_not_have(bootpay):
    for call in (
        lambda: publish(bootpay, UNKNOWN_ID),
        lambda: bootpay.lookup_subscribe_billing_key(UNKNOWN_ID),
        lambda: bootpay.lookup_billing_key(UNKNOWN_ID),
        lambda: bootpay.receipt_payment(UNKNOWN_ID),
        lambda: bootpay.destroy_billing_key(UNKNOWN_ID),
    ):
        assert_refused(call(), "RC_NOT_FOUND")
