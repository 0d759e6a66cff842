"""Harmless stand-ins for packages that draw, show or are simply not here: they take everything and do nothing.

Plotting is always replaced; the other packages only where they cannot be imported. Our own packages are never found.
"""

from __future__ import annotations

import importlib.machinery
import opcode
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

DRAWING = {"matplotlib", "mpl_toolkits", "pylab"}
OPTIONAL = {
    *("IPython", "PIL", "bokeh", "cv2", "google", "imageio", "ipywidgets", "numba", "pandas", "plotly", "seaborn"),
    *("skimage", "sklearn", "tqdm"),
}
OURS = {"data", "exercises", "grader", "solutions"}
INSTALLED = {"click", "fissix", "numpy", "rich", "scipy"}
WITH_A_WALK_THROUGH = {*sys.stdlib_module_names, *INSTALLED, *DRAWING, *OURS}
"""What a file may import without stopping one."""

PLOTTING = (
    "annotate axes axhline axis axvline bar clf cla close cm colorbar contour contourf draw errorbar figlegend figtext "
    "figure fill fill_between gca gcf get_cmap gray grid hist hold imread imshow ioff ion jet legend loglog margins "
    "matshow pause pcolor pcolormesh plot plt rc rcParams savefig scatter semilogx semilogy set_cmap show stem step "
    "subplot subplots subplots_adjust suptitle surf text tick_params tight_layout title xlabel xlim xscale xticks "
    "ylabel ylim yscale yticks"
)
BUILTIN_NAMES = {"abs", "bool", "bytes", "max", "min", "pow", "round"}
NUMPY_NAMES = [name for name in np.__all__ if name not in BUILTIN_NAMES]
STAR_NAMES = {
    "matplotlib.pylab": [*PLOTTING.split(), *NUMPY_NAMES, "np"],
    "matplotlib.pyplot": [*PLOTTING.split(), "np"],
    "pylab": [*PLOTTING.split(), *NUMPY_NAMES, "np"],
}
REAL = {
    ("numba", "prange"): range,
    ("tqdm", "tqdm"): lambda iterable=None, *args, **options: StandIn("tqdm") if iterable is None else iterable,
    ("tqdm", "trange"): lambda *args, **options: range(*args),
}
UNPACK = opcode.opmap["UNPACK_SEQUENCE"]


class StandIn:
    """Answers attributes, calls, items and arithmetic with stand-ins; is empty, false, and no array."""

    def __init__(self, path: object, *_: object, **__: object) -> None:
        self.__dict__["_path"] = str(path)

    def __repr__(self) -> str:
        return f"<stand-in for {self._path}>"

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self._path}.{name}")

    def __setattr__(self, name: str, value: object) -> None:
        pass

    def __call__(self, *args: Any, **options: Any) -> Any:
        """As a decorator it gives back the function as it is."""
        if len(args) == 1 and not options and isinstance(args[0], types.FunctionType):
            return args[0]
        return StandIn(f"{self._path}()")

    def __getitem__(self, key: object) -> StandIn:
        return StandIn(f"{self._path}[]")

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Iterator[StandIn]:
        """Nothing for a loop, and for ``fig, ax = ...`` as many stand-ins as there are names."""
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        count = code[at + 1] if code[at] == UNPACK else 0
        return iter([StandIn(f"{self._path}[{n}]") for n in range(count)])

    def __len__(self) -> int:
        return 0

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        return ()

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __array__(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(f"{self._path} is not there when work is graded, so nothing can be computed with it")

    __float__ = __int__ = __index__ = __array__

    def _combine(self, *_: object) -> StandIn:
        return StandIn(f"({self._path})")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _combine
    __neg__ = __pow__ = __mod__ = __floordiv__ = _combine

    def _compare(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compare


class StandInModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name == "__all__" and self.__name__ in STAR_NAMES:
            return STAR_NAMES[self.__name__]
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "np" and self.__name__ in STAR_NAMES:
            return np
        if name in NUMPY_NAMES and "pylab" in self.__name__:
            return getattr(np, name)
        root = self.__name__.partition(".")[0]
        return REAL.get((root, name)) or StandIn(f"{self.__name__}.{name}")


class Finder:
    """Finds the stand-ins, and refuses our own packages."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        root = name.partition(".")[0]
        if root in OURS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if root in DRAWING or (root in OPTIONAL and importlib.machinery.PathFinder.find_spec(root) is None):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> StandInModule:
        return StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass
