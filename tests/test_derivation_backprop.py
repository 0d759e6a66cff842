"""The derivation view of backprop: its numbers, its steps, its page and its terminal version."""

from __future__ import annotations

import functools
import re
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from exercises.backprop.derivation import derive, net, steps, svg, terminal
from exercises.backprop.derivation import html as page
from exercises.backprop.derivation.net import COSTS, Edge, Net, Unit, build
from exercises.backprop.derivation.notation import Struck, Symbol, brief, number, rounded, text
from exercises.backprop.derivation.steps import Derivation, Section, Step
from grader.errors import UnavailableError, UsageError

SMALL = ("1-1", "2-1", "1-3", "3-2-2", "2-3-1", "3-2-2-1", "3-3-3", "2-4-4-4-3", "1-1-1-1-1-1", "8-1-8")
LARGE = "8-8-8-8-8-8"
NETS = [(architecture, cost) for architecture in (*SMALL, LARGE) for cost in COSTS]
SHOWN = [
    *((architecture, cost) for architecture in ("1-1", "2-3-1", "3-2-2-1") for cost in COSTS),
    (LARGE, "quadratic"),
]

every_net = pytest.mark.parametrize(("architecture", "cost"), NETS)
every_page = pytest.mark.parametrize(("architecture", "cost"), SHOWN)


@functools.cache
def derived(architecture: str, cost: str) -> Derivation:
    return steps.derivation(build(architecture, cost))


@functools.cache
def rendered(architecture: str, cost: str) -> str:
    return page.render(derived(architecture, cost))


def sections(derivation: Derivation, letter: str) -> list[Section]:
    return [section for section in derivation.sections if section.name.letter == letter]


def steps_of(derivation: Derivation, letter: str) -> list[Step]:
    return [step for section in sections(derivation, letter) for step in section.steps]


def units_above_input(built: Net) -> list[Unit]:
    return [unit for layer in range(2, built.L + 1) for unit in built.units(layer)]


# --- the numbers ------------------------------------------------------------------------------------------------------


@every_net
def test_every_derivative_agrees_with_the_one_that_was_measured(architecture, cost):
    found = derived(architecture, cost)
    assert found.largest_difference < 1e-6
    assert len(found.checks) == len(found.net.Theta) + len(units_above_input(found.net))


def test_what_is_almost_right_does_not_agree(monkeypatch):
    """A hidden delta without the slope of the sigmoid, and a quadratic one without it."""
    monkeypatch.setattr(net, "slope", lambda a: 1.0)
    for cost in COSTS:
        assert steps.derivation(build("3-2-2-1", cost)).largest_difference > 0.1


def matrices(built: Net) -> list[np.ndarray]:
    """Theta^(1..L-1), shapes (s_(l+1), s_l + 1)."""
    return [
        np.array([[built.Theta[Edge(layer, i, j)] for j in range(inner + 1)] for i in range(1, outer + 1)])
        for layer, (inner, outer) in enumerate(pairwise(built.sizes), 1)
    ]


def cost_of(built: Net, Thetas: list[np.ndarray]) -> complex:
    """The cost by matrices, for complex weights too."""
    a = np.array(built.x)
    for Theta in Thetas:
        a = 1 / (1 + np.exp(-Theta @ np.append(1, a)))
    y = np.array(built.y)
    if built.cost.name == "quadratic":
        return np.sum((a - y) ** 2) / 2
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


@every_net
def test_the_gradient_is_the_complex_step_of_a_cost_by_matrices(architecture, cost):
    found = derived(architecture, cost)
    built = found.net
    for step in steps_of(found, "Θ"):
        (edge,) = step.edges
        Thetas = [Theta.astype(complex) for Theta in matrices(built)]
        Thetas[edge.layer - 1][edge.i - 1, edge.j] += 1e-30j
        C = cost_of(built, Thetas)
        assert step.value == pytest.approx(C.imag / 1e-30, rel=1e-10, abs=1e-16)
        assert found.sections[found.net.L - 1].steps[0].value == pytest.approx(C.real, rel=1e-12)


@every_net
def test_the_terms_of_every_step_add_up_to_its_sum(architecture, cost):
    for section in derived(architecture, cost).sections:
        for step in section.steps:
            sums = [line.value for line in step.lines if line.numbers == "sum"]
            terms = [line.value for line in step.lines if line.edge] or [line.value for line in step.lines[:-1]]
            assert len(sums) <= 1
            assert all(sum(terms) == pytest.approx(total, rel=1e-12) for total in sums)


@every_net
def test_every_step_ends_in_what_it_says(architecture, cost):
    found = derived(architecture, cost)
    for letter in "CδΘ":
        assert all(step.lines[-1].value == pytest.approx(step.value, rel=1e-12) for step in steps_of(found, letter))


@pytest.mark.parametrize("architecture", [*SMALL[1:], LARGE])
def test_the_weights_are_of_either_sign_and_none_is_near_zero(architecture):
    built = build(architecture, "quadratic")
    assert min(built.Theta.values()) < 0 < max(built.Theta.values())
    assert all(0.2 <= abs(weight) <= 1.3 for weight in built.Theta.values())
    assert all(value == round(value, 2) for value in (*built.Theta.values(), *built.x))


def test_the_numbers_are_always_the_same():
    assert build("3-2-2", "quadratic") == build("3-2-2", "quadratic")
    assert list(build("2-3-1", "quadratic").Theta.values())[:4] == [-1.04, 1.24, -1.16, -0.45]
    assert build("2-3-1", "quadratic").x == (0.53, -0.69)


# --- the steps --------------------------------------------------------------------------------------------------------


@every_net
def test_every_unit_has_one_z_and_one_delta_and_every_weight_one_derivative(architecture, cost):
    found = derived(architecture, cost)
    units = units_above_input(found.net)
    for letter in "zδ":
        assert sorted((step.units for step in steps_of(found, letter)), key=str) == [(unit,) for unit in units]
    assert sorted((step.edges for step in steps_of(found, "Θ")), key=str) == [(edge,) for edge in found.net.Theta]


@every_net
def test_the_steps_come_in_the_order_of_the_computation(architecture, cost):
    found = derived(architecture, cost)
    L = found.net.L
    names = [
        *(f"z({layer})" for layer in range(2, L + 1)),
        "C",
        *(f"δ({layer})" for layer in range(L, 1, -1)),
        *(f"Θ({layer})" for layer in range(L - 1, 0, -1)),
    ]
    assert [section.name.letter + section.name.layer for section in found.sections] == names


@every_net
def test_the_edges_of_a_step_are_those_of_its_sum(architecture, cost):
    """By their definition, not by the net's own look-up."""
    found = derived(architecture, cost)
    edges = found.net.Theta
    for step in steps_of(found, "z"):
        assert list(step.edges) == [edge for edge in edges if edge.end == step.units[0]]
    for step in steps_of(found, "δ"):
        assert list(step.edges) == [edge for edge in edges if edge.start == step.units[0]]
    for step in steps_of(found, "Θ"):
        assert step.units == (step.edges[0].start, step.edges[0].end)
    assert all(step.edges == () for step in steps_of(found, "C"))


def test_what_cancels_is_struck_and_only_there():
    found = {
        cost: [text(piece.formula) for step in steps_of(derived("2-3-2", cost), "δ") for piece in struck(step)]
        for cost in COSTS
    }
    slope = "a₁⁽³⁾(1 − a₁⁽³⁾)", "a₂⁽³⁾(1 − a₂⁽³⁾)"
    assert found == {
        "cross-entropy": [f"[{slope[0]}]", slope[0], f"[{slope[1]}]", slope[1]],
        "quadratic": [],
    }


def struck(step: Step) -> list[Struck]:
    return [piece for line in step.lines for piece in line.formula if isinstance(piece, Struck)]


def test_a_step_reads_as_the_sum_it_is():
    step = steps_of(derived("3-2-2", "cross-entropy"), "δ")[2]
    assert text(step.of) == "δ₁⁽²⁾ = ∂C/∂z₁⁽²⁾"
    assert [text(line.formula) for line in step.lines] == [
        "Θ₁₁⁽²⁾ δ₁⁽³⁾",
        "Θ₂₁⁽²⁾ δ₂⁽³⁾",
        "∂C/∂a₁⁽²⁾",
        "∂a₁⁽²⁾/∂z₁⁽²⁾ = a₁⁽²⁾(1 − a₁⁽²⁾)",
        "δ₁⁽²⁾",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.5, "0.50"), (-1.0, "−1"), (0.1234567, "0.123457"), (-0.00012345678, "−1.23457e−04"), (0.0, "0")],
)
def test_numbers_are_written_as_they_are_read(value, written):
    assert number(value) == written


def test_pictures_and_differences_have_shorter_numbers():
    assert (rounded(-0.12345), rounded(0.5), brief(1.234e-10)) == ("−0.123", "0.50", "1.2e−10")


# --- the page ---------------------------------------------------------------------------------------------------------

VOID = {"meta", "input", "line", "rect", "use", "br", "link", "img"}


class Reader(HTMLParser):
    """The elements of a page with their attributes, those still open, and those closed in the wrong order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]


def outside(source: str) -> list[str]:
    """What of a page would fetch or run something."""
    reader = Reader(source)
    links = [value for name in ("href", "xlink:href", "src", "srcset", "action") for value in reader.values(name)]
    tags = [tag for tag, _ in reader.elements if tag in {"script", "link", "img", "iframe", "object", "base", "form"}]
    handlers = [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]
    words = re.findall(r"@import|url\(|https?:|//", source)
    return [link for link in links if not link.startswith("#")] + tags + handlers + words


@every_page
def test_the_page_is_well_formed(architecture, cost):
    reader = Reader(rendered(architecture, cost))
    assert reader.open == reader.crossed == []
    ids = reader.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in reader.values("href")} <= set(ids)


@every_page
def test_the_page_refers_to_nothing_outside(architecture, cost):
    source = rendered(architecture, cost)
    assert outside(source) == []
    assert "default-src 'none'" in source


@pytest.mark.parametrize(
    "added",
    ["<script></script>", '<a href="page.html">', "<b onclick='f()'>", '<img src="x">', "<style>@import 'x'</style>"],
)
def test_what_refers_outside_is_noticed(added):
    assert outside(added)


def lights(source: str) -> list[list[tuple[str, ...]]]:
    """The ends of the lines of every group that lights up, in the page's order."""
    groups = re.findall(r'<g class="light">(.*?)</g>', source, re.DOTALL)
    ends = r'<line class="(\w+)" x1="([^"]*)" y1="([^"]*)" x2="([^"]*)" y2="([^"]*)"'
    return [re.findall(ends, group) for group in groups]


@every_page
def test_the_lines_that_light_up_are_the_edges_of_the_step(architecture, cost):
    found = derived(architecture, cost)
    frame = svg.Frame(found.net)
    expected = []
    for section in found.sections:
        for step in section.steps:
            drawn = []
            for edge in step.edges:
                ends = [edge.end, edge.start] if section.back else [edge.start, edge.end]
                sign = "positive" if found.net.Theta[edge] > 0 else "negative"
                drawn.append((sign, *(f"{value:g}" for unit in ends for value in frame.at(unit))))
            expected.append(drawn)
    assert lights(rendered(architecture, cost)) == expected


@every_page
def test_every_step_can_be_chosen_one_in_every_section_is_and_each_has_its_rule(architecture, cost):
    found, source = derived(architecture, cost), rendered(architecture, cost)
    radios = [attributes for tag, attributes in Reader(source).elements if tag == "input"]
    for place, section in enumerate(found.sections, 1):
        own = [radio for radio in radios if radio["name"] == f"section-{place}"]
        assert len(own) == len(section.steps)
        assert ["checked" in radio for radio in own] == [True] + [False] * (len(own) - 1)
        assert all(f".light:nth-of-type({n})" in source for n in range(1, len(own) + 1))


@every_page
def test_the_units_of_the_picture_are_apart_and_inside_of_it(architecture, cost):
    built = derived(architecture, cost).net
    frame = svg.Frame(built)
    width, height = frame.size
    for layer in range(1, built.L + 1):
        places = [frame.at(unit) for unit in built.biased(layer)]
        assert all(svg.PILL[0] / 2 < x < width - svg.PILL[0] / 2 and svg.PILL[1] < y < height for x, y in places)
        assert all(lower[1] - upper[1] >= svg.PILL[1] + 18 for upper, lower in pairwise(places))


@every_page
def test_the_page_shows_every_measured_number(architecture, cost):
    source = rendered(architecture, cost)
    assert all(f"measured {number(check.measured)}" in source for check in derived(architecture, cost).checks)


def test_the_page_says_which_theta_the_other_source_means():
    source = rendered("2-3-1", "quadratic")
    assert "152159" in source
    assert str(page.formula((Symbol("θ", layer="(2)"),))) in source


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG counts it: 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_every_colour_of_text_can_be_read_in_light_and_dark():
    css = Path(page.__file__).with_name("page.css").read_text(encoding="utf-8")
    for block in css.split("@media screen")[0], css.split("@media screen")[1]:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block.replace("#fff;", "#ffffff;")))
        for name in ("ink", "soft", "accent", "positive", "negative", "good"):
            assert min(contrast(colours[name], colours[ground]) for ground in ("page", "card")) >= 4.5, name


def test_without_jinja2_one_line_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UnavailableError, match=r"pip install -e '\.\[html\]'") as caught:
        derive("2-3-1", "quadratic", tmp_path / "page.html")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


# --- the terminal, files and errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("architecture", ["1-1", "2-3-1", "3-2-2-1"])
def test_the_terminal_shows_every_step(architecture, cost, capsys):
    derive(architecture, cost, None)
    shown = capsys.readouterr().out
    found = derived(architecture, cost)
    assert shown.count("relative difference") == len(found.checks) + 1
    for section in found.sections:
        assert f"{section.name}  {section.title}" in shown
        assert all(text(step.of) in shown and number(step.value) in shown for step in section.steps)


@pytest.mark.parametrize("architecture", ["3-2-2-1", "8-1-1-1-1-8"])
def test_the_terminal_needs_80_characters(architecture, capsys):
    derive(architecture, "cross-entropy", None)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_a_terminal_without_these_letters_gets_them_spelled(monkeypatch, capsys):
    monkeypatch.setattr(type(terminal.out), "encoding", "cp1252")
    for cost in COSTS:
        derive("2-3-1", cost, None)
    shown = capsys.readouterr().out
    assert shown.isascii()
    assert "deltai^(2) = sum_k Thetaki^(2) deltak^(3) * ai^(2)(1 - ai^(2))" in shown
    assert "1/2 (a1^(3) - y1)^2" in shown


def test_the_page_is_written_and_named(tmp_path, capsys):
    file = tmp_path / "page.html"
    for architecture in ("2-3-1", "3-2-2"):
        derive(architecture, "quadratic", file)
        assert file.read_text(encoding="utf-8") == rendered(architecture, "quadratic")
    assert capsys.readouterr().out == f"Page: {file}\n" * 2


@pytest.mark.parametrize(
    "architecture", ["", "3", "3-", "-3-2", "3-0-2", "9-2", "10-2", "2-2-2-2-2-2-2", "3,2", "3-2-x", "3-2\n", "３-2"]
)
def test_an_unusable_architecture_is_one_line(architecture):
    with pytest.raises(UsageError) as caught:
        derive(architecture, "quadratic", None)
    assert "such as 3-2-2, of 2 to 6 layers with 1 to 8 units each" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_an_unknown_cost_is_one_line_with_those_there_are():
    with pytest.raises(UsageError, match="'hinge': choose from cross-entropy, quadratic"):
        derive("3-2-2", "hinge", None)


def test_a_file_that_is_no_page_is_left_alone(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    for taken in (file, tmp_path):
        with pytest.raises(UsageError, match="exists and is no page"):
            derive("2-3-1", "quadratic", taken)
    assert file.read_text() == "mine"


def test_a_page_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(UsageError, match=r"page\.html: cannot be written: No such file or directory") as caught:
        derive("2-3-1", "quadratic", tmp_path / "missing" / "page.html")
    assert "\n" not in str(caught.value)
