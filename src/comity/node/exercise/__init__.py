"""Exercises that this node holds, if it is a node in exercise mode.

Reading order: `errors`; `mode` (whether there are exercises here at all); `library` (scenarios and
their editions); `codes`; `house` (exercises and teams: made, begun, closed); `playing` (events of a
team, and how it stands); `joining` (people of a team). For the trainer: `scenarios` (which can be
chosen), `listing`, `standing` (every team at once), `timeline`, `steering`.

What is due, what partners do and what it is worth is `comity.drills`; nothing of it stands here.
"""
