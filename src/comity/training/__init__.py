"""Training: courses as data, what a trainee answered, who is trained, and certificates of it.

Pure, in reading order: `errors`, `problems`, `model`, `markdown`, `row`, `texts`, `reading` (a
course from its files), `answers` (what is right, and why), `moodle` and `results` (exports),
`columns`, `decoding` and `enrolment` (a list of people), `standing` (progress, refreshers),
`cohort` (who learns together), `languages` and `nominated` (whom another State nominates),
`incoming` (results), `asking` and `knowing` (a short test before an exercise and after it),
`exercise` (reports), `progress` (who is late), `reminders`, `trained` (the statistic),
`credential`, `status_list` and `certificates` (what the authority signs, and what it is worth).
"""
