"""One's own ways to sign in: `entering` (visitors), `single` (a provider), `ways`, `changing`."""
