"""One Octave session through oct2py that survives what it is asked to call.

oct2py reads Octave's terminal, so a function that prints oct2py's prompt, asks a question, ends Octave or never ends
would leave a plain session stuck or one answer behind. Here every call goes through `grader_call.m`, which keeps what
is printed to itself, and has a wall-clock limit; every reply is recognised by a nonce. After any surprise the Octave
process is killed, and the next call gets a new one.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import secrets
import shlex
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import UnavailableError
from grader.machine import how_to_get_octave
from grader.octave_worker.stubs import WHILE_COMPARED, stubs
from grader.values import clean

HERE = Path(__file__).parent
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)

HOW_TO_GET_OCT2PY = "pip install -e '.[octave]'"


class CallFailed(Exception):
    """There is no answer, and the text says why."""


class CallTimedOut(CallFailed):
    """The call did not end within the session's limit."""


@dataclass(frozen=True)
class Request:
    """A function, its inputs as Octave holds them, which of these (from 0) are texts of functions, how many values are
    wanted, and what seeds `rand`."""

    function: str
    inputs: tuple[str | NDArray[np.float64], ...]
    handles: tuple[int, ...]
    nout: int
    seed: int | None = None

    def for_octave(self, nonce: str) -> dict[str, Any]:
        """The struct that grader_call.m reads."""
        return {
            "name": self.function,
            "inputs": self.inputs,
            "handles": 1.0 + np.reshape(self.handles, (1, -1)),
            "nout": float(self.nout),
            "seed": -1.0 if self.seed is None else float(self.seed),
            "nonce": nonce,
        }


class Session:
    """Functions in `folder`, and those it lacks in `helpers`; `timeout` is in seconds of wall-clock time a call.

    A context manager, not to be shared by threads. `versions` says what answers.
    """

    def __init__(self, folder: Path, helpers: Path | None, timeout: float) -> None:
        self.timeout = timeout
        self.versions: dict[str, str] = {}
        self._folder, self._helpers = folder, helpers
        self._octave: Any = None
        self._child: Any = None

    def __enter__(self) -> Session:
        self._executable = find_octave()
        self._oct2py = load_oct2py()
        with contextlib.ExitStack() as stack:
            self._temporary = Path(stack.enter_context(TemporaryDirectory(prefix="octave-")))
            self._worker = stack.enter_context(ThreadPoolExecutor(1))
            stack.callback(self._stop)
            write_stubs(self._temporary)
            try:
                self._start()
            except CallFailed as error:
                raise UnavailableError(f"{self._executable} does not start: {error}") from error
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def call(self, request: Request) -> tuple[list[Any], list[str]]:
        """The values, and of each its class and size in Octave's words; fewer than wanted where the function has fewer.

        Raises `CallFailed`.
        """
        if self._octave is None:
            self._start()
        nonce = secrets.token_hex(8)
        answer = self._ask("grader_call", request.for_octave(nonce), nout=1 + request.nout)
        reply = answer[0] if isinstance(answer, list) else None
        if not isinstance(reply, dict) or reply.get("nonce") != nonce:
            self._stop()
            raise CallFailed("its answer was lost: does the function write to the terminal behind Octave's back?")
        if reply["failure"]:
            raise CallFailed(one_line(reply["failure"]))
        sizes = reply["sizes"].splitlines()
        return answer[1 : 1 + len(sizes)], sizes

    def _start(self) -> None:
        try:
            with kept_environment():
                self._octave = self._oct2py.Oct2Py(
                    executable=f"{self._executable} --no-history",
                    extra_cli_options="--no-site-file",
                    load_octaverc=False,
                    backend="disable",
                    temp_dir=str(self._temporary),
                    keep_matlab_shapes=True,
                    logger=silent_logger(),
                )
        except self._oct2py.Oct2PyError as error:
            raise CallFailed(one_line(error)) from error
        self._child = self._octave._engine.repl.child
        folders = (self._folder, self._helpers, self._temporary)
        places = [folder.resolve().as_posix() if folder else "" for folder in folders]
        version = self._ask((HERE / "grader_prepare.m").as_posix(), *places, nout=1)
        self.versions = {"octave": version, "oct2py": self._oct2py.__version__}

    def _ask(self, function: str, *inputs: Any, nout: int) -> Any:
        """What oct2py gives, waited for from another thread: so a call that never ends, or Ctrl-C, ends here."""
        future = self._worker.submit(self._octave.feval, function, *inputs, nout=nout, verbose=False)
        try:
            return future.result(self.timeout)
        except TimeoutError:
            raise CallTimedOut(f"did not end within {self.timeout:g} s: stopped") from None
        except Exception as error:
            died = "Session died" in str(error)
            raise CallFailed("ended Octave itself" if died else one_line(error)) from error
        finally:
            if not future.done() or future.exception():
                self._stop()

    def _stop(self) -> None:
        """Kills Octave. Where a call still waits for it, oct2py notices and starts another, which is killed too."""
        if self._octave is None:
            return
        octave, self._octave = self._octave, None
        with kept_environment():
            kill(self._child)
            self._worker.submit(end, octave).result()


def end(octave: Any) -> None:
    """Close an oct2py session; an Octave that is not killed first leaves its workspace in the working directory."""
    with contextlib.suppress(Exception):
        kill(octave._engine.repl.child)
        octave.exit()


def kill(child: Any) -> None:
    with contextlib.suppress(OSError):
        child.kill(KILL)


def find_octave() -> str:
    """The command that starts Octave: oct2py's own variable, or a program on the PATH."""
    command = os.environ.get("OCTAVE_EXECUTABLE")
    path = shutil.which("octave-cli") or shutil.which("octave")
    if command is None and path is None:
        raise UnavailableError(f"GNU Octave is not installed; to get it: {how_to_get_octave()}")
    return command or shlex.quote(Path(str(path)).as_posix())


def load_oct2py() -> ModuleType:
    """The package, without the session that it opens when it is imported.

    That session costs as much as ours and reads the user's .octaverc. It is not opened where there is no Octave, so the
    import is told so; oct2py then prints a traceback and goes on.
    """
    quiet = io.StringIO()
    try:
        with kept_environment(OCTAVE_EXECUTABLE=os.devnull), redirect_stdout(quiet), redirect_stderr(quiet):
            return import_module("oct2py")
    except ImportError as error:
        raise UnavailableError(f"oct2py is not installed; to get it: {HOW_TO_GET_OCT2PY}") from error


@contextlib.contextmanager
def kept_environment(**changes: str) -> Iterator[None]:
    """`changes` to the environment while the block runs; then it is as it was (oct2py sets TERM for good)."""
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def write_stubs(folder: Path) -> None:
    """Functions that draw do nothing: there may be no screen, no toolkit, no font. Those that ask raise an error."""
    for name, text in stubs(WHILE_COMPARED).items():
        (folder / name).write_text(text, encoding="ascii")


def silent_logger() -> logging.Logger:
    logger = logging.getLogger(__name__)
    logger.disabled = True
    return logger


def one_line(error: object) -> str:
    return clean(" ".join(str(error).split()), 300)
