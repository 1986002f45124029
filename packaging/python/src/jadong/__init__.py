"""A gateway for a test: on a free port, in a fresh folder, gone with the test.

    import jadong

    with jadong.start() as sandbox:
        sandbox.phone.by_hand()
        ...
"""

from ._command import binary_path
from ._sandbox import Sandbox, SandboxError, connect, start

__all__ = ["Sandbox", "SandboxError", "binary_path", "connect", "start"]
