"""The fixture ``jadong``: one sandbox for the session, or, where ``JADONG_URL`` names one that runs, a project of its own in that.

Settings come from the fixture ``jadong_settings``, which a suite may define anew::

    @pytest.fixture(scope="session")
    def jadong_settings():
        return {"consent_hold": "300ms"}
"""

import os
import uuid

import pytest

from ._sandbox import connect, start


@pytest.fixture(scope="session")
def jadong_settings():
    """Settings of the manual by their names."""
    return {}


@pytest.fixture(scope="session")
def jadong(jadong_settings):
    """A sandbox for as long as the session."""
    url = os.environ.get("JADONG_URL")
    with connect(url, name=f"pytest-{uuid.uuid4().hex[:12]}") if url else start(settings=jadong_settings) as sandbox:
        yield sandbox
