"""Charging, reserving and cancelling through the SDK, once with each way of authentication."""

import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from sandbox import UNKNOWN_ID, assert_refused, publish, request, with_basic, with_token

SEOUL = timezone(timedelta(hours=9))


@pytest.fixture(params=[with_basic, with_token], ids=["basic", "token"])
def bootpay(request, gateway):
    return request.param()


def issue(bootpay, **changes):
    return publish(bootpay, request(bootpay, **changes)["receipt_id"])["billing_key"]


def order(billing_key, **changes):
    return {
        "billing_key": billing_key,
        "order_name": "정기구독 1회차",
        "order_id": f"order_{uuid.uuid4()}",
        "price": 1000,
        **changes,
    }


def after(seconds):
    return (datetime.now(SEOUL) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S%z")


def test_charge_receipt_a_part_back_the_rest_back(bootpay):
    asked = order(issue(bootpay), tax_free=100, metadata={"round": 1})
    paid = bootpay.request_subscribe_payment(**asked)
    assert (paid["status"], paid["status_locale"]) == (1, "결제완료"), paid
    assert (paid["order_id"], paid["price"], paid["tax_free"]) == (asked["order_id"], 1000, 100)
    assert list(paid["bank_data"]) == ["tid", "bank_code", "bank_name", "bank_account", "bank_username"]
    assert bootpay.request_subscribe_payment(**asked) == paid
    receipt_id = paid["receipt_id"]
    assert bootpay.receipt_payment(receipt_id) == paid
    assert "user" in bootpay.receipt_payment(receipt_id, True)

    partly = bootpay.cancel_payment(receipt_id=receipt_id, cancel_price=400, cancel_id="c1")
    assert (partly["status"], partly["cancelled_price"]) == (1, 400), partly
    assert bootpay.cancel_payment(receipt_id=receipt_id, cancel_price=400, cancel_id="c1") == partly
    wholly = bootpay.cancel_payment(receipt_id=receipt_id)
    assert (wholly["status"], wholly["cancelled_price"]) == (20, 1000), wholly
    assert_refused(bootpay.cancel_payment(receipt_id=receipt_id), "RC_ALREADY_CANCELLED")


def test_reserve_look_up_revoke(bootpay):
    asked = order(issue(bootpay), reserve_execute_at=after(24 * 3600))
    reserved = bootpay.subscribe_payment_reserve(**asked)
    assert list(reserved) == ["reserve_id", "reserve_execute_at"], reserved
    reserve_id = reserved["reserve_id"]
    waiting = bootpay.subscribe_payment_reserve_lookup(reserve_id)
    assert (waiting["status"], waiting["order_id"]) == (0, asked["order_id"]), waiting
    assert bootpay.cancel_subscribe_reserve(reserve_id) == {"reserve_id": reserve_id, "success": True}
    assert bootpay.subscribe_payment_reserve_lookup(reserve_id)["status"] == 3
    assert_refused(bootpay.cancel_subscribe_reserve(reserve_id), "RESERVE_NOT_WAITING")


def test_a_reserve_whose_time_comes_is_paid(bootpay):
    reserved = bootpay.subscribe_payment_reserve(**order(issue(bootpay), reserve_execute_at=after(2)))
    end = time.monotonic() + 10
    reserve = {"status": 0}
    while reserve["status"] == 0 and time.monotonic() < end:
        time.sleep(0.1)
        reserve = bootpay.subscribe_payment_reserve_lookup(reserved["reserve_id"])
    assert reserve["status"] == 1, reserve
    assert bootpay.receipt_payment(reserve["receipt_id"])["status"] == 1


@pytest.mark.parametrize(
    ("account", "pg_error_code", "reason"),
    [
        ("12345678900001", "V301", "insufficient_funds"),
        ("12345678900003", "V303", "account_frozen"),
        ("12345678900004", "V304", "mandate_ended"),
    ],
)
def test_a_declined_debit(gateway, account, pg_error_code, reason):
    bootpay = with_basic()
    declined = bootpay.request_subscribe_payment(**order(issue(bootpay, bank_account=account)))
    assert_refused(declined, "RC_CONFIRM_FAILED")
    assert declined["pg_error_code"] == pg_error_code
    assert declined["hint"].startswith(reason), declined
    assert bootpay.receipt_payment(declined["receipt_id"])["status"] == -2


def test_a_different_request_with_the_same_order_id(bootpay):
    asked = order(issue(bootpay))
    assert bootpay.request_subscribe_payment(**asked)["status"] == 1
    other = bootpay.request_subscribe_payment(**{**asked, "price": 2000})
    assert_refused(other, "RC_ORDER_ID_CONFLICT")


def test_ids_that_this_project_does_not_have(bootpay):
    assert_refused(bootpay.request_subscribe_payment(**order(UNKNOWN_ID)), "RC_NOT_FOUND")
    assert_refused(bootpay.cancel_payment(receipt_id=UNKNOWN_ID), "RC_NOT_FOUND")
    assert_refused(bootpay.subscribe_payment_reserve_lookup(UNKNOWN_ID), "RESERVE_NOT_FOUND")
