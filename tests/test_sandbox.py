"""What a worker may do to us and to this machine: nothing, and every kind of end has its name.

The worker here is a tiny one that runs any Python it is sent, so that a test can make it do its worst.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import sandbox
from grader.errors import SandboxError, UnavailableError, UnsafeError, UsageError
from grader.model import Outcome
from grader.sandbox import BACKENDS, Died, Exited, Garbled, Limits, Session, TimedOut, bwrap, choose, packages
from grader.sandbox.session import end_of
from grader.worker import wire
from tests.conftest import needs

ROOT = Path(__file__).parent.parent
SECONDS = 20
LIMITS = Limits(output_bytes=1000, reply_bytes=1 << 20)

WORKER = """
import json, os, struct, sys, time
sys.path += json.loads(sys.argv[1])["site"]
import wire
requests, replies = sys.stdin.buffer, sys.stdout.buffer

def raw(data):
    replies.write(data)
    replies.flush()

wire.write_frame(replies, {"ready": True, "python": sys.version})
while True:
    request = wire.read_frame(requests, 1 << 30)
    reply = {"id": request["id"], "value": None}
    exec(request["run"])
    wire.write_frame(replies, reply)
"""

DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("daemon", "w").write(str(os.getpid()))
        time.sleep(SECONDS)
    os._exit(0)
os.wait()
while not os.path.exists("daemon"):
    time.sleep(0.01)
reply["value"] = os.readlink("/proc/self/ns/pid")
"""

both = pytest.mark.parametrize("backend", ["process", pytest.param("bwrap", marks=needs("bwrap"))])
isolated = pytest.mark.parametrize("backend", [pytest.param("bwrap", marks=needs("bwrap"))])


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A worker's folder, as the real one: a program and the wire."""
    folder = tmp_path_factory.mktemp("worker")
    folder.joinpath("__main__.py").write_text(WORKER)
    shutil.copy(Path(wire.__file__), folder)
    folder.chmod(0o755)
    return folder


@pytest.fixture
def session(backend: str, folder: Path) -> Iterator[Session]:
    with Session(BACKENDS[backend], LIMITS, folder) as session:
        yield session


def run(session: Session, program: str, seconds: float = SECONDS) -> Any:
    return session.request({"run": program}, seconds)["value"]


def processes() -> dict[int, str]:
    """The command line of every process of this machine by its number."""
    lines = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (line := entry.joinpath("cmdline").read_bytes()):
                lines[int(entry.name)] = line.replace(b"\0", b" ").decode(errors="replace")
    return lines


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it holds within two seconds: the kernel takes down a killed namespace in its own time."""
    deadline = time.monotonic() + 2
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


# --- what an honest worker needs --------------------------------------------------------------------------------------


@both
def test_a_worker_says_when_it_is_ready(session: Session) -> None:
    assert session.wait_ready()["python"] == sys.version


@both
def test_a_request_gets_its_reply_and_the_next_one_too(session: Session) -> None:
    X = np.arange(6.0).reshape(2, 3)
    reply = session.request({"run": "reply['value'] = request['X'] * 2", "X": X}, SECONDS)
    np.testing.assert_array_equal(reply["value"], X * 2)
    assert run(session, "reply['value'] = 'again'") == "again"


@both
def test_a_large_request_and_a_large_reply_pass(session: Session) -> None:
    X = np.zeros(100_000)
    reply = session.request({"run": "reply['value'] = request['X']", "X": X}, SECONDS)
    assert reply["value"].shape == X.shape


@both
def test_a_session_starts_in_the_background(backend: str, folder: Path) -> None:
    started = time.monotonic()
    with Session(BACKENDS[backend], LIMITS, folder) as session:
        returned = time.monotonic() - started
        session.wait_ready()
        assert returned < (time.monotonic() - started) / 2


@both
def test_the_packages_of_the_course_can_be_imported(session: Session) -> None:
    program = "import numpy, scipy.special, fissix.pgen2, threading; reply['value'] = float(scipy.special.expit(0))"
    assert run(session, program) == 0.5


@both
def test_the_project_and_other_installed_packages_cannot_be_imported(session: Session) -> None:
    program = """
import importlib.util
names = ["grader", "solutions", "exercises", "data", "tests", "click", "pytest", "pip"]
reply["value"] = [name for name in names if importlib.util.find_spec(name)]
"""
    site = {path.parent for path in packages.paths()}
    shared = [name for name in ("click", "pytest", "pip") if any(folder.joinpath(name).exists() for folder in site)]
    assert set(run(session, program)) <= set(shared)


@both
def test_the_environment_holds_nothing_of_ours(
    backend: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_SECRET", "answer")
    with Session(BACKENDS[backend], LIMITS, folder) as session:
        names = run(session, "reply['value'] = list(os.environ)")
    assert "OPENBLAS_NUM_THREADS" in names
    assert "COURSE_SECRET" not in names


@both
def test_printed_text_is_kept(session: Session) -> None:
    run(session, "print('printed', file=sys.stderr, flush=True)")
    session.close()
    assert session.output == "printed\n"


# --- every end has its name -------------------------------------------------------------------------------------------

ENDS = {
    "an exit": ("sys.exit(3)", Exited, "exited with status 3"),
    "an exit without goodbye": ("os._exit(0)", Exited, "exited with status 0"),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", Died, "killed by signal 11 (SIGSEGV)"),
    "an abort": ("os.abort()", Died, "killed by signal 6 (SIGABRT)"),
    "used up CPU time": (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass",
        TimedOut,
        "killed: used up its CPU time",
    ),
    "garbage": ("raw(b'J = 0.2876\\n' * 10)", Garbled, "sent what is no reply: not a frame"),
    "a forged reply": (
        "wire.write_frame(replies, {'id': '0' * 32, 'value': 'forged'})",
        Garbled,
        "sent a reply that belongs to no request",
    ),
    "an id of another type": (
        "import numpy; wire.write_frame(replies, {'id': numpy.ones(3), 'value': 'forged'})",
        Garbled,
        "sent a reply that belongs to no request",
    ),
    "no mapping": ("wire.write_frame(replies, [1, 2])", Garbled, "sent a reply that belongs to no request"),
    "an oversize header": (
        "raw(struct.pack('<4sIQ', wire.MAGIC, 10, 1 << 60))",
        Garbled,
        "sent what is no reply: a frame of 1,152,921,504,606,846,986 bytes, more than is accepted",
    ),
    "a reply larger than accepted": (
        "import numpy; reply['value'] = numpy.zeros(1 << 18)",
        Garbled,
        "sent what is no reply: a frame of 2,097,208 bytes, more than is accepted",
    ),
    "a closed channel": ("os.close(1); time.sleep(60)", Garbled, "closed its channel for replies"),
}


@both
@pytest.mark.parametrize("end", ENDS)
def test_an_end_is_named(session: Session, end: str) -> None:
    program, kind, text = ENDS[end]
    with pytest.raises(kind) as caught:
        run(session, program)
    assert str(caught.value) == text


HANGS = {
    "an endless loop": "while True: pass",
    "a sleep": "time.sleep(1000)",
    "half a frame": "raw(wire.encode(reply)[:-1]); time.sleep(1000)",
    "deafness to signals": (
        "import signal\nfor number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\nwhile True: pass"
    ),
}


@both
@pytest.mark.parametrize("hang", HANGS)
def test_a_hang_is_stopped_at_the_wall_limit(session: Session, hang: str) -> None:
    session.wait_ready()
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"^killed: no answer within 0\.2 s$"):
        run(session, HANGS[hang], seconds=0.2)
    assert 0.2 <= time.monotonic() - started < 2


@both
def test_a_worker_that_reads_nothing_more_is_stopped(session: Session) -> None:
    """The second request is larger than a pipe holds, so writing it blocks."""
    run(session, "import threading; requests.close(); os.dup2(os.pipe()[0], 0)")
    with pytest.raises((TimedOut, Exited)):
        session.request({"run": "pass", "X": np.zeros(1_000_000)}, 0.2)


@both
def test_a_second_reply_does_not_pass_for_the_next_one(session: Session) -> None:
    assert run(session, "wire.write_frame(replies, {**reply, 'value': 'first'})") == "first"
    with pytest.raises(Garbled):
        run(session, "reply['value'] = 'honest'")


@both
def test_a_session_that_is_over_stays_over(session: Session) -> None:
    for _ in range(2):
        with pytest.raises(Exited, match="status 7"):
            run(session, "os._exit(7)")


@both
def test_a_flood_of_printed_text_is_cut_and_marked(session: Session) -> None:
    assert run(session, "for _ in range(100): os.write(2, b'x' * 1_000_000)\nreply['value'] = 'done'") == "done"
    session.close()
    assert session.output == "x" * LIMITS.output_bytes + "\n[cut off after 1,000 bytes]"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(0, Outcome.EXITED), (1, Outcome.EXITED), (128, Outcome.EXITED), (255, Outcome.EXITED), (-9, Outcome.DIED)]
    + [(128 + signal.SIGSEGV, Outcome.DIED), (-signal.SIGXCPU, Outcome.TIMED_OUT)],
)
def test_a_status_has_an_outcome(status: int, outcome: Outcome) -> None:
    assert end_of(status).outcome is outcome


@both
@pytest.mark.parametrize("program", ["import no_such_module", "raise SystemExit('no numpy here')", "print('ready')"])
def test_a_worker_that_does_not_start_is_our_own_fault(backend: str, program: str, tmp_path: Path) -> None:
    tmp_path.joinpath("__main__.py").write_text(program)
    tmp_path.chmod(0o755)
    texts = {"import no_such_module": "no_such_module", "print('ready')": "is no reply"}
    with Session(BACKENDS[backend], LIMITS, tmp_path) as session:
        for _ in range(2):
            with pytest.raises(SandboxError, match=texts.get(program, "no numpy here")) as caught:
                session.request({}, SECONDS)
            assert "\n" not in str(caught.value)


# --- nothing is left --------------------------------------------------------------------------------------------------


@both
def test_close_ends_the_worker_and_may_be_called_twice(session: Session, folder: Path) -> None:
    session.wait_ready()
    session.close()
    session.close()
    assert eventually(lambda: not any(str(folder) in line or "/worker" in line for line in processes().values()))


@both
def test_no_file_is_left_behind(backend: str, folder: Path) -> None:
    before = set(os.listdir(tempfile.gettempdir()))
    with Session(BACKENDS[backend], LIMITS, folder) as session:
        run(session, "os.makedirs('a/b'); open('a/b/c', 'w').write('x'); os.chmod('a', 0)")
        run(session, "import tempfile; tempfile.mkdtemp()")
    assert set(os.listdir(tempfile.gettempdir())) - before == set()
