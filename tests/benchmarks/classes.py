"""Classes of made-up students, each of whom hands in one of the goldens of tests/submissions."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
HOSTILE_SHARE = 0.07
WRONG_EVERY = 5

Golden = Path
"""What a golden hands in: a folder or a file."""


def goldens(pattern: str) -> list[Golden]:
    return sorted(SUBMISSIONS.glob(f"{pattern}/submission*"))


def hostile() -> list[Golden]:
    return goldens("hostile/*")


def honest() -> list[Golden]:
    """Right and wrong ones, in all languages."""
    return [*goldens("*"), *goldens("mistakes/*")]


def usual(count: int) -> list[Golden]:
    """As before a deadline: four of five have full marks. All are in Python, and none runs into a limit of time."""
    quick = [
        golden for golden in honest() if report(golden)["language"] == "python" and "timed_out" not in states(golden)
    ]
    right = cycle(golden for golden in quick if golden.parent.name.startswith("correct"))
    wrong = cycle(golden for golden in quick if not golden.parent.name.startswith("correct"))
    return [next(right if number % WRONG_EVERY else wrong) for number in range(count)]


def report(golden: Golden) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((golden.parent / "report.json").read_text(encoding="utf-8"))
    return found


def states(golden: Golden) -> set[str]:
    return {part["status"] for part in report(golden)["parts"]}


def mixed(count: int, seed: int) -> list[Golden]:
    """Honest and hostile ones in a random order, each kind in turn."""
    hostile_count = round(HOSTILE_SHARE * count)
    chosen = [*islice(cycle(hostile()), hostile_count), *islice(cycle(honest()), count - hostile_count)]
    random.Random(seed).shuffle(chosen)
    return chosen


def hand_in(folder: Path, chosen: Sequence[Golden]) -> None:
    """A folder or a file for each student."""
    folder.mkdir()
    for number, golden in enumerate(chosen, 1):
        place = folder / f"student {number:05d}{golden.suffix}"
        (shutil.copytree if golden.is_dir() else shutil.copy)(golden, place)
