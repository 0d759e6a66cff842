"""Autograder for numerical coursework: a path becomes a submission, results, verdicts, scores and a report."""
