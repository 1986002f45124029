"""The command itself: this process becomes the binary."""

import os
import sys
from pathlib import Path


def binary_path() -> Path:
    """Where the binary is that came with this package."""
    path = Path(__file__).parent / "bin" / "jadong"
    if not path.exists():
        raise FileNotFoundError(f"jadong: {path} is missing: the package was not installed from a wheel for this platform")
    if not os.access(path, os.X_OK):
        path.chmod(0o755)
    return path


def main() -> None:
    try:
        path = str(binary_path())
    except OSError as error:
        sys.exit(str(error))
    os.execv(path, [path, *sys.argv[1:]])
