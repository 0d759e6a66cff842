"""Bounds for all of a sandbox's processes together, on a machine made of files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox import Limits, cgroup
from grader.sandbox.bwrap import Bubblewrap
from grader.sandbox.session import Session
from tests.conftest import needs

VERSION_1 = "9:name=systemd:/\n8:pids:/\n4:memory:/box/1\n1:cpu:/\n0::/\n"
VERSION_2 = "0::/user.slice/box\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hierarchy whose new folders have the files of version 1's memory controller."""
    monkeypatch.setattr(cgroup, "ROOT", tmp_path / "cgroup")
    monkeypatch.setattr(cgroup, "OWN", tmp_path / "own")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    (tmp_path / "own").write_text(VERSION_1)
    made = Path.mkdir

    def with_files(folder: Path, *arguments: object, **options: object) -> None:
        made(folder, *arguments, **options)  # type: ignore[arg-type]
        if "memory" in folder.parts and folder.name.startswith(cgroup.PREFIX):
            (folder / "memory.limit_in_bytes").write_text("")

    for place in ("pids", "memory/box/1", "unified"):
        (tmp_path / "cgroup" / place).mkdir(parents=True)
    monkeypatch.setattr(Path, "mkdir", with_files)
    return tmp_path / "cgroup"


def test_a_group_is_made_where_something_can_be_bounded_and_nowhere_else(machine: Path) -> None:
    group = cgroup.Group()
    assert [folder.parent for folder in group.folders] == [machine / "memory/box/1"]
    assert (group.folders[0] / "memory.limit_in_bytes").read_text() == str(cgroup.MOST_BYTES)
    assert list((machine / "pids").iterdir()) == list((machine / "unified").iterdir()) == []


def test_what_a_killed_grader_left_is_removed_by_the_next(machine: Path) -> None:
    never = 1 << 30
    left, alive = (machine / "pids" / f"{cgroup.PREFIX}{pid}-0" for pid in (never, os.getpid()))
    os.mkdir(left)
    os.mkdir(alive)
    cgroup.Group()
    assert (left.exists(), alive.exists()) == (False, True)


def test_only_root_makes_groups(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert cgroup.Group().folders == []


def test_the_second_version_has_one_hierarchy(machine: Path) -> None:
    cgroup.OWN.write_text(VERSION_2)
    places = ["user.slice/box", "unified/user.slice/box"]
    assert list(cgroup.places()) == [machine / place for place in places]


def test_a_machine_without_cgroups_has_no_group(machine: Path) -> None:
    cgroup.OWN.unlink()
    assert cgroup.Group().folders == []


@needs("bwrap")
def test_a_sandbox_lives_in_its_group_and_leaves_none() -> None:
    probe = cgroup.Group()
    bounded = bool(probe.folders)
    probe.remove()
    if not bounded:
        pytest.skip("this user may set no bounds")
    places = [place for place in cgroup.places() if place.exists()]
    others = {folder for place in places for folder in place.glob(f"{cgroup.PREFIX}*")}
    backend = Bubblewrap()
    with Session(backend, Limits()) as session:
        session.wait_ready()
        found = {folder for place in places for folder in place.glob(f"{cgroup.PREFIX}{os.getpid()}-*")}
        groups = found - others
        assert groups
        assert all((folder / "cgroup.procs").read_text().split() for folder in groups)
    backend.close()
    assert not [folder for folder in groups if folder.exists()]
