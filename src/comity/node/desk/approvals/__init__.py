"""Four eyes: what waits for whose signature, and who must sign what."""
