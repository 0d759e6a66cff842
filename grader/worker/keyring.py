"""Keys that the kernel keeps beyond a process: what student code stores in its session is not for the next worker."""

from __future__ import annotations

import ctypes
import platform
import sys

JOIN_SESSION_KEYRING = 1
KEYCTL = {"x86_64": 250, "aarch64": 219}


def join_fresh() -> None:
    """Leave the session keyring of whoever started us. A sandbox that refuses all that has to do with keys refuses
    this as well, and rightly."""
    number = KEYCTL.get(platform.machine()) if sys.platform == "linux" else None
    if number is not None:
        ctypes.CDLL(None).syscall(number, JOIN_SESSION_KEYRING, None)
