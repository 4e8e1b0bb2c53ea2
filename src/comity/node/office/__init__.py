"""The office's settings: `own` (changed on screen), `shown` (the operator's file, in words)."""
