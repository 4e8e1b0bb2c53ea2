"""The echo partner: a test request is signed, sent, answered and proved, away from the live node.

Two temporary nodes on loopback, in exercise mode: a twin of the node, whose entry lists the node's
own officer CA, and a partner that answers by itself. Both are gone when the test ends, however it
ends; the node's own log gets no entry (ADR 0103).

Reading order: `nodes` (progress, for pages), `nodes` (the two nodes),
`signing` (by passkey or key), `course` (the test itself), `course` (from first to last),
`__main__` (its process).
"""
