"""Octave submissions in a process of their own: what it is started with, and what is said to it and by it.

::

    worker.m   runs inside: answers calls of a submission's functions, and knows no answers
    start      the files and the command of one such process
    stubs      what stands in for functions of Octave that draw, ask or reach outside
    messages   a case -> a request; a reply -> the terms in which a Python worker replies
"""

from grader.octave_worker.messages import call_message, plain_reply, to_octave
from grader.octave_worker.start import command, files

__all__ = ["call_message", "command", "files", "plain_reply", "to_octave"]
