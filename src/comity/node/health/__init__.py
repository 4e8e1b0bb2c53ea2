"""How the node is, as a list of checks: `checking` weighs what `condition` found."""
