"""The plainest ways to lose points: no answer came. As a stored report shows them, whatever mistake is behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.model import Status

NOT_BEGUN = "Nothing is begun"
FILE_STOPPED = "An error keeps a file from running"
NOTHING_RETURNED = "A function returns nothing"
LOADING_STOPPED = "Stopped while the file was loaded"
STOPPED = {
    Status.RAISED: "An error stops a call",
    Status.TIMED_OUT: "A call does not end in time",
    Status.DIED: "A call ends the program, or is killed",
    Status.GARBLED: "A call gives a garbled answer",
}


def failures_in(report: Mapping[str, Any]) -> set[str]:
    """What kept parts with points from an answer; that nothing is begun only where it is true of all of them."""
    counting = [part for part in report["parts"] if part["max_score"] > 0]
    found = [failure(part, report["problems"]) for part in counting]
    return {each for each in found if each and (each != NOT_BEGUN or set(found) == {NOT_BEGUN})}


def failure(part: Mapping[str, Any], problems: list[str]) -> str:
    """'' where an answer came."""
    message = str(part["message"])
    if message in problems or (problems and never_begun(part) and not part["where"]):
        return FILE_STOPPED
    if message.startswith("while the file was loaded: "):
        return LOADING_STOPPED
    if part["status"] == Status.MISSING:
        return NOTHING_RETURNED * returns_nothing(message) or NOT_BEGUN * never_begun(part)
    return STOPPED.get(part["status"], "")


def returns_nothing(message: str) -> bool:
    """Whether this is said of a function that was begun, and returns nothing."""
    return message.startswith("returns nothing")


def never_begun(part: Mapping[str, Any]) -> bool:
    """Whether nothing, or a stub, stands for the function: its name begins the message."""
    return part["status"] == Status.MISSING and str(part["message"]).startswith(f"{part['function']} is ")
