"""`python -m grader`: the command line of `grader.cli`."""

from grader.cli import main

if __name__ == "__main__":
    main()
