"""Where the packages are that a worker may import."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path

IMPORTABLE = ("numpy", "scipy", "fissix", "appdirs")


@functools.cache
def paths() -> tuple[Path, ...]:
    """The folder (or file) of each installed package and of the libraries beside it. Nothing is imported."""
    return tuple(path for name in IMPORTABLE for path in _paths_of(name))


def folders(places: Iterable[Path]) -> list[str]:
    """What goes on sys.path for packages that lie in `places`."""
    return [str(folder) for folder in dict.fromkeys(place.parent for place in places)]


def _paths_of(name: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return
    module = Path(spec.origin)
    package = module.parent if spec.submodule_search_locations else module
    yield package
    libraries = package.with_name(f"{name}.libs")
    if libraries.is_dir():
        yield libraries
