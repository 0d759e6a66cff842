"""Octave submissions as text: which function is taken from where, and the lines of what Octave is given."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from grader.model import Definition, Submission
from grader.octave_source import MOST_BYTES, MOST_FUNCTIONS, OctaveSource, decode, read_source

GRADED = ("sigmoid", "sigmoidGradient", "nnCostFunction")
SIGMOID = "function g = sigmoid(z)\n  g = 1 ./ (1 + exp(-z));\nend\n"
SLOPE = "function g = sigmoidGradient(z)\n  s = sigmoid(z);\n  g = s .* (1 - s);\nend\n"


def read(**files: str) -> OctaveSource:
    """Files by their names, in which __ stands for a slash."""
    return read_bytes({f"{name.replace('__', '/')}.m": text.encode() for name, text in files.items()})


def read_bytes(files: dict[str, bytes]) -> OctaveSource:
    return read_source(Submission("alice", Path("alice"), "octave", "ex4", files), GRADED)


def definition(header: str, body: str = "g = 1;") -> Definition:
    return read(sigmoid=f"{header}\n{body}\n").loaded.definitions["sigmoid"]


# --- what a file defines ----------------------------------------------------------------------------------------------


def test_a_file_defines_the_function_of_its_name() -> None:
    source = read(sigmoid="% ours\n" + SIGMOID, notes="x = 1;\n")
    assert source.loaded.definitions == {"sigmoid": Definition("sigmoid.m", 2, ("z",))}
    assert source.loaded.notes == ()
    assert source.contents["sigmoid.m"] == b"% ours\n" + SIGMOID.encode()


@pytest.mark.parametrize(
    ("header", "parameters"),
    [
        ("function g = sigmoid(z)", ("z",)),
        ("function [J, grad] = sigmoid (nn_params, X, y)", ("nn_params", "X", "y")),
        ("function [J grad] = sigmoid(a,b)", ("a", "b")),
        ("function sigmoid(z)", ("z",)),
        ("function sigmoid", ()),
        ("function g = sigmoid", ()),
        ("function g = sigmoid(~, z)", ("~", "z")),
        ("function g = ...\n  sigmoid(a, ... the first\n  b)", ("a", "b")),
        ("function  [g, ... % one\n  h]=sigmoid( a ,b ) % c, d", ("a", "b")),
        ("% function g = other(a)\nfunction g = sigmoid(z)", ("z",)),
        ("%}\n%{\nfunction g = other(a)\n%}\nfunction g = sigmoid(z)", ("z",)),
        ("%{\nfunction g = other(a)\n%}\n#{\n#{\n#}\nfunction x\n#}\nfunction g = sigmoid(z)", ("z",)),
    ],
)
def test_the_first_line_gives_the_parameters(header: str, parameters: tuple[str, ...]) -> None:
    assert definition(header).parameters == parameters


def test_varargin_stands_for_any_number() -> None:
    found = definition("function g = sigmoid(z, varargin)")
    assert (found.parameters, found.required, found.variadic) == (("z",), 0, True)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("g = sigmoid(z) .* 2;", ("sigmoid",)),
        ("g = arrayfun(@(x) nnCostFunction(x), z);  % sigmoid", ("nnCostFunction",)),
        ("g = feval('sigmoid', z) + z.sigmoid;", ()),
        ("sigmoid = 1 ./ (1 + exp(-z)); g = sigmoid .* (1 - sigmoid);", ()),
        ("[sigmoid, nnCostFunction] = size(z); g = sigmoid;", ()),
        ("if sigmoid(z) == 1, g = 0; end", ("sigmoid",)),
    ],
)
def test_a_definition_names_the_functions_of_the_exercise_in_its_code(body: str, named: tuple[str, ...]) -> None:
    text = f"function g = sigmoidGradient(z)\n{body}\nend\n"
    source = read(sigmoid=SIGMOID, nnCostFunction="function nnCostFunction(x)\nend\n", sigmoidGradient=text)
    assert source.loaded.definitions["sigmoidGradient"].names == named


@pytest.mark.parametrize("beside", [True, False])
def test_a_definition_names_no_namesakes_that_its_own_file_has(beside: bool) -> None:
    text = f"function g = sigmoidGradient(z)\n g = sigmoid(z);\nend\n{SIGMOID}"
    source = read(**{"sigmoid": SIGMOID} if beside else {}, sigmoidGradient=text)
    assert source.loaded.definitions["sigmoidGradient"].names == (() if beside else ("sigmoid",))


def test_the_name_of_the_file_counts_and_not_the_name_in_it() -> None:
    source = read(sigmoid="function g = mySigmoid(z)\n g = z;\n")
    assert source.loaded.definitions["sigmoid"].file == "sigmoid.m"


def test_a_graded_file_answers_to_its_own_name_only() -> None:
    source = read(sigmoidGradient="function g = sigmoid(z)\n g = z;\n")
    assert list(source.loaded.definitions) == ["sigmoidGradient"]


@pytest.mark.parametrize("text", ["g = 1;\n", "", "% function g = sigmoid(z)\n"])
def test_a_file_without_a_function_defines_none_and_says_so(text: str) -> None:
    source = read(sigmoid=text)
    assert source.loaded.definitions == {}
    assert source.loaded.notes == ("sigmoid.m: holds no function, so sigmoid is not defined by it",)


# --- names that are nearly right --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stem", ["Sigmoid", "SIGMOID", "sigmoid(1)", "sigmoid (2)", "sigmoid - Copy", "sigmoid-1", "sig_moid", "my answer"]
)
def test_a_name_that_is_nearly_right_is_taken_and_noted(stem: str) -> None:
    source = read_bytes({f"{stem}.m": SIGMOID.encode()})
    assert source.loaded.definitions["sigmoid"].file == f"{stem}.m"
    assert source.loaded.notes == (f"sigmoid is taken from {stem}.m",)
    assert source.contents["sigmoid.m"] == SIGMOID.encode()


@pytest.mark.parametrize("stem", ["Sigmoid", "sigmoid(1)", "sigmoid (2)(3)", "sigmoid - Copy", "sigmoid-1", "sig_moid"])
def test_a_file_name_that_is_nearly_right_is_enough(stem: str) -> None:
    source = read_bytes({f"{stem}.m": b"function g = mine(z)\n g = z;\n"})
    assert source.loaded.notes == (f"sigmoid is taken from {stem}.m, where it is called mine",)


def test_a_name_that_is_nearly_right_in_the_file_alone_is_taken() -> None:
    source = read(work="function g = SigMoid(z)\n g = z;\n")
    assert source.loaded.notes == ("sigmoid is taken from work.m, where it is called SigMoid",)


def test_the_exact_name_goes_before_one_that_is_nearly_right() -> None:
    source = read_bytes({"sigmoid(1).m": SIGMOID.encode(), "sigmoid.m": SIGMOID.encode()})
    assert source.loaded.definitions["sigmoid"].file == "sigmoid.m"
    (note,) = source.loaded.notes
    assert note == "sigmoid is defined in sigmoid.m and in sigmoid(1).m: the one in sigmoid.m was taken"


def test_what_has_been_begun_goes_before_what_has_not() -> None:
    stub = "function g = sigmoid(z)\n  g = zeros(size(z));\nend\n"
    source = read_bytes({"sigmoid.m": stub.encode(), "sigmoid (1).m": SIGMOID.encode()})
    assert source.loaded.definitions["sigmoid"].file == "sigmoid (1).m"
    assert source.contents["sigmoid.m"] == SIGMOID.encode()
    assert source.loaded.notes[-1].endswith("the one in sigmoid (1).m was taken")


def test_of_two_files_the_one_nearest_to_the_top_counts() -> None:
    old = "function g = sigmoid(z)\n g = 2;\n"
    source = read(old__sigmoid=old, sigmoid=SIGMOID, old__helper=old, helper=SIGMOID)
    assert source.contents["sigmoid.m"] == source.contents["helper.m"] == SIGMOID.encode()
    assert source.loaded.definitions["sigmoid"].file == "sigmoid.m"


# --- several functions in a file --------------------------------------------------------------------------------------

SCRIPT = f"""clear; close all
1;
{SIGMOID}
disp(sigmoid(0));  % runs nothing here
{SLOPE}
x = [1 2 3]';
"""


def test_functions_in_a_script_become_files_of_their_own_without_the_script() -> None:
    source = read(ex4=SCRIPT)
    assert set(source.loaded.definitions) == {"sigmoid", "sigmoidGradient"}
    text = source.contents["sigmoidGradient.m"].decode()
    assert text.startswith("function g = sigmoidGradient(z)")
    assert "function g = sigmoid(z)" in text
    assert "disp" not in text
    assert "clear" not in text


def test_every_line_of_an_extracted_function_has_its_place() -> None:
    source = read(ex4=SCRIPT)
    lines = SCRIPT.split("\n")
    extracted = source.contents["sigmoidGradient.m"].decode().split("\n")
    for number, text in enumerate(extracted, 1):
        file, line, shown = source.place("sigmoidGradient.m", number)
        assert (file, lines[line - 1], shown) == ("ex4.m", text, text)
    assert source.loaded.definitions["sigmoidGradient"].line == lines.index("function g = sigmoidGradient(z)") + 1


def test_a_subfunction_is_taken_where_there_is_no_file_of_that_name() -> None:
    source = read(nnCostFunction="function J = nnCostFunction(p)\n J = sigmoid(p);\n\n" + SIGMOID)
    assert source.loaded.definitions["sigmoid"] == Definition("nnCostFunction.m", 4, ("z",))
    assert source.contents["nnCostFunction.m"].decode().startswith("function J")
    assert source.loaded.notes == ("sigmoid is taken from nnCostFunction.m",)


@pytest.mark.parametrize(
    "body",
    [
        "if z(end) > 0\n  g = z{end};\nend",
        "for i = 1:3, while true, break; end, end",
        "x.end = 1; s = 'if'; t = \"for \\\" while\"; u = z'; v = 'it''s if';",
        "do\n  i++;\nuntil i > 3\nswitch z\n  case 'if'\n    g = 1;\nendswitch",
        "try, g = z; catch e, end\nunwind_protect\n  g = 1;\nunwind_protect_cleanup\nend_unwind_protect",
        "% if this were code\n# while\ng = [z(1, end), ... for\n  2];",
        "%{\nif\n%}\ng = 1;",
        "g = {@(t) t', 'for'};",
        "a = [1 2]'; if a, g = 'b'; end",
        "a = z(1)'; b = {1}'; c = \"x\"'; if a, g = 'b'; end",
    ],
)
def test_the_end_of_a_function_is_found_behind_its_blocks(body: str) -> None:
    text = f"function g = sigmoid(z)\n{body}\nend"
    assert read(ex4=f"1;\n{text}\ndisp('after')\n").contents["sigmoid.m"].decode() == text


def test_a_bracket_left_open_does_not_reach_into_the_next_function() -> None:
    text = "function g = sigmoid(z)\nif z\n  g = 1;\nend\nend"
    source = read(ex4=f"1;\nfunction a = first(z)\n a = (1;\nend\n{text}\ndisp('after')\n")
    assert source.contents["sigmoid.m"].decode().startswith(f"{text}\nfunction a = first(z)")


def test_a_function_defined_twice_in_a_file_is_no_choice_between_files() -> None:
    assert read(ex4=SCRIPT + SIGMOID).loaded.notes == read(ex4=SCRIPT).loaded.notes


def test_only_so_many_functions_of_a_file_are_looked_at() -> None:
    many = "".join(f"function f{n}\nend\n" for n in range(MOST_FUNCTIONS))
    assert read(work=many + SIGMOID).loaded.definitions == {}


def test_functions_without_ends_reach_to_the_next() -> None:
    source = read(work="function a = first(z)\nif z\n a = 1;\nend\n\nfunction g = sigmoid(z)\ng = z;\n")
    assert source.contents["sigmoid.m"].decode().startswith("function g = sigmoid(z)\ng = z;\n")


# --- what has not been started ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "g = zeros(size(z));",
        "  % You need to return the following\n\n  g = zeros(size(z));\n\n  %{\n  hints\n  %}\nend",
        "g = 0;",
        "m = size(z, 1);\n[m, n] = size(z);\np = zeros(size(z, 1), 1)\nendfunction",
        "",
    ],
)
def test_a_function_that_gives_zeros_alone_is_untouched(body: str) -> None:
    assert definition("function g = sigmoid(z)", body).untouched


@pytest.mark.parametrize(
    "body", ["g = zeros(size(z)) + 1;", "g = 1;", "g = 0;\nfor i = 1:3\n g = i;\nend", "g = zeros(size(z)); g(1) = z;"]
)
def test_a_function_that_does_more_is_not(body: str) -> None:
    assert not definition("function g = sigmoid(z)", body).untouched


# --- bytes ------------------------------------------------------------------------------------------------------------

TEXT = "% größe\nfunction g = sigmoid(z)\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("latin-1"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
)
def test_every_usual_encoding_is_read(data: bytes) -> None:
    assert decode(data) == TEXT


def test_files_that_are_too_large_together_are_left_out_with_a_note() -> None:
    source = read_bytes({"a.m": b"% " * (MOST_BYTES // 2), "sigmoid.m": SIGMOID.encode(), "readme.txt": b"hello"})
    assert source.loaded.definitions == {}
    assert source.loaded.notes == ("sigmoid.m: not read: more than 2 MiB of .m files",)


@pytest.mark.parametrize(
    "piece", ['"\\', "function [", "'", "[(", "function f\n", "x(", "%{\n", "...\n", "_1", "= zeros((", "end\n", "\n"]
)
def test_no_text_takes_long_to_read(piece: str) -> None:
    text = "function g = a" + piece * (300_000 // len(piece))
    start = time.process_time()
    source = read(sigmoid=text)
    assert [each.untouched for each in source.loaded.definitions.values()] in ([], [False], [True])
    assert time.process_time() - start < 5


def test_a_place_that_is_none_is_known_as_none() -> None:
    source = read(sigmoid=SIGMOID)
    assert source.place("sigmoid.m", 2) == ("sigmoid.m", 2, "  g = 1 ./ (1 + exp(-z));")
    assert source.place("sigmoid.m", 99) == ("sigmoid.m", 0, "")
    assert source.place("sigmoid.m", -1) == ("sigmoid.m", 0, "")
    assert source.place("other.m", 1) == ("", 0, "")
