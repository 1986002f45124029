"""The fixture ``jadong``: one sandbox for the session.

Settings come from the fixture ``jadong_settings``, which a suite may define anew::

    @pytest.fixture(scope="session")
    def jadong_settings():
        return {"consent_hold": "300ms"}
"""

import pytest

from ._sandbox import start


@pytest.fixture(scope="session")
def jadong_settings():
    """Settings of the manual by their names."""
    return {}


@pytest.fixture(scope="session")
def jadong(jadong_settings):
    """A sandbox that runs for as long as the session."""
    with start(settings=jadong_settings) as sandbox:
        yield sandbox
