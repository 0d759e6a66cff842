"""What a worker may do to us and to this machine: nothing, and every kind of end has its name.

The submission here runs any Python it is sent, so that a test can make it do its worst.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import SandboxError, UnavailableError, UnsafeError, UsageError
from grader.model import Outcome
from grader.sandbox import BACKENDS, Limits, bwrap, choose, packages, places, run_in, stage
from grader.sandbox.backend import PROGRAM
from grader.sandbox.bwrap import Bubblewrap
from grader.sandbox.landlocked import Landlocked, is_for_all
from grader.sandbox.process import OwnProcess
from grader.sandbox.session import Died, Exited, Garbled, Session, TimedOut, end_of
from grader.sandbox.streams import Pipes, ThreadedPipes
from grader.sandbox.zygote import Forked, pid_here
from grader.worker import kernel, landlock, seccomp, wire
from grader.worker.fence import without
from tests.conftest import needs

ROOT = Path(__file__).parent.parent
SECONDS = 20
LIMITS = Limits(output_bytes=1000, reply_bytes=1 << 20)

PROGRAMS = """
import json, os, struct, sys, time
HEADER = struct.Struct("<4sIQ")

def serving():
    frame = sys._getframe()
    while "replies" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals

def send(data):
    serving()["replies"].write(data)
    serving()["replies"].flush()

def frame(tree, payload=b""):
    text = json.dumps(tree).encode()
    return HEADER.pack(b"\\x93ML1", len(text), len(payload)) + text + payload

def mapping(**items):
    return {"dict": list(items.items())}

def run(program, data):
    space = {**globals(), "request": serving()["request"], "data": data, "value": None, "SECONDS": 4}
    exec(program, space)
    return space["value"]
"""

NAMESPACE = "value = os.readlink('/proc/self/ns/pid')"

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
"""

bubblewrap, landlocked = (pytest.param(name, marks=needs(name)) for name in ("bwrap", "landlock"))
both = pytest.mark.parametrize("backend", ["process", bubblewrap, landlocked])
isolated = pytest.mark.parametrize("backend", [bubblewrap, landlocked])
contained = pytest.mark.parametrize("backend", [bubblewrap])
fenced = pytest.mark.parametrize("backend", [landlocked])
posix = pytest.mark.skipif(os.name == "nt", reason="signals, forks and shell scripts are POSIX's own")
root = pytest.mark.skipif(getattr(os, "geteuid", int)() != 0 or os.name == "nt", reason="only root steps aside")
filtered = pytest.mark.skipif(not seccomp.program(), reason="the system calls of this machine are not known")


@pytest.fixture
def session(backend: str) -> Iterator[Session]:
    with opened(backend) as session:
        yield session


@contextlib.contextmanager
def opened(backend: str, limits: Limits = LIMITS) -> Iterator[Session]:
    """A session with a submission that runs any program."""
    with Session(BACKENDS[backend], limits) as session:
        load(session, PROGRAMS, "run")
        yield session


def load(session: Session, text: str, function: str) -> None:
    ask(
        session, do="load", name="ex4", files={"ex4.py": text.encode()}, functions=[(function, None)], wanted=[function]
    )


def run(session: Session, program: str, seconds: float = SECONDS, data: bytes = b"") -> Any:
    request = {"do": "call", "function": "run", "arguments": [program, data], "seed": None}
    reply = ask(session, seconds, **request)
    assert reply["outcome"] == "answered", reply["error"]
    return reply["value"]


def ask(session: Session, seconds: float = SECONDS, **request: Any) -> dict[str, Any]:
    return session.request({"cpu_seconds": 60.0, **request}, seconds)


def users(namespace: str) -> set[int]:
    """The uids of whatever lives in a pid namespace, as this machine sees them. What has ended has no command line."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "ns" / "pid") == namespace and process.joinpath("cmdline").read_bytes():
                status = dict(line.split(":", 1) for line in process.joinpath("status").read_text().splitlines())
                found.add(int(status["Uid"].split()[0]))
    return found


def lives(pid: int) -> bool:
    """Whether a process is there and is more than an entry that waits to be reaped."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip()[:1] not in ("", "Z")


def pid_of(session: Session) -> int:
    """The worker's, as this machine sees it."""
    session.wait_ready()
    child = session._child
    assert isinstance(child, Forked)
    child._zygote.find(child)
    return pid_here(child.handle)


def mounts() -> set[str]:
    table = Path("/proc/self/mounts")
    return set(table.read_text().splitlines()) if table.exists() else set()


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it holds within two seconds: the kernel takes down a killed namespace in its own time."""
    deadline = time.monotonic() + 2
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


# --- what an honest worker needs --------------------------------------------------------------------------------------


@both
def test_a_worker_says_when_it_is_ready(session: Session) -> None:
    assert session.wait_ready()["python"] == sys.version.split()[0]


@both
def test_a_request_gets_its_reply_and_the_next_one_too(session: Session) -> None:
    assert run(session, "value = [1, 'two', None]") == [1, "two", None]
    assert run(session, "value = 'again'") == "again"


@both
def test_more_than_a_pipe_holds_passes_in_both_directions(session: Session) -> None:
    data = bytes(range(256)) * 1500
    assert run(session, "import numpy; value = numpy.frombuffer(data, 'u1')", data=data).tobytes() == data


class Trickle(io.BytesIO):
    """A pipe that takes three bytes at a time."""

    taken = b""

    def write(self, data: Any) -> int:
        self.taken += bytes(data[:3])
        return min(3, len(data))


def test_threads_write_a_request_whole_where_a_pipe_takes_it_in_pieces() -> None:
    pipe, frame = Trickle(), wire.encode({"run": "pass"})
    replies = io.BytesIO(wire.encode("ready") + wire.encode("reply"))
    pipes = ThreadedPipes((pipe, replies, io.BytesIO(b"printed")), LIMITS, lambda: None)
    assert pipes.receive(SECONDS) == "ready"
    pipes.send(frame)
    assert pipes.receive(SECONDS) == "reply"
    pipes.close()
    assert pipe.taken == frame
    assert pipes.printed.kept == b"printed"


@pytest.mark.parametrize("kind", [pytest.param(Pipes, marks=posix), ThreadedPipes])
def test_a_worker_is_spoken_to_with_and_without_threads(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.sandbox.session.connect", kind)
    with opened("process") as session:
        data = bytes(range(256)) * 2000
        assert run(session, "print('printed'); import numpy; value = numpy.frombuffer(data, 'u1')", data=data).size
        with pytest.raises(TimedOut):
            run(session, "time.sleep(1000)", seconds=0.2)
        assert session.output == "printed\n"


@both
def test_what_is_sent_while_something_is_being_sent_comes_behind_it(session: Session) -> None:
    """The first is more than a pipe holds."""
    calls = [
        wire.pack({"do": "call", "function": "run", "arguments": [f"value = {n}", data], "seed": None})
        for n, data in enumerate((bytes(3 << 20), b""))
    ]
    for call in calls:
        session.send(call, cpu_seconds=60.0)
    with pytest.raises(Garbled, match="belongs to no request"):
        session.receive(SECONDS)


@both
def test_a_session_starts_in_the_background(backend: str) -> None:
    BACKENDS[backend].close()
    started = time.monotonic()
    with Session(BACKENDS[backend], LIMITS) as session:
        returned = time.monotonic() - started
        session.wait_ready()
        assert returned < (time.monotonic() - started) / 2


@both
def test_the_packages_of_the_course_can_be_imported(session: Session) -> None:
    program = "import numpy, scipy.special, fissix.pgen2, threading; value = float(scipy.special.expit(0))"
    assert run(session, program) == 0.5


@both
def test_the_project_and_other_installed_packages_cannot_be_imported(session: Session) -> None:
    program = """
import importlib.machinery
names = ["grader", "solutions", "exercises", "data", "tests", "click", "pytest", "pip"]
value = [name for name in names if importlib.machinery.PathFinder.find_spec(name)]
"""
    site = {path.parent for path in packages.paths()}
    shared = [name for name in ("click", "pytest", "pip") if any(folder.joinpath(name).exists() for folder in site)]
    assert set(run(session, program)) <= set(shared)


@both
def test_the_environment_holds_nothing_of_ours(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SECRET", "answer")
    with opened(backend) as session:
        names = run(session, "value = list(os.environ)")
    assert "OPENBLAS_NUM_THREADS" in names
    assert "COURSE_SECRET" not in names


@both
def test_printed_text_is_kept(session: Session) -> None:
    run(session, "print('printed', file=sys.stderr, flush=True)")
    session.close()
    assert session.output == "printed\n"


@both
def test_the_worker_of_the_grader_starts(backend: str) -> None:
    with Session(BACKENDS[backend], Limits()) as session:
        assert session.wait_ready()["numpy"] == np.__version__


# --- every end has its name -------------------------------------------------------------------------------------------

ENDS = {
    "an exit": ("os._exit(3)", Exited, "exited with status 3"),
    "an exit as if all were well": ("os._exit(0)", Exited, "exited with status 0"),
    "garbage": ("send(b'J = 0.2876\\n' * 10)", Garbled, "sent what is no reply: not a frame"),
    "a forged reply": (
        "send(frame(mapping(id='0' * 32, value='forged')))",
        Garbled,
        "sent a reply that belongs to no request",
    ),
    "an id of another type": (
        "send(frame(mapping(id={'array': ['<f8', [2]]}, value='forged'), bytes(16)))",
        Garbled,
        "sent a reply that belongs to no request",
    ),
    "no mapping": ("send(frame([1, 2]))", Garbled, "sent a reply that belongs to no request"),
    "an oversize header": (
        "send(frame({})[:8] + bytes([0] * 7 + [16]))",
        Garbled,
        "sent what is no reply: a frame of 1,152,921,504,606,846,978 bytes, more than is accepted",
    ),
    "a reply larger than accepted": (
        "send(frame(mapping(), bytes(2 << 20)))",
        Garbled,
        "sent what is no reply: a frame of 2,097,164 bytes, more than is accepted",
    ),
}


@both
@pytest.mark.parametrize("end", ENDS)
def test_an_end_is_named(session: Session, end: str) -> None:
    program, kind, text = ENDS[end]
    with pytest.raises(kind) as caught:
        run(session, program)
    assert str(caught.value) == text


@isolated
def test_an_end_is_known_where_the_ends_of_processes_are_ignored(backend: str) -> None:
    """As whatever started the grader may have it."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    BACKENDS[backend].close()
    try:
        with opened(backend) as session, pytest.raises(Exited, match="exited with status 3"):
            run(session, "os._exit(3)")
    finally:
        BACKENDS[backend].close()
        signal.signal(signal.SIGCHLD, before)


SIGNALS = {
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", Died, r"killed by signal 11 \(SIGSEGV\)"),
    "an abort": ("os.abort()", Died, r"killed by signal (6 \(SIGABRT\)|11 \(SIGSEGV\))"),
}


@posix
@both
@pytest.mark.parametrize("end", SIGNALS)
def test_a_signal_is_named(session: Session, end: str) -> None:
    """The first process of a namespace is spared SIGABRT, and then ends itself in another way."""
    program, kind, text = SIGNALS[end]
    with pytest.raises(kind, match=f"^{text}$"):
        run(session, program)


HANGS = {
    "an endless loop": "while True: pass",
    "a sleep": "time.sleep(1000)",
    "half a frame": "send(frame(mapping(id=request['id']))[:-1]); time.sleep(1000)",
    "a reply that drips": "for byte in frame(mapping(id=request['id'])): send(bytes([byte])); time.sleep(0.1)",
    "deafness to signals": (
        "import signal\nfor number in (2, 15): signal.signal(number, signal.SIG_IGN)\nwhile True: pass"
    ),
}


@both
@pytest.mark.parametrize("hang", HANGS)
def test_a_hang_is_stopped_at_the_wall_limit(session: Session, hang: str) -> None:
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"^killed: no answer within 0\.2 s$"):
        run(session, HANGS[hang], seconds=0.2)
    assert 0.2 <= time.monotonic() - started < 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
@both
def test_a_worker_deaf_to_its_limit_is_stopped_by_its_processor_time(backend: str) -> None:
    deaf = "import signal; signal.signal(24, signal.SIG_IGN)\nwhile True: os.write(2, b'.'); sum(range(10**5))"
    started = time.monotonic()
    with opened(backend, Limits(cpu_seconds=0.5)) as session, pytest.raises(TimedOut):
        run(session, deaf)
    assert time.monotonic() - started < SECONDS


@both
def test_a_closed_channel_is_not_waited_for(session: Session) -> None:
    with pytest.raises(Garbled, match="closed its channel"):
        run(session, "os.close(serving()['replies'].fileno()); time.sleep(1000)")


@both
def test_a_worker_that_reads_nothing_more_is_stopped(session: Session) -> None:
    """The request is larger than a pipe holds."""
    reads_no_more = "send(frame(mapping(id=request['id'], value=None))); time.sleep(1000)"
    with contextlib.suppress(KeyError):
        run(session, reads_no_more)
    with pytest.raises(TimedOut):
        run(session, "", 0.2, data=bytes(1 << 20))


@both
def test_a_second_reply_does_not_pass_for_the_next_one(session: Session) -> None:
    first = "send(frame(mapping(id=request['id'], outcome='answered', value='first')))"
    assert run(session, first) == "first"
    with pytest.raises(Garbled):
        run(session, "value = 'honest'")


@both
def test_a_session_that_is_over_stays_over(session: Session) -> None:
    run(session, "")
    for _ in range(2):
        with pytest.raises(TimedOut):
            run(session, "time.sleep(1000)", seconds=0.1)


@both
def test_a_flood_of_printed_text_is_cut_and_marked(session: Session) -> None:
    assert run(session, "for _ in range(8): os.write(2, b'x' * 1_000_000)\nvalue = 'done'") == "done"
    session.close()
    assert session.output == "x" * LIMITS.output_bytes + "\n[cut off after 1,000 bytes]"


@both
def test_a_worker_that_prints_without_end_is_killed(session: Session) -> None:
    with pytest.raises(Died, match=r"^killed: it printed more than 16 MiB$"):
        run(session, "while True: os.write(2, b'x' * 1_000_000)")


@posix
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, Outcome.EXITED) for status in (0, 1, 11, 128, 255)),
        *((status, Outcome.DIED) for status in (-9, -11, -64)),
        (-24, Outcome.TIMED_OUT),
    ],
)
def test_a_status_has_an_outcome(status: int, outcome: Outcome) -> None:
    assert end_of(status).outcome is outcome


STARTS = {
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "raise SystemExit('no numpy here')": "no numpy here",
}


@both
@pytest.mark.parametrize("program", STARTS)
def test_a_worker_that_does_not_start_is_our_own_fault(backend: str, program: str, tmp_path: Path) -> None:
    tmp_path.joinpath("__main__.py").write_text(program)
    tmp_path.chmod(0o755)
    with Session(type(BACKENDS[backend])(tmp_path), LIMITS) as session:
        for _ in range(2):
            with pytest.raises(SandboxError) as caught:
                session.request({}, SECONDS)
            assert str(caught.value) == f"the sandbox broke down: {STARTS[program]}"


# --- nothing is left --------------------------------------------------------------------------------------------------


@both
def test_close_ends_the_worker_and_may_be_called_twice(session: Session) -> None:
    session.wait_ready()
    session.close()
    session.close()
    with pytest.raises((Died, Exited)):
        run(session, "")


@both
def test_a_session_closed_by_another_thread_ends_what_waits_for_it(session: Session) -> None:
    session.wait_ready()
    timer = threading.Timer(0.1, session.close)
    started = time.monotonic()
    timer.start()
    with pytest.raises(Died, match=r"killed by signal 9|closed"):
        run(session, "time.sleep(1000)")
    assert time.monotonic() - started < 2
    timer.join()


@posix
@pytest.mark.parametrize("backend", ["process"])
def test_whoever_closes_a_session_second_finds_the_worker_gone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, kill, killing = int(run(session, "value = os.getpid()")), os.killpg, threading.Event()

    def kill_slowly(*arguments: int) -> None:
        killing.set()
        time.sleep(0.1)
        kill(*arguments)

    monkeypatch.setattr(os, "killpg", kill_slowly)
    first = threading.Thread(target=session.close)
    first.start()
    assert killing.wait(SECONDS)
    session.close()
    assert not lives(pid)
    first.join()


@pytest.mark.parametrize("backend", ["process", bubblewrap])
def test_no_file_or_mount_is_left_behind(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mounted = mounts()
    name = f"left-behind-{os.getpid()}"
    with opened(backend) as session:
        run(session, f"os.makedirs('a/b'); open('a/b/c', 'w').close(); os.chmod('a', 0); open({name!r}, 'w').close()")
        run(session, "import tempfile; tempfile.mkdtemp()")
    assert list(tmp_path.iterdir()) == []
    assert not Path("/tmp", name).exists()
    assert mounts() == mounted


@posix
@pytest.mark.parametrize("backend", ["process"])
def test_a_daemon_that_holds_the_pipes_does_not_hang_us(session: Session) -> None:
    run(session, DAEMON)
    started = time.monotonic()
    with pytest.raises(Exited, match="status 0"):
        run(session, "os._exit(0)")
    session.close()
    assert time.monotonic() - started < 3


@posix
@pytest.mark.parametrize("backend", ["process"])
def test_a_worker_that_is_stopped_is_gone_with_its_children(session: Session) -> None:
    pids = list(map(int, run(session, "value = [os.getpid(), os.fork() or time.sleep(1000)]")))
    with pytest.raises(TimedOut):
        run(session, "time.sleep(1000)", seconds=0.1)
    assert eventually(lambda: not any(map(lives, pids)))


@isolated
def test_nothing_survives_its_session(session: Session) -> None:
    pid = pid_of(session)
    assert lives(pid)
    session.close()
    assert eventually(lambda: not lives(pid))


@contained
def test_nothing_in_its_namespace_survives_a_session(session: Session) -> None:
    own = run(session, NAMESPACE)
    assert users(own)
    session.close()
    assert eventually(lambda: not users(own))


@isolated
@pytest.mark.parametrize("thread", [False, True])
def test_a_worker_does_not_outlive_a_killed_grader(backend: str, thread: bool) -> None:
    program = f"""
import threading, time
from tests.test_sandbox import *
def work():
    with opened("{backend}") as session:
        print(pid_of(session), flush=True)
        run(session, "while True: pass", seconds=1000)
threading.Thread(target=work).start() if {thread} else work()
"""
    grader = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with grader:
        assert grader.stdout
        pid = int(grader.stdout.readline())
        assert lives(pid)
        grader.kill()
    assert eventually(lambda: not lives(pid))


@isolated
def test_a_worker_does_not_outlive_the_warm_process(backend: str) -> None:
    with opened(backend) as session:
        pid = pid_of(session)
        child = session._child
        assert isinstance(child, Forked)
        child._zygote._process.kill()
        assert eventually(lambda: not lives(pid))


@needs("bwrap")
def test_a_worker_outlives_the_thread_that_asked_for_it() -> None:
    backend, sessions = Bubblewrap(), []
    thread = threading.Thread(target=lambda: sessions.append(Session(backend, LIMITS)))
    thread.start()
    thread.join()
    time.sleep(0.2)
    with sessions[0] as session:
        assert session.wait_ready()
    backend.close()


# --- the warm process -------------------------------------------------------------------------------------------------


@isolated
def test_workers_live_side_by_side_and_end_alone(backend: str) -> None:
    with opened(backend) as one, opened(backend) as other:
        assert pid_of(one) != pid_of(other)
        with pytest.raises(Exited):
            run(one, "os._exit(1)")
        assert run(other, "value = 'alive'") == "alive"


@isolated
def test_nothing_passes_from_one_worker_to_the_next(backend: str) -> None:
    leave = """
import contextlib, numpy, builtins, signal
with contextlib.suppress(PermissionError):
    open("/tmp/left", "w").close()
os.environ["LEFT"] = "here"
builtins.LEFT = numpy.LEFT = sys.LEFT = "here"
numpy.allclose = None
numpy.seterr(all="raise")
numpy.random.seed(3)
os.umask(0o777)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""
    find = """
import numpy, builtins, signal
value = [os.path.exists("/tmp/left"), "LEFT" in os.environ, [hasattr(each, "LEFT") for each in (builtins, numpy, sys)],
    numpy.allclose is None, numpy.geterr()["over"], os.umask(0), signal.getsignal(15) == signal.SIG_IGN]
"""
    with opened(backend) as session:
        untouched = run(session, find)
    with opened(backend) as session:
        run(session, leave)
        assert run(session, find) != untouched
    with opened(backend) as session:
        assert run(session, find) == untouched


@needs("bwrap")
def test_a_warm_process_that_is_killed_is_our_fault_and_replaced() -> None:
    backend = Bubblewrap()
    with Session(backend, LIMITS) as session:
        session.wait_ready()
        assert backend._zygotes
        backend._zygotes[()]._process.kill()
        backend._zygotes[()]._process.wait()
        time.sleep(0.2)
        with pytest.raises(SandboxError, match=r"^the sandbox broke down: it ended with status -9$"):
            ask(session, do="load", name="ex4", files={}, functions=[])
    with Session(backend, LIMITS) as session:
        assert session.wait_ready()
    backend.close()


@isolated
@filtered
def test_a_worker_cannot_have_itself_killed_as_if_from_outside(session: Session) -> None:
    program = """
import resource, signal
value = []
for name in ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_RTTIME"):
    try:
        resource.setrlimit(getattr(resource, name), (1, 1))
    except (OSError, ValueError):
        value.append(name)
try:
    signal.raise_signal(signal.SIGKILL)
except PermissionError:
    pass
"""
    assert run(session, program) == ["RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_RTTIME"]
    assert run(session, "value = 'alive'") == "alive"


@isolated
def test_a_worker_that_somebody_kills_is_our_fault(session: Session) -> None:
    child = session._child
    assert isinstance(child, Forked)
    assert child.cpu_seconds() >= 0
    timer = threading.Timer(0.2, os.kill, (pid_here(child.handle), signal.SIGKILL))
    timer.start()
    with pytest.raises(SandboxError, match="killed from outside"):
        run(session, "time.sleep(1000)")
    timer.join()


@contained
def test_a_worker_cannot_reach_the_warm_process(session: Session) -> None:
    program = """
import ctypes
libc = ctypes.CDLL(None)
def refused(action):
    try:
        action()
    except OSError:
        return True
value = [
    os.getpid(), os.getppid(), sorted(name for name in os.listdir("/proc") if name.isdigit()),
    [refused(lambda: os.kill(pid, 9)) for pid in (0, 1, 2, 3, -1)],
    sorted(map(int, os.listdir("/proc/self/fd")))[:5],
    refused(lambda: os.fork()), refused(lambda: os.execv("/usr/bin/true", ["true"])),
]
"""
    assert run(session, program) == [1, 0, ["1"], [True] * 5, [0, 1, 2, 3, 4], True, True]


@isolated
def test_no_mark_is_left_on_what_the_next_worker_has_as_well(session: Session) -> None:
    program = """
import os
shared = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/pts", "/dev", "/", "/proc"]
marks = {"mode": lambda path: os.chmod(path, 0o712), "time": os.utime, "owner": lambda path: os.chown(path, 0, 0)}
def refused(mark, path):
    try:
        mark(path)
    except OSError:
        return True
value = [[name, path] for path in shared for name, mark in marks.items() if not refused(mark, path)]
value += [open("/dev/null", "w").write("kept by nobody"), len(open("/dev/zero", "rb").read(5)), len(os.urandom(3))]
"""
    assert run(session, program) == [14, 5, 3]


# --- what a sandbox shows ---------------------------------------------------------------------------------------------


@contained
def test_there_is_no_network(session: Session) -> None:
    program = """
import socket
def attempt(family):
    try:
        socket.socket(family, socket.SOCK_DGRAM)
    except OSError as error:
        return error.strerror
interfaces = [line.split(":")[0].strip() for line in open("/proc/self/net/dev") if ":" in line]
value = [interfaces, attempt(socket.AF_INET), attempt(socket.AF_UNIX)]
"""
    assert run(session, program) == [["lo"], *["Operation not permitted"] * 2]


@contained
def test_the_files_of_this_machine_are_not_there(session: Session) -> None:
    hidden = [ROOT, ROOT / "solutions", Path.home() / ".bashrc", Path.home() / ".ssh", Path(sys.prefix) / "pyvenv.cfg"]
    hidden += [folder / "pip" for folder in Path(sys.base_prefix).resolve().glob(places.PACKAGE_FOLDERS)]
    paths = [*map(str, hidden), "/etc/shadow", "/etc/passwd", "/home", "/var", "/run", "/sys", "/opt", "/usr/share/doc"]
    program = f"value = [path for path in {paths} if os.path.exists(path)]"
    assert run(session, program) == []
    assert run(session, "value = sorted(os.listdir('/etc'))") == ["alternatives", "ld.so.cache"]
    program = """
try:
    value = os.listdir("/")
except PermissionError:
    value = []
"""
    assert set(run(session, program)) <= {
        *("dev", "etc", "lib", "lib64", "proc", "site", "tmp", "usr", "worker"),
        Path(sys.base_prefix).resolve().parts[1],
    }


def test_a_project_or_package_within_a_visible_folder_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "lib" / "python3.12" / "site-packages"
    installed.mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(places, "PROJECT", tmp_path / "lib" / "project")
    assert places.masks([tmp_path / "lib"]) == [tmp_path / "lib" / "project", installed]
    assert places.masks([tmp_path / "bin"]) == []


@contained
def test_only_tmp_can_be_written_to_and_only_so_much(session: Session) -> None:
    program = """
def takes_a_file(folder):
    try:
        open(folder + "/x", "w").close()
    except OSError:
        return False
    return True
mounts = [line.split()[1:4:2] for line in open("/proc/self/mounts")]
writable = [place for place, options in mounts if "rw" in options.split(",") and takes_a_file(place)]
value = [sorted(set(writable)), os.statvfs("/tmp").f_blocks * 4096]
"""
    assert run(session, program) == [["/tmp"], bwrap.HOME_BYTES]
    full = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
value = []
try:
    for n in range(1000):
        with open(f"/tmp/{n}", "wb") as file:
            file.write(bytes(LIMIT))
except OSError as error:
    value = [n, error.strerror]
"""
    written, reason = run(session, full.replace("LIMIT", str(LIMITS.file_bytes)))
    assert reason == "No space left on device"
    assert 50 < written <= bwrap.HOME_BYTES / LIMITS.file_bytes


@contained
def test_the_root_of_a_sandbox_is_nobody_outside_and_has_no_rights(session: Session) -> None:
    program = """
import ctypes
status = dict(line.split(":\t", 1) for line in open("/proc/self/status"))
refused = ctypes.CDLL(None).unshare(0x10000000)
capabilities = [int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh")]
value = [os.getuid(), os.getgid(), capabilities, status["NoNewPrivs"].strip(), refused, os.getcwd()]
"""
    assert run(session, program) == [0, 0, [0] * 5, "1", -1, "/tmp"]
    assert users(run(session, NAMESPACE)).isdisjoint({0} if os.getuid() == 0 else set())


@contained
def test_other_processes_cannot_be_seen_or_signalled(session: Session) -> None:
    program = f"""
def alive(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
seen = [name for name in os.listdir("/proc") if name.isdigit()]
value = [sorted(map(int, seen)), alive({os.getpid()})]
"""
    assert run(session, program) == [[1], False]


THREADS = """
import threading
started = []
try:
    while len(started) < 1000:
        started.append(threading.Thread(target=time.sleep, args=(1000,), daemon=True))
        started[-1].start()
except RuntimeError:
    pass
value = len(started)
"""


@contained
def test_threads_are_few_and_enough_and_no_process_can_be_started(session: Session) -> None:
    assert 4 < run(session, THREADS) < bwrap.PROCESSES


TRACED = """
import numpy as np

def f(count):
    held = np.zeros(8000)
    for n in range(40):
        held = held + n
    return np.zeros(count)
"""


@both
def test_a_reply_never_outgrows_its_limit(backend: str) -> None:
    with Session(BACKENDS[backend], Limits(reply_bytes=1 << 20)) as session:
        load(session, TRACED, "f")
        call = {"do": "call", "function": "f", "seed": None, "trace": True}
        replies = [ask(session, arguments=[count], **call) for count in (1 << 16, 1 << 17)]
    assert replies[0]["value"].size == 1 << 16
    assert replies[1]["value"] == wire.Opaque("a result of 1,048,576 bytes")
    assert all(reply["trace"] for reply in replies)


@contained
def test_nothing_but_the_three_pipes_is_inherited(session: Session) -> None:
    """Standard input is nothing; requests, replies and printed text are pipes; the sixth is the folder looked into."""
    look = "[os.readlink(f'/proc/self/fd/{n}').split(':')[0] for n in range(5)]"
    program = f"value = {look}, len(os.listdir('/proc/self/fd'))"
    assert run(session, program) == [["/dev/null", "pipe", "pipe", "pipe", "pipe"], 6]


COLUMN = seccomp.ARCHITECTURES.get(kernel.machine(), (0, 0))[1]
KEYS = f"""
import ctypes
libc, kind, name = ctypes.CDLL(None), b"user", b"answers"
SESSION, USER = -3, -4
def left(ring):
    return libc.syscall({seccomp.REFUSED["add_key"][COLUMN]}, kind, name, b"abc", 3, ring) > 0
"""
LEAVE_KEYS = KEYS + "value = [left(SESSION), left(USER)]"


@isolated
@filtered
def test_no_key_can_be_left_in_the_kernel(session: Session) -> None:
    assert run(session, LEAVE_KEYS) == [False, False]


@contained
@root
def test_each_warm_process_of_root_is_another_user(backend: str) -> None:
    one, other = Bubblewrap(), Bubblewrap()
    with Session(one, LIMITS) as first, Session(other, LIMITS) as second:
        load(first, PROGRAMS, "run")
        load(second, PROGRAMS, "run")
        uids = [users(run(session, NAMESPACE)) for session in (first, second)]
    one.close()
    other.close()
    assert all(uids)
    assert not uids[0] & uids[1]


@pytest.mark.parametrize(
    ("table", "lowest", "highest"),
    [
        ("         0          0 4294967295\n", 0x70000000, 0x7FFFFFFF),
        ("         0     100000      65536\n", 57344, 65535),
        ("0 1000 1\n1 100000 65535\n", 57344, 65535),
    ],
)
def test_an_unused_uid_is_one_that_this_machine_has(
    table: str, lowest: int, highest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "open", lambda *_, **__: io.StringIO(table), raising=False)
    uids = [stage.unused_uid() for _ in range(100)]
    assert lowest <= min(uids) <= max(uids) <= highest
    assert len(set(uids)) > 50


@isolated
@filtered
def test_every_refused_call_fails_and_a_foreign_one_kills(session: Session) -> None:
    _, column = seccomp.ARCHITECTURES[kernel.machine()]
    table = {**seccomp.REFUSED, **seccomp.EXECUTE}
    numbers = {name: row[column] for name, row in table.items() if row[column] != seccomp.NONE}
    program = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def refused(number):
    return libc.syscall(number, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1
value = [name for name, number in {numbers}.items() if not refused(number)]
"""
    assert run(session, program) == []
    with pytest.raises(Died, match="SIGSYS"):
        run(session, f"import ctypes; ctypes.CDLL(None).syscall({seccomp.X32_BIT + 39})")


def decided(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What a filter gives for a system call, worked out as the kernel does."""
    instructions, at, value = list(struct.iter_unpack("=HBBI", program)), 0, 0
    fields = {seccomp.NUMBER_AT: number, seccomp.ARCHITECTURE_AT: architecture}
    for n, argument in enumerate((*arguments, *[0] * 6)):
        fields[seccomp.ARGUMENTS_AT + 8 * n] = argument & 0xFFFFFFFF
        fields[seccomp.ARGUMENTS_AT + 8 * n + 4] = argument >> 32
    tests = {
        seccomp.JUMP_IF_EQUAL: lambda value, operand: value == operand,
        seccomp.JUMP_IF_AT_LEAST: lambda value, operand: value >= operand,
        seccomp.JUMP_IF_ANY_BIT: lambda value, operand: value & operand,
    }
    while True:
        code, then, otherwise, operand = instructions[at]
        at += 1
        if code == seccomp.RETURN:
            return int(operand)
        if code == seccomp.LOAD:
            value = fields[operand]
        elif code == seccomp.KEEP_BITS:
            value &= operand
        else:
            at += then if tests[code](value, operand) else otherwise


REFUSE, NOT_THERE = seccomp.ERROR | seccomp.NOT_PERMITTED, seccomp.ERROR | seccomp.NOT_THERE


@pytest.mark.parametrize(("machine", "harmless"), [("x86_64", [0, 1, 9, 262]), ("aarch64", [56, 63, 64, 79])])
@pytest.mark.parametrize("may_execute", [False, True])
def test_a_filter_refuses_what_is_listed_and_nothing_else(machine: str, harmless: list[int], may_execute: bool) -> None:
    program = seccomp.program(machine, pid=1, may_execute=may_execute)
    architecture, column = seccomp.ARCHITECTURES[machine]
    refused = {number for number in range(600) if decided(program, architecture, number) == REFUSE}
    listed = {row[column] for row in seccomp.REFUSED.values()} - {seccomp.NONE}
    by_argument = {(56, 220)[column], (234, 131)[column]}
    execute = set() if may_execute else {row[column] for row in seccomp.EXECUTE.values()}
    assert refused == listed | by_argument | execute
    assert {decided(program, architecture, number) for number in harmless} == {seccomp.ALLOW}
    assert decided(program, architecture, 435) == NOT_THERE
    assert decided(program, architecture ^ 1, harmless[0]) == seccomp.KILL
    assert decided(program, architecture, seccomp.X32_BIT) == seccomp.KILL


BY_ARGUMENT = {
    "a thread": ((56, 220), (seccomp.CLONE_THREAD | 0x100,), True),
    "a process": ((56, 220), (17,), False),
    "a signal to itself": ((234, 131), (7,), True),
    "a signal to another": ((234, 131), (8,), False),
    "its own limits": ((302, 261), (0, 7, 0, 5), True),
    "another's limits": ((302, 261), (1, 7, 0, 5), False),
    "limits of its own choice": ((302, 261), (0, 7, 5, 0), False),
    "limits that lie high": ((302, 261), (0, 7, 5 << 32, 0), False),
    "the size of a terminal": ((16, 29), (0, 0x5413), True),
    "typing into a terminal": ((16, 29), (0, seccomp.TIOCSTI), False),
}


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
@pytest.mark.parametrize("what", BY_ARGUMENT)
def test_a_filter_looks_at_arguments(machine: str, what: str) -> None:
    numbers, arguments, allowed = BY_ARGUMENT[what]
    architecture, column = seccomp.ARCHITECTURES[machine]
    answer = decided(seccomp.program(machine, pid=7), architecture, numbers[column], *arguments)
    assert answer == (seccomp.ALLOW if allowed else REFUSE)


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_a_narrow_filter_allows_what_is_listed_and_nothing_else(machine: str) -> None:
    program = seccomp.narrow_program(machine)
    architecture, column = seccomp.ARCHITECTURES[machine]
    allowed = {number for number in range(600) if decided(program, architecture, number) == seccomp.ALLOW}
    listed = {row[column] for row in seccomp.NARROW.values()} - {seccomp.NONE}
    by_argument = {seccomp.CONTROL[column], seccomp.LIMIT[column], seccomp.OPEN[column], seccomp.OPEN_AT[column]}
    assert allowed == listed | by_argument - {seccomp.NONE}
    assert not listed & {row[column] for row in (*seccomp.REFUSED.values(), *seccomp.EXECUTE.values())}
    assert decided(program, architecture, 435) == NOT_THERE
    assert decided(program, architecture, 599) == REFUSE
    assert decided(program, architecture ^ 1, 0) == seccomp.KILL
    assert decided(program, architecture, seccomp.X32_BIT) == seccomp.KILL


NARROW_BY_ARGUMENT = {
    "reading": (seccomp.OPEN_AT, (-100 & (1 << 64) - 1, 0, os.O_RDONLY | 0o2000000), True),
    "writing anew": (seccomp.OPEN_AT, (0, 0, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), True),
    "both anew": (seccomp.OPEN_AT, (0, 0, os.O_RDWR | os.O_TRUNC), True),
    "neither": (seccomp.OPEN_AT, (0, 0, 3), False),
    "neither, anew": (seccomp.OPEN_AT, (0, 0, 3 | os.O_TRUNC), False),
    "reading what is emptied": (seccomp.OPEN_AT, (0, 0, os.O_RDONLY | os.O_TRUNC), False),
    "a thread": (seccomp.CLONE, (seccomp.CLONE_THREAD | 0x100,), False),
    "a process": (seccomp.CLONE, (17,), False),
    "its own limits": (seccomp.LIMIT, (0, 7, 0, 5), True),
    "another's limits": (seccomp.LIMIT, (1, 7, 0, 5), False),
    "limits of its own choice": (seccomp.LIMIT, (0, 7, 5, 0), False),
    "a copy of a descriptor": (seccomp.CONTROL, (3, 1030, 0), True),
    "a lock": (seccomp.CONTROL, (3, 6, 0), False),
    "signals to another": (seccomp.CONTROL, (3, 8, 1), False),
    "whether it is a terminal": (seccomp.DEVICE_CONTROL, (0, 0x5401), True),
    "typing into a terminal": (seccomp.DEVICE_CONTROL, (0, seccomp.TIOCSTI), False),
    "a signal to itself": (seccomp.SIGNAL, (1,), False),
}


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
@pytest.mark.parametrize("what", NARROW_BY_ARGUMENT)
def test_a_narrow_filter_looks_at_arguments(machine: str, what: str) -> None:
    numbers, arguments, allowed = NARROW_BY_ARGUMENT[what]
    architecture, column = seccomp.ARCHITECTURES[machine]
    answer = decided(seccomp.narrow_program(machine), architecture, numbers[column], *arguments)
    assert answer == (seccomp.ALLOW if allowed else REFUSE)


def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "machine", lambda: "riscv64")
    assert seccomp.program() == seccomp.narrow_program() == b""


@isolated
def test_honest_work_does_not_meet_the_filter(session: Session) -> None:
    program = """
import ctypes, io
import numpy as np, scipy.linalg
called = []
callback = ctypes.CFUNCTYPE(None)(lambda: called.append("callback"))
callback()
np.save(io.BytesIO(), np.eye(3))
value = [called, round(float(scipy.linalg.svdvals(np.ones((3, 3))).max() + np.linalg.det(np.eye(3))), 9)]
"""
    assert run(session, program) == [["callback"], 4.0]


# --- where there are no namespaces ------------------------------------------------------------------------------------


@fenced
def test_without_namespaces_no_other_process_is_reached(session: Session) -> None:
    program = """
import ctypes, fcntl, resource, signal, socket
def refused(action):
    try:
        action()
    except PermissionError:
        return True
parent = os.getppid()
attempts = {
    "signals": all(refused(lambda: os.kill(pid, 0)) for pid in (parent, os.getpid(), 1, 0, -1)),
    "processes": refused(os.fork) and refused(lambda: os.execv("/usr/bin/true", ["true"])),
    "proc": refused(lambda: os.listdir("/proc")) and refused(lambda: open(f"/proc/{parent}/environ")),
    "links": refused(lambda: os.readlink(f"/proc/{parent}/cwd")),
    "limits": refused(lambda: resource.prlimit(parent, resource.RLIMIT_CPU)),
    "priorities": refused(lambda: os.setpriority(os.PRIO_PROCESS, parent, 5)),
    "processors": refused(lambda: os.sched_setaffinity(parent, [0])),
    "signals of files": refused(lambda: fcntl.fcntl(2, fcntl.F_SETOWN, parent)),
    "locks": refused(lambda: fcntl.flock(2, fcntl.LOCK_EX)),
    "sockets": all(refused(lambda: socket.socket(family)) for family in (socket.AF_INET, socket.AF_UNIX)),
    "memory": ctypes.CDLL(None).process_vm_readv(parent, 0, 0, 0, 0, 0) == -1,
}
value = [what for what, refused in attempts.items() if not refused]
"""
    assert run(session, program) == []


@fenced
def test_without_namespaces_only_system_libraries_can_be_read(session: Session, tmp_path: Path) -> None:
    secret = tmp_path / "answers"
    secret.write_text("42")
    secret.chmod(0o644)
    hidden = [secret, tmp_path, ROOT, ROOT / "solutions" / "ex4" / "ex4.py", Path.home(), Path(sys.prefix)]
    hidden += [folder / "pip" for folder in Path(sys.base_prefix).resolve().glob(places.PACKAGE_FOLDERS)]
    paths = [*map(str, hidden), "/", "/etc/passwd", "/home", "/var", "/run", "/sys", "/tmp", "/dev/shm", "/proc"]
    program = f"""
def readable(path):
    try:
        os.listdir(path) if os.path.isdir(path) else open(path).read()
    except OSError:
        return False
    return True
value = [path for path in {paths} if readable(path)], readable({os.__file__!r}), os.getcwd()
"""
    assert run(session, program) == [[], True, "/"]


@fenced
def test_without_namespaces_nothing_can_be_changed(session: Session, tmp_path: Path) -> None:
    """Neither files, open as they may be, nor what is kept of them, nor devices."""
    mine = tmp_path / "mine"
    mine.mkdir()
    file = mine / "work.py"
    file.write_text("kept")
    for place in (mine, file):
        place.chmod(0o777)
    for folder in mine.parents:
        with contextlib.suppress(PermissionError):
            folder.chmod(folder.stat().st_mode | 0o001)
    before = file.stat()
    program = f"""
file, folder = {str(file)!r}, {str(mine)!r}
changes = {{
    "write": lambda: open(file, "w"), "append": lambda: open(file, "a"), "read": lambda: open(file),
    "create": lambda: open(folder + "/new", "x"), "folder": lambda: os.mkdir(folder + "/new"),
    "remove": lambda: os.remove(file), "rename": lambda: os.rename(file, file + "2"),
    "link": lambda: os.link(file, file + "2"), "symlink": lambda: os.symlink(file, file + "2"),
    "cut": lambda: os.truncate(file, 0), "mode": lambda: os.chmod(file, 0o600), "time": lambda: os.utime(file),
    "owner": lambda: os.chown(file, -1, -1), "note": lambda: os.setxattr(file, "user.mark", b"1"),
    "pipe": lambda: os.mkfifo(folder + "/new"), "mode of a device": lambda: os.chmod("/dev/null", 0o600),
    "time of a device": lambda: os.utime("/dev/null"), "memory": lambda: os.memfd_create("new"),
}}
value = []
for name, change in changes.items():
    try:
        change()
    except PermissionError:
        continue
    value.append(name)
value += [open("/dev/null", "w").write("kept by nobody"), len(os.urandom(3))]
"""
    assert run(session, program) == [14, 3]
    assert file.read_text() == "kept"
    assert [*mine.iterdir()] == [file]
    assert (file.stat().st_mode, file.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


@fenced
def test_without_namespaces_nothing_is_opened_past_landlock(session: Session, tmp_path: Path) -> None:
    """Its first versions know no right to empty a file, and none of them asks for one where the access mode is 3."""
    file = tmp_path / "work.py"
    file.write_text("kept")
    for place, mode in ((file, 0o666), (tmp_path, 0o777)):
        place.chmod(mode)
    ways = [
        (str(file), 3),
        (str(file), 3 | os.O_TRUNC),
        (str(tmp_path), 3 | os.O_TMPFILE),
        (os.__file__, os.O_TRUNC),
        ("/dev/null", 3),
    ]
    program = f"""
value = []
for path, flags in {ways}:
    try:
        value.append(os.open(path, flags))
    except OSError as error:
        value.append(error.errno)
"""
    assert run(session, program) == [1] * len(ways)
    assert file.read_text() == "kept"


@fenced
def test_without_namespaces_no_thread_is_started(session: Session) -> None:
    """Each takes one of the processes that the user may have, and a child of the warm process needs one as well."""
    assert run(session, THREADS) == 1, "the one that was refused"


@fenced
@root
def test_without_namespaces_roots_workers_have_no_rights_and_three_pipes(session: Session) -> None:
    place = Path(f"/proc/{pid_of(session)}")
    status = dict(line.split(":\t", 1) for line in (place / "status").read_text().splitlines())
    assert [int(status[name], 16) for name in ("CapPrm", "CapEff", "CapAmb", "CapInh")] == [0] * 4
    assert [status[name].strip() for name in ("NoNewPrivs", "Seccomp", "Threads")] == ["1", "2", "1"]
    assert (status["Uid"].split()[0] != "0") is BACKENDS["landlock"]._steps_aside  # type: ignore[attr-defined]
    kinds = [os.readlink(place / "fd" / str(n)).split(":")[0] for n in range(5)]
    assert kinds == ["/dev/null", "pipe", "pipe", "pipe", "pipe"]
    assert len([*(place / "fd").iterdir()]) == 5


@fenced
def test_without_namespaces_octave_is_refused(backend: str) -> None:
    with pytest.raises(UnavailableError, match="Octave submissions need bubblewrap"):
        Session(BACKENDS[backend], LIMITS, PROGRAM)


def test_a_folder_is_shown_without_what_is_hidden_in_it(tmp_path: Path) -> None:
    for name in ("a/x", "a/site-packages/pip", "b", "c"):
        (tmp_path / name).mkdir(parents=True)
    shown = [*without(tmp_path, [tmp_path / "a" / "site-packages", tmp_path / "c", tmp_path.parent])]
    assert sorted(shown) == [tmp_path / "a" / "x", tmp_path / "b"]
    assert [*without(tmp_path / "b", [tmp_path / "c"])] == [tmp_path / "b"]


@posix
def test_links_in_a_folder_show_nothing_more(tmp_path: Path) -> None:
    for name in ("shown/a", "shown/hidden/pip", "home"):
        (tmp_path / name).mkdir(parents=True)
    for name, place in {"out": "home", "back": "shown", "again": "shown/hidden", "nowhere": "nothing"}.items():
        (tmp_path / "shown" / name).symlink_to(tmp_path / place)
    shown = tmp_path / "shown"
    assert [*without(shown, [shown / "hidden"])] == [shown / "a"]


@fenced
def test_a_folder_may_hold_more_than_a_process_can_open(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And more names than fit into an argument of a program, as the library of a large distribution of Python."""
    import resource

    for folder in (tmp_path, *tmp_path.parents):
        with contextlib.suppress(PermissionError):
            folder.chmod(folder.stat().st_mode | 0o005)
    (tmp_path / "hidden").mkdir()
    for number in range(3000):
        (tmp_path / f"{number:060}").touch()
    there = places.visible()
    monkeypatch.setattr("grader.sandbox.landlocked.visible", lambda: [*there, tmp_path])
    monkeypatch.setattr("grader.sandbox.landlocked.masks", lambda shown: [*places.masks(there), tmp_path / "hidden"])
    bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, bounds[0]), bounds[1]))
    many = Landlocked()
    try:
        assert many.reason_unavailable() is None
    finally:
        many.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, bounds)


@posix
def test_root_steps_aside_where_any_user_can_read_what_it_takes(tmp_path: Path) -> None:
    folder, file = tmp_path / "open", tmp_path / "open" / "file"
    folder.mkdir()
    file.touch()
    for place in (*[each for each in folder.parents if each.stat().st_uid == os.getuid()], folder):
        place.chmod(place.stat().st_mode | 0o5)
    file.chmod(0o644)
    assert is_for_all(folder)
    assert is_for_all(file)
    file.chmod(0o640)
    assert not is_for_all(file)
    file.chmod(0o644)
    folder.chmod(0o700)
    assert not is_for_all(file)


@fenced
@root
def test_root_that_may_become_nobody_else_stays_and_claims_no_user_of_its_own(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container without that right, or with one user only."""
    refusal = tmp_path / "stage.py"
    refusal.write_text("raise PermissionError")
    monkeypatch.setattr(stage, "__file__", str(refusal))
    monkeypatch.setattr("grader.sandbox.landlocked.is_for_all", lambda _: True)
    stays = Landlocked()
    try:
        assert stays.reason_unavailable() is None
        assert "a user of its own" not in stays.isolation
    finally:
        stays.close()


@pytest.mark.parametrize(
    ("version", "machine", "reason"),
    [
        (0, "x86_64", "there is no Landlock: Linux 5.13"),
        (1, "riscv64", "the system calls of this machine"),
        (1, "x86_64", ""),
    ],
)
def test_why_there_is_no_landlock_is_told(
    version: int, machine: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: version)
    monkeypatch.setattr(kernel, "machine", lambda: machine)
    assert (Landlocked().reason_missing() or "").startswith(reason)


# --- choosing ---------------------------------------------------------------------------------------------------------


def make_work(monkeypatch: pytest.MonkeyPatch, *working: str) -> None:
    for name in ("bwrap", "landlock"):
        reason = None if name in working else f"{name} is not there"
        monkeypatch.setattr(type(BACKENDS[name]), "reason_unavailable", lambda _, reason=reason: reason)


@pytest.mark.parametrize(
    ("name", "own_work", "working", "chosen"),
    [
        ("auto", True, ["bwrap", "landlock"], "bwrap"),
        ("auto", False, ["bwrap", "landlock"], "bwrap"),
        ("auto", False, ["bwrap"], "bwrap"),
        ("auto", False, ["landlock"], "landlock"),
        ("auto", True, ["landlock"], "process"),
        ("auto", True, [], "process"),
        ("bwrap", False, ["bwrap"], "bwrap"),
        ("landlock", True, ["bwrap", "landlock"], "landlock"),
        ("process", False, ["bwrap"], "process"),
        ("none", False, ["bwrap"], "process"),
        ("none", False, [], "process"),
    ],
)
def test_a_backend_is_chosen(
    name: str, own_work: bool, working: list[str], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_work(monkeypatch, *working)
    assert choose(name, own_work) is BACKENDS[chosen]


def test_the_work_of_others_is_refused_without_isolation(monkeypatch: pytest.MonkeyPatch) -> None:
    make_work(monkeypatch)
    with pytest.raises(UnsafeError) as caught:
        choose("auto", own_work=False)
    assert str(caught.value) == (
        "other people's code is not run without isolation, and bwrap is not there;"
        " or accept the risk with `--sandbox none`"
    )


def test_isolation_asked_for_by_name_is_not_replaced_by_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bubblewrap, "reason_unavailable", lambda _: "it is not installed: install it")
    with pytest.raises(UnavailableError, match=r"^it is not installed: install it$"):
        choose("bwrap", own_work=True)


def test_an_unknown_name_is_one_clear_line() -> None:
    with pytest.raises(
        UsageError, match=r"^there is no sandbox called 'docker': take auto, bwrap, landlock, process or none$"
    ):
        choose("docker", own_work=True)


def test_each_backend_says_how_isolated_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    monkeypatch.setattr(seccomp, "program", lambda: b"")
    bare = "bwrap: no network, no home, no project, read-only system libraries, fresh process in its own pid namespace"
    assert Bubblewrap().isolation == bare
    monkeypatch.setattr(landlock, "version", lambda: 1)
    monkeypatch.setattr(seccomp, "program", lambda: b"filter")
    assert Bubblewrap().isolation == f"{bare}, Landlock, dangerous system calls refused"
    assert OwnProcess.isolation == "none: own process and limits only, not isolated; what it starts may outlive it"


REFUSALS = {
    "not Linux": ("darwin", "/usr/bin/bwrap", "", "bubblewrap exists for Linux only"),
    "not installed": ("linux", None, "", "bubblewrap is not installed: get it with `apt install bubblewrap`"),
    "refused": ("linux", "bwrap", "echo 'bwrap: No rights' >&2; exit 1", "does not work here (bwrap: No rights)"),
    "silent": ("linux", "bwrap", "exit 4", "does not work here (it ended with status 4)"),
    "hanging": ("linux", "bwrap", "exec sleep 60", "no answer within 0.1 s)"),
}


@posix
@pytest.mark.parametrize("refusal", REFUSALS)
def test_bubblewrap_is_tried_and_its_absence_explained(
    refusal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, found, script, text = REFUSALS[refusal]
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda _: found and str(program))
    monkeypatch.setattr(bwrap, "_reach", lambda sources, _: ([], {source: str(source) for source in sources}))
    monkeypatch.setattr("grader.sandbox.session.START_SECONDS", 0.1 if refusal == "hanging" else SECONDS)
    monkeypatch.setattr("grader.sandbox.zygote.ANSWER_SECONDS", 0.1 if refusal == "hanging" else SECONDS)
    reason = Bubblewrap().reason_unavailable()
    assert reason is not None
    assert "\n" not in reason
    assert text in reason


class Backstop(OwnProcess):
    """A backend that looks as if it were there."""

    def __init__(self, reason: str | None) -> None:
        super().__init__()
        self.reason = reason

    def reason_unavailable(self) -> str | None:
        return self.reason


def test_a_sandbox_that_does_not_start_is_tried_and_then_replaced_for_own_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Backstop("it is broken")
    make_work(monkeypatch)
    monkeypatch.setitem(BACKENDS, "bwrap", broken)
    used: list[object] = []

    def action(backend: object) -> str:
        used.append(backend)
        if used[-1] is broken:
            raise SandboxError("did not start")
        return "done"

    assert run_in("auto", True, Limits(), action) == "done"
    assert used == [broken, BACKENDS["process"]]
    with pytest.raises(UnsafeError, match="it is broken"):
        run_in("auto", False, Limits(), action)


def test_a_worker_started_ahead_is_used_once_and_stopped_where_it_is_not() -> None:
    backend = OwnProcess()
    backend.prepare(Limits())
    first, second = backend.start(Limits()), backend.start(Limits())
    assert first.process.pid != second.process.pid
    backend.prepare(Limits())
    unused = backend._ahead
    assert unused is not None
    backend.close()
    for child in (first, second):
        child.stop()
    assert unused[1].process.poll() is not None


def test_a_worker_started_ahead_with_other_limits_is_not_used() -> None:
    backend = OwnProcess()
    backend.prepare(Limits(memory_bytes=256 << 20))
    child = backend.start(Limits())
    assert json.loads(child.process.args[-1])["memory_bytes"] == Limits().memory_bytes
    child.stop()
    backend.close()


def test_a_sandbox_that_works_and_still_breaks_down_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BACKENDS, "bwrap", Backstop(None))

    def action(backend: object) -> None:
        raise SandboxError("broke down")

    with pytest.raises(SandboxError, match="broke down"):
        run_in("auto", True, Limits(), action)
