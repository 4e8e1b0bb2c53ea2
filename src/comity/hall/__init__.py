"""An exercise on nodes of its own: teams and partners get nodes, the house runs, time goes on.

Reading order: `story` (who gets a node, and the world), `seats` (people of a node), `bodies` (what
a message of a type says, in an exercise), `teams` (which conversation of the story is which at
the nodes), `teams` (what a team sent becomes an event), `partners` (what simulated partners say, at
nodes of their own), `hostile` (what hostile ones do), `splitting` (a second log of one of them),
`hands` (a scripted team's hands), `launcher` (many nodes from one process), `founding` (nodes that
answer), `course` (time goes on), `running` (from the making of an exercise to its end).

`course` and `running` need the house's database: they are imported once this process is the house.
What is due, what a partner wants and what it is worth is `comity.drills`; where a run is kept is
`comity.node.exercise`. Nothing of either is repeated here. See ADR 0062.
"""
