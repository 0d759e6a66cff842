"""Every function of an exercise, on every case, in Python and through oct2py in .m files; where do they differ?

::

    pipeline  cases -> the replies of two sides -> rows -> a report
    sides     who replies: the reference, results of a submission, a folder of .m files
    session   Octave through oct2py, one call at a time, whatever the call does
    compare   two replies -> rows
"""

from grader.octave_diff.model import Difference, DiffReport, Place, Reply, Side
from grader.octave_diff.pipeline import CALL_SECONDS, diff
from grader.octave_diff.sides import reference_side, results_side

__all__ = [
    "CALL_SECONDS",
    "DiffReport",
    "Difference",
    "Place",
    "Reply",
    "Side",
    "diff",
    "reference_side",
    "results_side",
]
