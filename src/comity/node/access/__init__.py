"""Need to know: which cases an officer may see, and what widens or narrows that.

Reading order: `circle` (the rule, as a condition of queries), `naming` (what an identifier belongs
to), `guarding` (every page and call), `cases` (assign, restrict, compartments), `glass` (opening a
case in need), `staff` (people and roles), `leaving` (somebody goes), `attesting` (once a year).
"""
