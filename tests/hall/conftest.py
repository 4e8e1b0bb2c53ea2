"""Two real nodes, one of a team and one of a partner, for what an exercise does to them."""

from tests.nodes.conftest import Pair, pair

__all__ = ["Pair", "pair"]
