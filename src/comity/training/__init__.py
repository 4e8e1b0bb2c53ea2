"""Training: courses as data, what a trainee answered, who is trained, and certificates of it.

Pure, in reading order: `errors`, `row`, `model`, `texts`, `row`, `texts`, `reading` (a
course from its files), `asking` (what is right, and why), `moodle` and `results` (exports),
`columns` and `enrolment` (a list of people), `standing` (progress, refreshers),
`cohort` (who learns together), `columns` and `nominated` (whom another State nominates),
`incoming` (results), `asking` and `knowing` (a short test before an exercise and after it),
`exercise` (reports), `progress` (who is late), `reminders`, `progress` (the statistic),
`credential`, `certificates` and `certificates` (what the authority signs, and what it is worth).
"""
