"""A whole class: submissions in, one stored grade a student out.

    classroom -> pipeline -> crew -> work (in other processes) -> store -> tables and pages

`pipeline` reads a submission when its turn comes and looks up whether its grade is known; `crew` keeps an engine busy
with the others and copes with processes that die; an engine is `local` (processes of this machine) or `cluster` (a
dask.distributed cluster), and `work` is what either of them runs; `store` keeps every grade from the moment it is made.
"""
