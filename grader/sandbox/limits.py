"""What one worker may use. Every name ends in its unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`cpu_seconds` is for one call; `memory_bytes` is on top of what the worker holds when it is ready;
    `output_bytes` of printed text are kept; `reply_bytes` bounds one reply, `file_bytes` one written file."""

    cpu_seconds: float = 5
    memory_bytes: int = 512 << 20
    output_bytes: int = 64 << 10
    reply_bytes: int = 64 << 20
    file_bytes: int = 1 << 20

    @property
    def wall_seconds(self) -> float:
        """A generous backstop for one call: a busy machine must not fail honest work."""
        return 3 * self.cpu_seconds + 1
