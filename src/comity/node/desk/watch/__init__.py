"""Pages of the watch: the screen for the night, telephone calls, shifts."""
