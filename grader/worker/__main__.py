"""Starts the worker from its folder: ``python -I -S -B -X utf8 grader/worker SETTINGS``.

SETTINGS is a JSON object:

    site          folders to append to sys.path, where numpy and other packages are
    memory_bytes  address space that student code may take on top of what numpy has taken, or null
    file_bytes    size of the largest file that may be written, or null
    result_bytes  size of the largest answer that is sent, and of what was held on the way to it
    processes     processes and threads that the user may have at once, or null

or, for a warm process that forks a worker whenever it is asked to:

    site          as above
    packages      what is imported before any fork
    control       the descriptor of the socket over which it is asked
    jail          what is asked of the kernel for each worker: one of `zygote.JAILS` and its arguments

The package gets a private name: nothing of ours is then importable by a name that a student may use or guess.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys

PACKAGE = "_grader_worker"


def start(settings_text: str) -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    settings = json.loads(settings_text)
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != folder] + settings["site"]
    sys.argv[1:] = []
    name_package(folder)
    limits = importlib.import_module(f"{PACKAGE}.limits")
    os.environ.update(limits.ONE_THREAD)
    serve = importlib.import_module(f"{PACKAGE}.serve")
    serve.prepare_interpreter()
    if "control" in settings:
        importlib.import_module(f"{PACKAGE}.warm").warm_up(settings["packages"])
        importlib.import_module(f"{PACKAGE}.zygote").serve_forks(settings, serve.serve)
    importlib.import_module(f"{PACKAGE}.kernel").join_fresh_keyring()
    taken = limits.address_space_bytes()
    limits.set_for_process(settings["memory_bytes"], settings["file_bytes"], settings["processes"], taken)
    serve.serve(settings)


def name_package(folder: str) -> None:
    init = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location(PACKAGE, init, submodule_search_locations=[folder])
    assert spec is not None
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)


if __name__ == "__main__":
    start(sys.argv[1])
