"""Content audit: what the exercises, solutions, goldens and documents promise each other.

``python -m tests.audit`` prints one line a complaint: the file, what is wrong, and what mends it.
``python -m tests.audit --update`` writes the digests of the stubs anew after a change of the shipped stubs.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.cases import EXERCISES_DIR, exercise_names, load_exercise, stub_path
from grader.model import Exercise
from grader.worker.load import digests

ROOT = EXERCISES_DIR.parent
SUBMISSIONS = ROOT / "tests" / "submissions"


def digests_file(exercise: str) -> Path:
    return EXERCISES_DIR / exercise / "stubs.json"


def current_digests(exercise: Exercise) -> dict[str, str]:
    found = digests(stub_path(exercise.name).read_text(encoding="utf-8"))
    return {function.name: found[function.name] for function in exercise.functions if function.name in found}


def update_digests() -> None:
    for name in exercise_names():
        text = json.dumps(current_digests(load_exercise(name)), indent=2) + "\n"
        digests_file(name).write_text(text, encoding="utf-8")


def parameters_in(file: Path) -> dict[str, list[str]]:
    """The parameter names of every function that a Python file defines at its top level."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name: [a.arg for a in node.args.args] for node in tree.body if isinstance(node, ast.FunctionDef)}


def audit_stub_digests(exercise: Exercise) -> Iterator[str]:
    file = digests_file(exercise.name)
    recorded = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if recorded != current_digests(exercise):
        yield f"{file}: does not match the stubs; run python -m tests.audit --update"


def audit_signatures(exercise: Exercise) -> Iterator[str]:
    solution = ROOT / "solutions" / exercise.name / f"{exercise.name}.py"
    for file in (stub_path(exercise.name), solution):
        defined = parameters_in(file)
        for function in exercise.functions:
            wanted = [parameter.name for parameter in function.parameters]
            if defined.get(function.name) != wanted:
                yield f"{file}: has no {function.signature}; define it with these parameters or mend the spec"


def audit_twins(exercise: Exercise) -> Iterator[str]:
    folder = ROOT / "solutions" / exercise.name / "octave"
    for function in exercise.functions:
        file = folder / f"{function.name}.m"
        if not file.exists():
            yield f"{file}: is missing; write the Octave twin of {function.signature}"


def audit_points(exercise: Exercise) -> Iterator[str]:
    total = sum(part.points for part in exercise.parts)
    if total != 100:
        yield f"{EXERCISES_DIR / exercise.name / 'spec.py'}: the parts add up to {total:g} points; make it 100"


def audit_handout(exercise: Exercise) -> Iterator[str]:
    file = EXERCISES_DIR / exercise.name / "README.md"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    tolerance = (f"{exercise.tolerance.atol:g}", f"{exercise.tolerance.rtol:g}")
    wanted = [*(part.name for part in exercise.parts if part.points), *(f.name for f in exercise.functions), *tolerance]
    for phrase in dict.fromkeys(wanted):
        if phrase not in text:
            yield f"{file}: does not mention '{phrase}'; add it to the handout"


AUDITS: tuple[Callable[[Exercise], Iterator[str]], ...] = (
    audit_stub_digests,
    audit_signatures,
    audit_twins,
    audit_points,
    audit_handout,
)


def audit_goldens() -> Iterator[str]:
    for folder in sorted({handed_in.parent for handed_in in SUBMISSIONS.glob("**/submission*")}):
        if not (folder / "report.json").exists():
            yield f"{folder}: has no report.json; run python -m tests.test_submissions --update and read what it wrote"


def audit_data_documents() -> Iterator[str]:
    document = ROOT / "data" / "README.md"
    text = document.read_text(encoding="utf-8")
    for file in sorted((ROOT / "data").glob("*.*")):
        if file.suffix in {".npz", ".mat", ".txt", ".csv"} and file.name not in text:
            yield f"{document}: does not describe {file.name}; say where it comes from, its licence, shape and units"


def complaints() -> list[str]:
    by_exercise = [
        complaint for name in exercise_names() for audit in AUDITS for complaint in audit(load_exercise(name))
    ]
    return [*by_exercise, *audit_goldens(), *audit_data_documents()]


if __name__ == "__main__":
    if "--update" in sys.argv:
        update_digests()
    found = complaints()
    print("\n".join(found) if found else "audit: nothing to complain about")
    sys.exit(bool(found))
