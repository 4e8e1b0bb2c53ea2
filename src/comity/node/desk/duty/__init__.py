"""Pages of the duty: who is on, what waits, how people are woken, whether partners answer."""
