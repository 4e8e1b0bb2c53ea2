"""Pages of figures: volumes, times, and what leaves the office."""
