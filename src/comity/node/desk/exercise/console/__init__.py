"""The trainer's console: exercises are made, begun, steered, judged and closed here."""
