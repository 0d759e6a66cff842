"""Another program in the place of this process, with the same pipes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPLIES = 3
"""The descriptor of the pipe for replies; standard input has the requests, and the other two what is printed."""


def become(request: Mapping[str, Any], requests: int, replies: int) -> None:
    """Write the files of the program ("files", by relative path) below "folder", go there, and run "command".

    `requests` and `replies` are descriptors from which nothing has been read ahead.
    """
    folder = Path(request["folder"])
    for name, content in request["files"].items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    os.chdir(folder)
    os.dup2(requests, 0)
    os.dup2(replies, REPLIES)
    os.set_inheritable(REPLIES, True)
    os.execvp(request["command"][0], request["command"])
