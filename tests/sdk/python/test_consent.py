"""Customers who take longer than the gateway holds the request: 41 comes first, and publish tells."""

import pytest
from sandbox import assert_refused, publish, request, with_basic


@pytest.mark.usefixtures("impatient_gateway")
def test_publish_before_the_consent():
    bootpay = with_basic()
    requested = request(bootpay, phone="01000000010")  # agrees after 20 s
    assert requested["status"] == 41, requested
    for _ in range(2):
        assert_refused(publish(bootpay, requested["receipt_id"]), "SUBSCRIBE_REQUEST_FAILED")
