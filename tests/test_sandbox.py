"""What a worker may do to us and to this machine: nothing, and every kind of end has its name.

The worker here is a tiny one that runs any Python it is sent, so that a test can make it do its worst.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import SandboxError, UnavailableError, UnsafeError, UsageError
from grader.model import Outcome
from grader.sandbox import BACKENDS, Ahead, Limits, bwrap, choose, packages, run_in, seccomp, stage
from grader.sandbox.child import Child
from grader.sandbox.session import Died, Exited, Garbled, Session, TimedOut, end_of
from grader.sandbox.streams import Exchange
from grader.worker import keyring, wire
from tests.conftest import needs

ROOT = Path(__file__).parent.parent
SECONDS = 20
LIMITS = Limits(output_bytes=1000, reply_bytes=1 << 20)

WORKER = """
import json, os, struct, sys, time
sys.path += json.loads(sys.argv[1])["site"]
HEADER = struct.Struct("<4sIQ")
requests, replies = sys.stdin.buffer, sys.stdout.buffer

def receive():
    _, text_bytes, payload_bytes = HEADER.unpack(requests.read(HEADER.size))
    return dict(json.loads(requests.read(text_bytes))["dict"]), requests.read(payload_bytes)

def frame(tree, payload=b""):
    text = json.dumps(tree).encode()
    return HEADER.pack(b"\\x93ML1", len(text), len(payload)) + text + payload

def send(data):
    replies.write(data)
    replies.flush()

def mapping(**items):
    return {"dict": list(items.items())}

send(frame(mapping(ready=True, python=sys.version)))
while True:
    request, payload = receive()
    value, answer = None, b""
    exec(request["run"])
    send(frame(mapping(id=request["id"], value=value), answer))
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
"""

both = pytest.mark.parametrize("backend", ["process", pytest.param("bwrap", marks=needs("bwrap"))])
isolated = pytest.mark.parametrize("backend", [pytest.param("bwrap", marks=needs("bwrap"))])
posix = pytest.mark.skipif(os.name == "nt", reason="signals, forks and shell scripts are POSIX's own")
root = pytest.mark.skipif(getattr(os, "geteuid", int)() != 0 or os.name == "nt", reason="only root steps aside")
filtered = pytest.mark.skipif(not seccomp.program(), reason="the system calls of this machine are not known")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny worker."""
    folder = tmp_path_factory.mktemp("worker")
    folder.joinpath("__main__.py").write_text(WORKER)
    folder.chmod(0o755)
    return folder


@pytest.fixture
def session(backend: str, folder: Path) -> Iterator[Session]:
    with Session(BACKENDS[backend], LIMITS, folder) as session:
        yield session


def run(session: Session, program: str, seconds: float = SECONDS) -> Any:
    return session.request({"run": program}, seconds)["value"]


def ask(session: Session, **request: Any) -> dict[str, Any]:
    """For sessions with the worker of the grader."""
    return session.request({"cpu_seconds": 5.0, **request}, SECONDS)


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
    assert session.wait_ready()["python"] == sys.version


@both
def test_a_request_gets_its_reply_and_the_next_one_too(session: Session) -> None:
    assert run(session, "value = [1, 'two', None]") == [1, "two", None]
    assert run(session, "value = 'again'") == "again"


@both
def test_more_than_a_pipe_holds_passes_in_both_directions(session: Session) -> None:
    data = bytes(range(256)) * 4000
    program = "value, answer = {'bytes': len(payload)}, payload"
    assert session.request({"run": program, "data": data}, SECONDS)["value"] == data


class Trickle(io.BytesIO):
    """A pipe that takes three bytes at a time."""

    taken = b""

    def write(self, data: Any) -> int:
        self.taken += bytes(data[:3])
        return min(3, len(data))


def test_a_request_is_written_whole_where_a_pipe_takes_it_in_pieces() -> None:
    pipe, frame = Trickle(), wire.encode({"run": "pass"})
    exchange = Exchange(pipe, io.BytesIO(wire.encode("ready") + wire.encode("reply")), 100)
    exchange.send(frame)
    assert [exchange.received.get(timeout=SECONDS) for _ in range(2)] == ["ready", "reply"]
    assert pipe.taken == frame


@both
def test_a_session_starts_in_the_background(backend: str, folder: Path) -> None:
    started = time.monotonic()
    with Session(BACKENDS[backend], LIMITS, folder) as session:
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
import importlib.util
names = ["grader", "solutions", "exercises", "data", "tests", "click", "pytest", "pip"]
value = [name for name in names if importlib.util.find_spec(name)]
"""
    site = {path.parent for path in packages.paths()}
    shared = [name for name in ("click", "pytest", "pip") if any(folder.joinpath(name).exists() for folder in site)]
    assert set(run(session, program)) <= set(shared)


@both
def test_the_environment_holds_nothing_of_ours(backend: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SECRET", "answer")
    with Session(BACKENDS[backend], LIMITS, folder) as session:
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
    "an exit": ("sys.exit(3)", Exited, "exited with status 3"),
    "an exit without goodbye": ("os._exit(0)", Exited, "exited with status 0"),
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


SIGNALS = {
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", Died, "killed by signal 11 (SIGSEGV)"),
    "an abort": ("os.abort()", Died, "killed by signal 6 (SIGABRT)"),
    "the CPU limit": ("os.kill(os.getpid(), 24)", TimedOut, "killed: used up its CPU time"),
}


@posix
@both
@pytest.mark.parametrize("end", SIGNALS)
def test_a_signal_is_named(session: Session, end: str) -> None:
    program, kind, text = SIGNALS[end]
    with pytest.raises(kind) as caught:
        run(session, program)
    assert str(caught.value) == text


HANGS = {
    "an endless loop": "while True: pass",
    "a sleep": "time.sleep(1000)",
    "half a frame": "send(frame(mapping(id=request['id']))[:-1]); time.sleep(1000)",
    "deafness to signals": (
        "import signal\nfor number in (2, 15): signal.signal(number, signal.SIG_IGN)\nwhile True: pass"
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
def test_a_closed_channel_is_not_waited_for(session: Session) -> None:
    """Under bubblewrap, which holds it too, it is noticed at the wall limit only."""
    with pytest.raises((Garbled, TimedOut)):
        run(session, "os.close(1); time.sleep(1000)", seconds=1)


@both
def test_a_worker_that_reads_nothing_more_is_stopped(session: Session) -> None:
    """The request is larger than a pipe holds, so writing it blocks."""
    run(session, "receive = lambda: time.sleep(1000)")
    with pytest.raises(TimedOut):
        session.request({"run": "", "data": bytes(1 << 20)}, 0.2)


@both
def test_a_second_reply_does_not_pass_for_the_next_one(session: Session) -> None:
    assert run(session, "send(frame(mapping(id=request['id'], value='first')))") == "first"
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
    assert run(session, "for _ in range(100): os.write(2, b'x' * 1_000_000)\nvalue = 'done'") == "done"
    session.close()
    assert session.output == "x" * LIMITS.output_bytes + "\n[cut off after 1,000 bytes]"


@posix
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, Outcome.EXITED) for status in (0, 1, 11, 128, 255)),
        *((status, Outcome.DIED) for status in (-9, -11, 128 + 11)),
        *((status, Outcome.TIMED_OUT) for status in (-24, 128 + 24)),
    ],
)
def test_a_status_has_an_outcome(status: int, outcome: Outcome) -> None:
    assert end_of(status).outcome is outcome


STARTS = {
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "raise SystemExit('no numpy here')": "no numpy here",
    "print('ready' * 9)": "sent what is no reply: not a frame",
    "pass": "exited with status 0",
}


@both
@pytest.mark.parametrize("program", STARTS)
def test_a_worker_that_does_not_start_is_our_own_fault(backend: str, program: str, tmp_path: Path) -> None:
    tmp_path.joinpath("__main__.py").write_text(program)
    tmp_path.chmod(0o755)
    with Session(BACKENDS[backend], LIMITS, tmp_path) as session:
        for _ in range(2):
            with pytest.raises(SandboxError) as caught:
                session.request({}, SECONDS)
            assert str(caught.value) == f"the sandbox did not start: {STARTS[program]}"


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
    pid, kill, killing = run(session, "value = os.getpid()"), os.killpg, threading.Event()

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


@both
def test_no_file_or_mount_is_left_behind(
    backend: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mounted = mounts()
    name = f"left-behind-{os.getpid()}"
    with Session(BACKENDS[backend], LIMITS, folder) as session:
        run(session, f"os.makedirs('a/b'); open('a/b/c', 'w').close(); os.chmod('a', 0); open({name!r}, 'w').close()")
        run(session, "import tempfile; tempfile.mkdtemp()")
    assert list(tmp_path.iterdir()) == []
    assert not Path("/tmp", name).exists()
    assert mounts() == mounted


@posix
@both
def test_a_daemon_that_holds_the_pipes_does_not_hang_us(session: Session) -> None:
    run(session, DAEMON.replace("SECONDS", "4"))
    started = time.monotonic()
    with pytest.raises(Exited, match="status 0"):
        run(session, "os._exit(0)")
    session.close()
    assert time.monotonic() - started < 3


@posix
@pytest.mark.parametrize("backend", ["process"])
def test_a_worker_that_is_stopped_is_gone_with_its_children(session: Session) -> None:
    pids = run(session, "value = [os.getpid(), os.fork() or time.sleep(1000)]")
    with pytest.raises(TimedOut):
        run(session, "time.sleep(1000)", seconds=0.1)
    assert eventually(lambda: not any(map(lives, pids)))


@isolated
def test_nothing_survives_its_session(session: Session) -> None:
    own = run(session, DAEMON.replace("SECONDS", "1000") + "value = os.readlink('/proc/self/ns/pid')")
    assert users(own)
    session.close()
    assert eventually(lambda: not users(own))


@needs("bwrap")
def test_a_worker_does_not_outlive_a_killed_grader(folder: Path) -> None:
    program = f"""
import time
from pathlib import Path
from grader.sandbox import Limits, bwrap
from grader.sandbox.session import Session
session = Session(bwrap, Limits(), Path({str(folder)!r}))
reply = session.request({{"run": "value = os.readlink('/proc/self/ns/pid')"}}, {SECONDS})
print(reply["value"], flush=True)
time.sleep(1000)
"""
    grader = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with grader:
        assert grader.stdout
        own = grader.stdout.readline().strip()
        assert users(own)
        grader.kill()
    assert eventually(lambda: not users(own))


# --- what a sandbox shows ---------------------------------------------------------------------------------------------


@isolated
def test_there_is_no_network(session: Session) -> None:
    program = """
import socket
def attempt(family, address):
    try:
        with socket.socket(family, socket.SOCK_DGRAM if family == socket.AF_INET else socket.SOCK_STREAM) as s:
            s.connect(address)
            return "connected"
    except OSError as error:
        return error.strerror
value = [
    [name for _, name in socket.if_nameindex()],
    attempt(socket.AF_INET, ("192.0.2.1", 53)),
    attempt(socket.AF_UNIX, "/run/dbus/system_bus_socket"),
]
"""
    assert run(session, program) == [["lo"], "Network is unreachable", "No such file or directory"]


@isolated
def test_the_files_of_this_machine_are_not_there(session: Session) -> None:
    hidden = [ROOT, ROOT / "solutions", Path.home() / ".bashrc", Path.home() / ".ssh", Path(sys.prefix) / "pyvenv.cfg"]
    hidden += [folder / "pip" for folder in Path(sys.base_prefix).resolve().glob(bwrap.PACKAGE_FOLDERS)]
    paths = [*map(str, hidden), "/etc/shadow", "/etc/passwd", "/home", "/var", "/run", "/sys", "/opt", "/usr/share"]
    program = f"value = [path for path in {paths} if os.path.exists(path)]"
    assert run(session, program) == []
    assert run(session, "value = sorted(os.listdir('/etc'))") == ["alternatives", "ld.so.cache"]
    assert set(run(session, "value = os.listdir('/')")) <= {
        *("dev", "etc", "lib", "lib64", "proc", "site", "tmp", "usr", "worker"),
        Path(sys.base_prefix).resolve().parts[1],
    }


def test_a_project_or_package_within_a_visible_folder_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "lib" / "python3.12" / "site-packages"
    installed.mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(bwrap, "PROJECT", tmp_path / "lib" / "project")
    assert bwrap._masks([tmp_path / "lib"]) == [tmp_path / "lib" / "project", installed]
    assert bwrap._masks([tmp_path / "bin"]) == []


@isolated
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
value = [writable, os.statvfs("/tmp").f_blocks * 4096]
"""
    assert run(session, program) == [["/tmp"], bwrap.HOME_BYTES]
    full = "f = open('/tmp/x', 'wb')\nwhile True: f.write(bytes(1 << 20))"
    with pytest.raises(Exited):
        run(session, full)
    assert "No space left on device" in session.output


@isolated
def test_the_user_is_nobody_without_rights(session: Session) -> None:
    program = """
import ctypes
status = dict(line.split(":\t", 1) for line in open("/proc/self/status"))
refused = ctypes.CDLL(None).unshare(0x10000000)
capabilities = [int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh")]
value = [os.getuid(), os.getgid(), capabilities, status["NoNewPrivs"].strip(), refused, os.getcwd()]
"""
    assert run(session, program) == [65534, 65534, [0] * 5, "1", -1, "/tmp"]
    assert 0 not in users(run(session, "value = os.readlink('/proc/self/ns/pid')"))


@isolated
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
    assert run(session, program) == [[1, 2], False]


FORKS = """
import os, signal

def f(wanted):
    children = []
    try:
        for _ in range(wanted):
            children.append(os.fork())
            if not children[-1]:
                signal.pause()
    except BlockingIOError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)
"""


@isolated
def test_processes_are_few_and_enough(backend: str) -> None:
    with Session(BACKENDS[backend], Limits()) as session:
        ask(session, do="load", name="ex4", files={"ex4.py": FORKS.encode()}, functions=["f"])
        started = [ask(session, do="call", function="f", arguments=[n], seed=None)["value"] for n in (4, 20)]
    assert started[0] == 4
    assert 4 < started[1] < 8


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
        ask(session, do="load", name="ex4", files={"ex4.py": TRACED.encode()}, functions=["f"])
        call = {"do": "call", "function": "f", "seed": None, "trace": True}
        replies = [ask(session, arguments=[count], **call) for count in (1 << 16, 1 << 17)]
    assert replies[0]["value"].size == 1 << 16
    assert replies[1]["value"] == wire.Opaque("a result of 1,048,576 bytes")
    assert all(reply["trace"] for reply in replies)


@isolated
def test_nothing_but_the_three_pipes_is_inherited(session: Session) -> None:
    program = "value = sorted(map(int, os.listdir('/proc/self/fd')))"
    assert run(session, program)[:3] == [0, 1, 2]
    assert len(run(session, program)) == 4


COLUMN = seccomp.ARCHITECTURES.get(seccomp.this_machine(), (0, 0))[1]
KEYS = f"""
import ctypes
libc, kind, name = ctypes.CDLL(None), b"user", b"answers"
SESSION, USER, SEARCH = -3, -4, 10
def left(ring):
    return libc.syscall({seccomp.REFUSED["add_key"][COLUMN]}, kind, name, b"abc", 3, ring) > 0
def found(ring):
    return libc.syscall({seccomp.REFUSED["keyctl"][COLUMN]}, SEARCH, ring, kind, name, 0) > 0
"""
LEAVE_KEYS = KEYS + "value = [left(SESSION), left(USER)]"
FIND_KEYS = KEYS + "value = [found(SESSION), found(USER), name.decode() in open('/proc/keys').read()]"


@isolated
@filtered
def test_no_key_can_be_left_in_the_kernel(session: Session) -> None:
    assert run(session, LEAVE_KEYS) == [False, False]


@isolated
@filtered
@root
def test_a_key_would_not_pass_to_the_next_run_without_the_filter_either(
    backend: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seccomp, "ARCHITECTURES", {})

    def left_and_found() -> list[list[bool]]:
        """By two runs that are started in one session; a thread can have a session of its own."""
        keyring.join_fresh()
        with Session(BACKENDS[backend], LIMITS, folder) as one, Session(BACKENDS[backend], LIMITS, folder) as other:
            return [run(one, LEAVE_KEYS), run(one, FIND_KEYS), run(other, FIND_KEYS)]

    with ThreadPoolExecutor(1) as pool:
        left, found, found_by_other = pool.submit(left_and_found).result()
    if not any(left):
        pytest.skip("this kernel keeps no keys")
    assert (left, found, found_by_other) == ([True] * 2, [True] * 3, [False] * 3)


@isolated
@root
def test_each_run_of_root_is_another_user(backend: str, folder: Path) -> None:
    look = "value = os.readlink('/proc/self/ns/pid')"
    with Session(BACKENDS[backend], LIMITS, folder) as one, Session(BACKENDS[backend], LIMITS, folder) as other:
        first, second = users(run(one, look)), users(run(other, look))
    assert first
    assert second
    assert not first & second


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
    _, column = seccomp.ARCHITECTURES[seccomp.this_machine()]
    numbers = {name: row[column] for name, row in seccomp.REFUSED.items()}
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


def decided(program: bytes, architecture: int, number: int) -> int:
    """What a filter gives for a system call, worked out as the kernel does."""
    instructions, at, value = list(struct.iter_unpack("=HBBI", program)), 0, 0
    fields = {seccomp.NUMBER_AT: number, seccomp.ARCHITECTURE_AT: architecture}
    while True:
        code, then, otherwise, operand = instructions[at]
        at += 1
        if code == seccomp.RETURN:
            return int(operand)
        if code == seccomp.LOAD:
            value = fields[operand]
        else:
            at += then if (value == operand if code == seccomp.JUMP_IF_EQUAL else value >= operand) else otherwise


@pytest.mark.parametrize(("machine", "harmless"), [("x86_64", [0, 1, 9, 59, 435]), ("aarch64", [56, 63, 64, 221, 435])])
def test_a_filter_refuses_what_is_listed_and_nothing_else(machine: str, harmless: list[int]) -> None:
    program, (architecture, column) = seccomp.program(machine), seccomp.ARCHITECTURES[machine]
    refused = [number for number in range(600) if decided(program, architecture, number) == seccomp.REFUSE]
    assert refused == sorted(row[column] for row in seccomp.REFUSED.values())
    assert {decided(program, architecture, number) for number in harmless} == {seccomp.ALLOW}
    assert decided(program, architecture ^ 1, harmless[0]) == seccomp.KILL
    assert decided(program, architecture, seccomp.X32_BIT) == seccomp.KILL


def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "this_machine", lambda: "riscv64")
    assert seccomp.program() == b""
    with seccomp.handed_over() as descriptors:
        assert descriptors == ()


@isolated
def test_honest_work_does_not_meet_the_filter(session: Session) -> None:
    program = """
import ctypes, subprocess, tempfile, threading
import numpy as np, scipy.linalg
called = []
callback = ctypes.CFUNCTYPE(None)(lambda: called.append("callback"))
callback()
thread = threading.Thread(target=called.append, args=("thread",))
thread.start()
thread.join()
with tempfile.TemporaryFile() as file:
    np.save(file, np.eye(3))
called.append(subprocess.run([sys.executable, "-I", "-S", "-c", "print('child')"], capture_output=True).stdout.decode())
value = [called, round(float(scipy.linalg.svdvals(np.ones((3, 3))).max() + np.linalg.det(np.eye(3))), 9)]
"""
    assert run(session, program) == [["callback", "thread", "child\n"], 4.0]


# --- choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "own_work", "bwrap_works", "chosen"),
    [
        ("auto", True, True, "bwrap"),
        ("auto", False, True, "bwrap"),
        ("auto", True, False, "process"),
        ("bwrap", False, True, "bwrap"),
        ("process", False, True, "process"),
        ("none", False, True, "process"),
        ("none", False, False, "process"),
    ],
)
def test_a_backend_is_chosen(
    name: str, own_work: bool, bwrap_works: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bwrap, "reason_unavailable", lambda: None if bwrap_works else "it is not installed")
    assert choose(name, own_work) is BACKENDS[chosen]


def test_the_work_of_others_is_refused_without_isolation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bwrap, "reason_unavailable", lambda: "it is not installed: install it")
    with pytest.raises(UnsafeError) as caught:
        choose("auto", own_work=False)
    assert str(caught.value) == (
        "other people's code is not run without isolation, and it is not installed: install it;"
        " or accept the risk with `--sandbox none`"
    )


def test_isolation_asked_for_by_name_is_not_replaced_by_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bwrap, "reason_unavailable", lambda: "it is not installed: install it")
    with pytest.raises(UnavailableError, match=r"^it is not installed: install it$"):
        choose("bwrap", own_work=True)


def test_an_unknown_name_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match=r"^there is no sandbox called 'docker': take auto, bwrap or process or none$"):
        choose("docker", own_work=True)


def test_each_backend_says_how_isolated_it_is() -> None:
    sentence = "bwrap: no network, no home, no project, read-only system libraries, fresh process"
    assert {name: backend.isolation for name, backend in BACKENDS.items()} == {
        "bwrap": sentence + ", dangerous system calls refused" * bool(seccomp.program()),
        "process": "none: own process and limits only, not isolated; what it starts may outlive it",
    }


REFUSALS = {
    "not Linux": ("darwin", "/usr/bin/bwrap", "", "bubblewrap exists for Linux only"),
    "not installed": ("linux", None, "", "bubblewrap is not installed: get it with `apt install bubblewrap`"),
    "refused": ("linux", "bwrap", "echo 'bwrap: No rights' >&2; exit 1", "does not work here (bwrap: No rights)"),
    "silent": ("linux", "bwrap", "exit 4", "does not work here (exit status 4)"),
    "hanging": ("linux", "bwrap", "exec sleep 60", "does not work here (no end within 0.1 s)"),
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
    monkeypatch.setattr(bwrap, "_reach", lambda sources: ([], {source: str(source) for source in sources}))
    monkeypatch.setattr(bwrap, "TRY_SECONDS", 0.1 if refusal == "hanging" else SECONDS)
    reason = bwrap.reason_unavailable.__wrapped__()
    assert reason is not None
    assert "\n" not in reason
    assert text in reason


class Backstop:
    """A backend that looks as if it were there."""

    isolation = "a sandbox"

    def __init__(self, reason: str | None) -> None:
        self.reason = reason

    def reason_missing(self) -> str | None:
        return None

    def reason_unavailable(self) -> str | None:
        return self.reason

    def start(self, limits: Limits, worker: Path) -> Child:
        return BACKENDS["process"].start(limits, worker)


def test_a_sandbox_that_does_not_start_is_tried_and_then_replaced_for_own_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Backstop("it is broken")
    monkeypatch.setitem(BACKENDS, "bwrap", broken)
    used: list[object] = []

    def action(backend: object) -> str:
        used.append(getattr(backend, "backend", backend))
        if used[-1] is broken:
            raise SandboxError("did not start")
        return "done"

    assert run_in("auto", True, Limits(), action) == "done"
    assert used == [broken, BACKENDS["process"]]
    with pytest.raises(UnsafeError, match="it is broken"):
        run_in("auto", False, Limits(), action)


def test_a_worker_started_ahead_is_used_once_and_stopped_where_it_is_not() -> None:
    ahead = Ahead(BACKENDS["process"], Limits())
    first = ahead.first
    assert first is not None
    with Session(ahead, Limits()) as session:
        assert session.wait_ready()
    assert (ahead.first, first.process.poll() is not None) == (None, True)
    unused = Ahead(BACKENDS["process"], Limits())
    unused.discard()
    assert unused.first is not None
    assert unused.first.process.poll() is not None


def test_a_sandbox_that_works_and_still_breaks_down_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BACKENDS, "bwrap", Backstop(None))

    def action(backend: object) -> None:
        raise SandboxError("broke down")

    with pytest.raises(SandboxError, match="broke down"):
        run_in("auto", True, Limits(), action)
