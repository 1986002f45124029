"""Starts the real binary in an empty folder, on free ports, and stops it again."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from bootpay_backend import BootpayBackend

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get("JADONG_BIN", str(ROOT / "target/debug/jadong"))
START_S_MAX = 20
STOP_S_MAX = 10

# A proxy for the package registry must not see what is sent to 127.0.0.1.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


class Gateway:
    """`settings` are environment variables, such as `JADONG_CONSENT_HOLD="300ms"`."""

    def __init__(self, **settings):
        self.data = tempfile.mkdtemp(prefix="jadong-sdk-py-")
        self.output = ""
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", self.data],
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Read to the end, so that a full pipe never blocks the server.
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.url = self._wait_until_listening()

    def _read(self):
        for line in self.process.stdout:
            self.output += line

    def _wait_until_listening(self):
        end = time.monotonic() + START_S_MAX
        while time.monotonic() < end:
            found = re.search(r"^listening on (http://127\.0\.0\.1:\d+)\s", self.output, re.MULTILINE)
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.process.kill()
        self.process.wait()
        self.reader.join()
        raise RuntimeError(f"{BINARY} does not listen:\n{self.output}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.reader.join()
        shutil.rmtree(self.data, ignore_errors=True)
        assert code == 0, f"SIGTERM should end it cleanly within {STOP_S_MAX} s:\n{self.output}"


class TwoInARow(Gateway):
    """A gateway in front of another one, which stands in the place of the hosted API."""

    def __init__(self, **settings):
        # The hosted API does not wait for a customer.
        self.hosted = Gateway(**{**settings, "JADONG_CONSENT_HOLD": "300ms"})
        super().__init__(**settings)
        credentials = Path(self.data, "hosted.toml")
        credentials.write_text('client_key = "sandbox_client_key"\nsecret_key = "sandbox_secret_key"\n')
        set_pg = ["project", "set", "sandbox", "--pg", "hosted", "--pg-url", self.hosted.url]
        subprocess.run(
            [BINARY, *set_pg, "--pg-credentials", str(credentials), "--data", self.data],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        # Within a second the gateway has read it.
        time.sleep(2.5)

    def stop(self):
        super().stop()
        self.hosted.stop()


def _running(**settings):
    is_hosted = os.environ.get("TEST_PG") == "hosted"
    gateway = (TwoInARow if is_hosted else Gateway)(**settings)
    # The SDK's one place to say where it sends its requests.
    BootpayBackend.BASE_URL["production"] = f"{gateway.url}/v2"
    return gateway


@pytest.fixture(scope="module")
def gateway():
    running = _running()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def impatient_gateway():
    """Waits 300 ms for a customer's consent, not 8 s."""
    running = _running(JADONG_CONSENT_HOLD="300ms")
    yield running
    running.stop()
