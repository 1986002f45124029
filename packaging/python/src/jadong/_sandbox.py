"""Starting a gateway, and what a test does to it."""

from __future__ import annotations

import base64
import collections
import datetime
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Optional, Union

from ._command import binary_path

START_SECONDS = 20.0
WAIT_SECONDS = 10.0
LOOK_SECONDS = 0.02

# A proxy of the machine must not see what goes to this one.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SandboxError(Exception):
    """A refusal by the gateway: ``status``, ``error_code``, and the whole ``body``."""

    def __init__(self, status: int, body: Any) -> None:
        said = body if isinstance(body, dict) else {}
        words = [str(status), said.get("error_code", ""), said.get("message", str(body)), said.get("hint", "")]
        super().__init__(" ".join(word for word in words if word))
        self.status = status
        self.error_code: Optional[str] = said.get("error_code")
        self.body = body


class Sandbox:
    """A gateway in sandbox mode, and one of its projects."""

    def __init__(self, told: dict[str, Any], process: Optional[subprocess.Popen] = None, folder: Optional[Path] = None):
        self.url: str = told["url"]
        #: For the SDK: ``url`` and ``/v2``.
        self.entrypoint = f"{self.url}/v2"
        self.admin_url: Optional[str] = told.get("admin_url")
        self.console_url: Optional[str] = told.get("console_url")
        self.client_key: str = told["client_key"]
        self.secret_key: str = told["secret_key"]
        self.application_id: Optional[str] = told.get("application_id")
        self.private_key: Optional[str] = told.get("private_key")
        self._process, self._folder = process, folder
        self.phone, self.clock, self.faults = Phone(self), Clock(self), Faults(self)
        self.webhooks = Webhooks(self)
        #: What its webhooks are signed with.
        self.webhook_secret: str = self.webhooks.hello["webhook_secret"]

    @property
    def authorization(self) -> str:
        pair = f"{self.client_key}:{self.secret_key}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Any request to the gateway with the project's credentials; its JSON, or a ``SandboxError``."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Authorization", self.authorization)
        request.add_header("Content-Type", "application/json")
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            try:
                raise SandboxError(error.code, json.loads(text)) from None
            except ValueError:
                raise SandboxError(error.code, text) from None

    def stop(self) -> None:
        """Ends the gateway, and takes its folder away."""
        self.webhooks.close()
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    settings: Optional[dict[str, Any]] = None,
    data: Union[str, Path, None] = None,
    listen: str = "127.0.0.1:0",
    binary: Union[str, Path, None] = None,
) -> Sandbox:
    """Starts a sandbox of its own. ``settings`` are those of the manual: ``{"consent_hold": "300ms"}``."""
    folder = Path(tempfile.mkdtemp(prefix="jadong-"))
    ready, log = folder / "ready.json", folder / "log"
    command = [str(binary or binary_path()), "serve", "--listen", listen, "--data", str(data or folder / "data")]
    command += ["--ready-file", str(ready), "--stop-with-stdin"]
    env = {**os.environ, **{f"JADONG_{name.upper()}": _text(value) for name, value in (settings or {}).items()}}
    process = None
    try:
        with log.open("wb") as errors:
            # The end of its standard input is its end, also when this process is killed.
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=env
            )
        told = _read_when_there(ready, process, log)
        return Sandbox(told, process, folder)
    except BaseException:
        if process is not None:
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)
        raise


def connect(
    url: str,
    name: Optional[str] = None,
    client_key: str = "sandbox_client_key",
    secret_key: str = "sandbox_secret_key",
) -> Sandbox:
    """A sandbox that runs already, such as one that the jobs of a build share.

    With a ``name`` (small letters, digits, ``-`` and ``_``) a project of its own, made when it is first used: with a telephone, a
    clock, faults and webhooks that no other name sees.
    """
    told = {"url": url.rstrip("/"), "client_key": client_key, "secret_key": secret_key}
    if name is not None:
        told.update(dict.fromkeys(_CREDENTIALS, f"sandbox_{name}"))
    return Sandbox(told)


_CREDENTIALS = ("client_key", "secret_key", "application_id", "private_key")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_when_there(ready: Path, process: subprocess.Popen, log: Path) -> dict[str, Any]:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if ready.exists():
            return json.loads(ready.read_text())
        if process.poll() is not None:
            raise RuntimeError(f"jadong did not start: {log.read_text(errors='replace').strip()}")
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"jadong was not ready after {START_SECONDS:.0f} s: {log.read_text(errors='replace').strip()}")


def _end(process: subprocess.Popen) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=START_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Phone:
    """The customer's telephone."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def by_hand(self) -> None:
        """From now on every customer waits for an answer of yours."""
        self._sandbox.request("POST", "/sandbox/phone", {"answering": "by_hand"})

    def by_number(self) -> None:
        """Each customer decides by the number again."""
        self._sandbox.request("POST", "/sandbox/phone", {"answering": "auto"})

    def ringing(self) -> list[dict[str, Any]]:
        """Who is being called now."""
        return self._sandbox.request("GET", "/sandbox/calls?state=ringing")["calls"]

    def agree(self, **which: Any) -> dict[str, Any]:
        return self._answer("agree", **which)

    def refuse(self, **which: Any) -> dict[str, Any]:
        return self._answer("refuse", **which)

    def hang_up(self, **which: Any) -> dict[str, Any]:
        return self._answer("hang_up", **which)

    def wrong_key(self, **which: Any) -> dict[str, Any]:
        return self._answer("wrong_key", **which)

    def _answer(
        self,
        answer: str,
        receipt_id: Optional[str] = None,
        subscription_id: Optional[str] = None,
        timeout: float = WAIT_SECONDS,
    ) -> dict[str, Any]:
        """Waits for a call that rings (the oldest, or the one that is named), and answers it."""
        until = time.monotonic() + timeout
        while True:
            for call in reversed(self.ringing()):
                if receipt_id in (None, call["receipt_id"]) and subscription_id in (None, call["subscription_id"]):
                    return self._sandbox.request("POST", f"/sandbox/calls/{call['receipt_id']}", {"answer": answer})
            if time.monotonic() >= until:
                raise TimeoutError(f"jadong: no telephone rang within {timeout} s")
            time.sleep(LOOK_SECONDS)


class Clock:
    """The project's clock: it only goes forward."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime.datetime:
        """What time it is for the project."""
        return datetime.datetime.fromisoformat(self._sandbox.request("GET", "/sandbox/clock")["now"])

    def advance(self, by: str) -> dict[str, Any]:
        """Skips time (``30d``, ``1mo``, ``12h``) and does what falls due on the way."""
        return self._sandbox.request("POST", "/sandbox/clock", {"advance": by})


class Faults:
    """What goes wrong between the gateway and the PG."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def next(self, kind: str, on: str = "any", times: int = 1, **more: Any) -> None:
        """Lets the next call go wrong: ``next("drop-after", on="charge")``."""
        self._sandbox.request("POST", "/sandbox/faults", {"kind": kind, "on": on, "times": times, **more})

    def waiting(self) -> list[dict[str, Any]]:
        """Those that wait."""
        return self._sandbox.request("GET", "/sandbox/faults")["faults"]

    def clear(self) -> None:
        self._sandbox.request("DELETE", "/sandbox/faults")


class Webhooks:
    """The project's webhooks, as they are sent: no endpoint is needed. What comes is kept until it is handed over."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._arrived: collections.deque[dict[str, Any]] = collections.deque()
        self._came = threading.Condition()
        request = urllib.request.Request(f"{sandbox.url}/sandbox/events")
        request.add_header("Authorization", sandbox.authorization)
        try:
            # Lines that say nothing come every ten seconds: who is silent for longer is gone.
            self._stream = _OPENER.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            raise SandboxError(error.code, error.read().decode(errors="replace")) from None
        self._is_closed = False
        events = self._events()
        self.hello: dict[str, Any] = next(data for name, data in events if name == "hello")
        threading.Thread(target=self._read, args=(events,), name="jadong-webhooks", daemon=True).start()

    def next(self, webhook_type: Optional[str] = None, timeout: float = WAIT_SECONDS) -> dict[str, Any]:
        """The next one of this type (any, without one) that was not handed over yet; waits for it.

        ``body`` is what was sent, byte for byte, ``headers`` have the signature, ``json`` is the body read.
        """
        until = time.monotonic() + timeout
        with self._came:
            while True:
                for webhook in self._arrived:
                    if webhook_type in (None, webhook["webhook_type"]):
                        self._arrived.remove(webhook)
                        return webhook
                if not self._came.wait(max(0.0, until - time.monotonic())):
                    seen = ", ".join(webhook["webhook_type"] for webhook in self._arrived) or "none"
                    raise TimeoutError(
                        f"jadong: no webhook {webhook_type or ''} came within {timeout} s; not handed over yet: {seen}"
                    )

    def take(self) -> list[dict[str, Any]]:
        """Those that came and were not handed over yet; they are forgotten."""
        with self._came:
            taken = list(self._arrived)
            self._arrived.clear()
            return taken

    def close(self) -> None:
        """Ends the listening."""
        self._is_closed = True

    def _read(self, events) -> None:
        try:
            for name, data in events:
                if self._is_closed:
                    return
                if name == "webhook":
                    if data["body"].startswith("{"):
                        data["json"] = json.loads(data["body"])
                    with self._came:
                        self._arrived.append(data)
                        self._came.notify_all()
        except (OSError, ValueError):
            # The gateway is gone.
            return

    def _events(self):
        name, data = "", []
        for line in self._stream:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text[len("event: ") :]
            elif text.startswith("data: "):
                data.append(text[len("data: ") :])
            elif not text and name:
                yield name, json.loads("\n".join(data))
                name, data = "", []
