from __future__ import annotations

import json
from typing import Any

import pytest

from grader import notebook
from grader.notebook import MAX_CELL_BYTES, MAX_CELLS, NotANotebook, code_cells


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, **more}


def cells_of(*cells: Any) -> dict[int, bytes]:
    found, notes = code_cells(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert notes == []
    return found


def test_code_cells_are_numbered_among_all_cells_from_1() -> None:
    cells = cells_of({"cell_type": "markdown", "source": "# Text"}, code("a = 1"), code(" \n"), code("b = 2"))
    assert cells == {2: b"a = 1", 4: b"b = 2"}


@pytest.mark.parametrize("source", ["x = 1\ny = 'é'", ["x = 1\n", "y = 'é'"], ["x = 1\n", None, 3, "y = 'é'"]])
def test_a_source_is_a_text_or_lines(source: Any) -> None:
    assert cells_of(code(source)) == {1: "x = 1\ny = 'é'".encode()}


def test_the_cells_of_nbformat_3_are_in_worksheets() -> None:
    sheets = [
        {"cells": [{"cell_type": "code", "input": ["a = 1"]}]},
        {},
        {"cells": [{"cell_type": "code", "input": "b"}]},
    ]
    assert code_cells(json.dumps({"nbformat": 3, "worksheets": sheets}).encode()) == ({1: b"a = 1", 2: b"b"}, [])


@pytest.mark.parametrize("odd", [None, 3, "code", [], {}, {"cell_type": "code"}, code(None), code(3), code({"a": 1})])
def test_things_that_are_no_cells_count_as_empty_ones(odd: Any) -> None:
    assert cells_of(odd, code("x")) == {2: b"x"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_of_json_is_read(encoding: str) -> None:
    assert code_cells('{"cells": [{"cell_type": "code", "source": "é"}]}'.encode(encoding))[0] == {1: "é".encode()}


def test_half_a_character_becomes_a_question_mark() -> None:
    assert code_cells(b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}')[0] == {1: b"?"}


def test_large_outputs_do_not_matter() -> None:
    outputs = [{"data": {"image/png": "A" * (50 << 20)}}, {"text": ["1, 2, 3\n"] * 10_000}]
    assert cells_of(code("x", outputs=outputs)) == {1: b"x"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is damaged, or no notebook"),
        (b"def f(): pass", "is damaged, or no notebook"),
        (b'{"cells": [{"cell_type": "code", "source": ["a', "is damaged, or no notebook"),
        (b'{"cells": "\xff"}', "is damaged, or no notebook"),
        (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is damaged, or no notebook"),
        (b'{"cells": ' * 100_000, "is damaged, or no notebook"),
        (b'{"cells": ' + b"9" * 10_000 + b"}", "is damaged, or no notebook"),
        (b"[]", "is no notebook: it has no cells"),
        (b'{"x": []}', "is no notebook: it has no cells"),
    ],
)
def test_what_is_no_notebook_is_one_clear_line(data: bytes, reason: str) -> None:
    with pytest.raises(NotANotebook, match=reason) as refused:
        code_cells(data)
    assert "\n" not in str(refused.value)


def with_metadata(**metadata: Any) -> bytes:
    return json.dumps({"cells": [code("x")], "metadata": metadata}).encode()


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"display_name": "Octave", "language": "octave"}, "language_info": {"name": "octave"}},
        {"language_info": {"name": "octave"}},
        {"kernelspec": {"language": " octave\x1b[31m\n"}},
    ],
)
def test_a_notebook_in_another_language_is_refused(metadata: Any) -> None:
    with pytest.raises(NotANotebook, match=r"^is a notebook in octave: hand in one in Python, or the functions as \.m"):
        code_cells(with_metadata(**metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"language": "python"}, "language_info": {"name": "python"}},
        {"kernelspec": {"language": "IPython"}},
        {"kernelspec": {"language": "sage"}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "python3"}, "language_info": {"version": "3.6"}},
        {"kernelspec": [], "language_info": {"name": 3}},
        {"kernelspec": {"language": " "}},
    ],
)
def test_a_notebook_that_may_be_in_python_is_read(metadata: Any) -> None:
    assert code_cells(with_metadata(**metadata)) == ({1: b"x"}, [])


def test_a_file_of_many_tiny_values_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "MAX_VALUES", 100)
    with pytest.raises(NotANotebook, match="clear its outputs"):
        code_cells(b'{"cells": [' + b"[]," * 100 + b"[]]}")


def test_too_much_code_is_left_out_with_a_note() -> None:
    cells = [code("#" * (MAX_CELL_BYTES + 1)), *[code("x")] * MAX_CELLS, code("y")]
    found, notes = code_cells(json.dumps({"cells": cells}).encode())
    assert list(found) == [*range(2, MAX_CELLS + 2)]
    assert notes == ["cell 1 not read: larger than 1 MiB", "only the first 2,000 code cells were read"]
