"""Made-up requests against the real binary, from its OpenAPI document, by schemathesis.

Usage: run.py BINARY. Looks for answers that the document does not describe: a status, a header, a body, a 5xx; and for
credentials that are not looked at. Uses the document of what is accepted
(`jadong openapi --accepted`), which is as lenient as the wire.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

BINARY = sys.argv[1]
START_S_MAX = 30
RUN_S_MAX = 240

# Left out:
# - positive_data_acceptance: a schema cannot know which keys there are, or that bank and account belong together;
# - use_after_free: a destroyed key and its receipt are still found, on purpose.
# - negative_data_rejection: the wire takes more than any schema says (`"metadata": false` is none, a token call may carry its
#   credentials in the header and no body), because SDKs send such things.
LEFT_OUT = "positive_data_acceptance,use_after_free,negative_data_rejection"

# A proxy for the package registry must not see what is sent to 127.0.0.1.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


def listening(process):
    """The address, once the gateway says it; then goes on reading, so that a full pipe never blocks it."""
    output, found, said = [], [], threading.Event()

    def read():
        for line in process.stdout:
            output.append(line)
            address = re.match(r"listening on (http://127\.0\.0\.1:\d+)", line)
            if address:
                found.append(address[1])
                said.set()
        said.set()

    threading.Thread(target=read, daemon=True).start()
    said.wait(START_S_MAX)
    if not found:
        raise SystemExit(f"{BINARY} does not listen:\n{''.join(output)}")
    return found[0]


def examine(url, folder):
    document = folder / "accepted.json"
    document.write_bytes(subprocess.run([BINARY, "openapi", "--accepted"], check=True, stdout=subprocess.PIPE).stdout)
    # One worker: CPython 3.11's parser, which hypothesis calls, breaks when two threads are in it.
    command = [
        Path(sys.executable).with_name("st"), "run", document, "--url", url,
        "--auth", "sandbox_client_key:sandbox_secret_key",
        "--exclude-checks", LEFT_OUT,
        "--workers", "1", "--max-examples", "12", "--seed", "1", "--max-time", "80",
        "--request-timeout", "30", "--continue-on-failure", "--no-shrink", "--warnings", "off", "--no-color",
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, timeout=RUN_S_MAX).returncode


def main():
    with tempfile.TemporaryDirectory(prefix="jadong-api-") as folder:
        folder = Path(folder)
        gateway = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", folder / "data"],
            # Nobody waits for made-up customers.
            env={**os.environ, "JADONG_CONSENT_HOLD": "300ms"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        began = time.monotonic()
        try:
            code = examine(listening(gateway), folder)
        finally:
            gateway.terminate()
            gateway.wait(timeout=20)
        print(f"made-up requests: {time.monotonic() - began:.0f} s")
        return code


if __name__ == "__main__":
    sys.exit(main())
