"""Exercises that this node holds, if it is a node in exercise mode.

Reading order: `errors`; `mode` (whether there are exercises here at all); `library` (scenarios and
their editions), `scenarios` (which can be chosen), `changing` (as trainers change them); `codes`;
`house` (exercises and teams: made, begun, closed); `playing` (events of a team, and how it stands),
`seen` (computed once for all who look); `joining` (people of a team).

For players: `room`, `telling` (what one player sees), `choosing`, `acting` (what one may do),
`giving` (exhibits), `after`; `quizzing` and `quiz` (the short test before and after); `public`
(what a hall sees). For the trainer: `listing`, `standing`
(every team at once), `timeline`, `steering`. Afterwards: `reporting`, `lessons`.

What is due, what partners do and what it is worth is `comity.drills`; nothing of it stands here.
"""
