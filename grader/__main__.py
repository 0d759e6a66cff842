"""`python -m grader`: the command line of `grader.cli`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("grader: Python 3.11 or newer is needed; this is " + sys.version.split()[0])

try:
    from grader.cli import main
except ModuleNotFoundError as error:
    sys.exit("grader: the package " + str(error.name) + " is not installed for this Python; is it the one in .venv?")

if __name__ == "__main__":
    main()
