"""Everything the grader itself can refuse or fail with.

::

    GraderError                 one clear line for the user: what, where, how to mend it
    ├── UsageError              the command, a path or an option is unusable          (exit status 2)
    │   ├── SubmissionError     the submission cannot be read at all
    │   │   └── Unreadable      one file of it cannot (in `grader.tree`)
    │   ├── UnsafeError         foreign code would run without isolation
    │   └── UnavailableError    an optional program or package is not installed
    └── InternalError           the grader's own fault: nobody's work may be blamed   (exit status 3)
        ├── SandboxError        the sandbox did not start or broke down by itself
        └── ReferenceFailure    there is no usable reference answer

What a student's code does wrong is never an exception here: it is a status in the report.
"""

from __future__ import annotations


class GraderError(Exception):
    """Base of all: its text is the one line that the user reads."""

    exit_status = 3


class UsageError(GraderError):
    exit_status = 2


class SubmissionError(UsageError):
    pass


class UnsafeError(UsageError):
    pass


class UnavailableError(UsageError):
    pass


class InternalError(GraderError):
    exit_status = 3


class SandboxError(InternalError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the sandbox broke down: {self.reason}"


class ReferenceFailure(InternalError):
    pass
