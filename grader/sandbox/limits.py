"""What one worker may use. Every name ends in its unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`cpu_seconds` is for one call; `memory_bytes` is per process, on top of what the worker holds when it is ready;
    `output_bytes` of printed text are kept; `reply_bytes` bounds one reply, half of it for the result and half for
    what was held on the way to it; `file_bytes` bounds one written file."""

    cpu_seconds: float = 5
    memory_bytes: int = 512 << 20
    output_bytes: int = 64 << 10
    reply_bytes: int = 4 << 20
    file_bytes: int = 1 << 20

    @property
    def wall_seconds(self) -> float:
        """A generous backstop for one call: a busy machine must not fail honest work."""
        return 3 * self.cpu_seconds + 1

    @property
    def total_seconds(self) -> float:
        """The same for all calls of one submission together."""
        return 4 * self.wall_seconds
