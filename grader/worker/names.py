"""Names as students vary them."""

from __future__ import annotations


def plain(name: str) -> str:
    """The same for nnCostFunction, nn_cost_function and NNCostFunction."""
    return name.replace("_", "").lower()
