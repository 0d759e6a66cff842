"""Content audit: what the exercises, solutions, goldens and documents promise each other.

    python -m tests.audit                  prints one line a complaint: the file, what is wrong, and what mends it
    python -m tests.audit --update         writes the digests of the stubs anew
    python -m tests.audit --adopt-stubs    after a change of the stubs: makes them the ones that are shipped

exercises/ may hold a student's work. The stubs as they are shipped are those of the golden submission that has not
been touched: digests are made of them, and tests run on them. Only where CI=true must the two be the same.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.cases import EXERCISES_DIR, exercise_names, file_digest, load_exercise, stub_path
from grader.grade import grade
from grader.model import Exercise, Status
from grader.release import STUBS
from grader.sandbox import Limits, choose
from grader.submission import read_submission
from grader.worker.load import digests

ROOT = EXERCISES_DIR.parent
SUBMISSIONS = ROOT / "tests" / "submissions"


def shipped_stubs(exercise: str) -> Path:
    """The stubs as they are shipped, whatever a student has made of those in exercises/."""
    return ROOT / STUBS.format(exercise)


def digests_file(exercise: str) -> Path:
    return EXERCISES_DIR / exercise / "stubs.json"


def current_digests(exercise: Exercise) -> dict[str, str]:
    found = digests(shipped_stubs(exercise.name).read_text(encoding="utf-8"))
    known = {function.name: found[function.name] for function in exercise.functions if function.name in found}
    return {f"{exercise.name}.py": file_digest(shipped_stubs(exercise.name).read_bytes()), **known}


def update_digests() -> None:
    for name in exercise_names():
        text = json.dumps(current_digests(load_exercise(name)), indent=2) + "\n"
        digests_file(name).write_text(text, encoding="utf-8")


def on_ci() -> bool:
    return os.environ.get("CI") == "true"


def is_edited(exercise: str) -> bool:
    return stub_path(exercise).read_bytes() != shipped_stubs(exercise).read_bytes()


def adopt_stubs() -> None:
    """Makes the files in exercises/ the shipped stubs; ends with a message where one of them has an answer in it."""
    edited = [name for name in exercise_names() if is_edited(name)]
    for name in edited:
        if right := functions_that_are_right(name):
            sys.exit(f"{stub_path(name)}: is no stub but an answer: {', '.join(right)} right; nothing was adopted")
    for name in edited:
        shipped_stubs(name).write_bytes(stub_path(name).read_bytes())
    update_digests()


def functions_that_are_right(exercise: str) -> list[str]:
    """Those of the file in exercises/ that the grader takes for correct in any part."""
    submission = read_submission(stub_path(exercise), exercise)
    report = grade(submission, load_exercise(exercise), choose("auto", own_work=True), Limits())
    return list(dict.fromkeys(part.part.function for part in report.parts if part.status is Status.CORRECT))


def parameters_in(file: Path) -> dict[str, list[str]]:
    """The parameter names of every function that a Python file defines at its top level."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name: [a.arg for a in node.args.args] for node in tree.body if isinstance(node, ast.FunctionDef)}


def audit_stub_digests(exercise: Exercise) -> Iterator[str]:
    file = digests_file(exercise.name)
    recorded = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if recorded != current_digests(exercise):
        yield f"{file}: does not match {shipped_stubs(exercise.name)}; run python -m tests.audit --update"


def audit_working_copy(exercise: Exercise) -> Iterator[str]:
    if on_ci() and is_edited(exercise.name):
        yield f"{stub_path(exercise.name)}: is not as shipped; undo it or run python -m tests.audit --adopt-stubs"


def audit_signatures(exercise: Exercise) -> Iterator[str]:
    solution = ROOT / "solutions" / exercise.name / f"{exercise.name}.py"
    for file in (shipped_stubs(exercise.name), solution):
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
    audit_working_copy,
    audit_signatures,
    audit_twins,
    audit_points,
    audit_handout,
)


def audit_goldens() -> Iterator[str]:
    for folder in sorted({handed_in.parent for handed_in in SUBMISSIONS.glob("**/submission*")}):
        if not (folder / "report.json").exists():
            yield f"{folder}: has no report.json; run python -m tests.test_submissions and read what it wrote"


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


def main(arguments: list[str]) -> int:
    """Exit status: 1 where there is something to complain about."""
    if "--adopt-stubs" in arguments:
        adopt_stubs()
    if "--update" in arguments:
        update_digests()
    if not on_ci():
        for name in filter(is_edited, exercise_names()):
            print(f"{stub_path(name)}: edited: not audited")
    found = complaints()
    print("\n".join(found) if found else "audit: nothing to complain about")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
