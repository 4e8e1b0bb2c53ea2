"""Commands about the watch: work items, the roster, shifts, calls, the watchdog."""
