"""Who may come in, and what the others are told."""

import re

import pytest
from sandbox import UNKNOWN_ID, assert_refused, with_application, with_basic, with_token

pytestmark = pytest.mark.usefixtures("gateway")


def test_a_token_lives_30_minutes_and_is_the_same_when_asked_again():
    bootpay = with_application()
    first = bootpay.get_access_token()
    assert re.fullmatch("[0-9a-f]{64}", first["access_token"])
    assert first["expire_in"] == 1800
    assert bootpay.get_access_token()["access_token"] == first["access_token"]


def test_unknown_application_id():
    assert_refused(with_application(application_id="nobody").get_access_token(), "APP_KEY_NOT_FOUND")


def test_wrong_private_key():
    assert_refused(with_application(private_key="wrong").get_access_token(), "APP_SK_NOT_MATCHED")


def test_a_token_that_was_never_given():
    bootpay = with_token()
    bootpay.token = "f" * 64
    assert_refused(bootpay.receipt_payment(UNKNOWN_ID), "TOKEN_KEY_INVALID")


def test_unknown_client_key():
    bootpay = with_basic(client_key="nobody")
    assert_refused(bootpay.receipt_payment(UNKNOWN_ID), "APP_CLIENT_KEY_NOT_FOUND", 1216)


def test_wrong_secret_key():
    assert_refused(with_basic(secret_key="wrong").receipt_payment(UNKNOWN_ID), "APP_SK_NOT_MATCHED")
