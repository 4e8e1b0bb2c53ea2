"""Evidence as a value: packaged, sealed, offered, opened, counted.

Modules in reading order: `age_stanza`, `age_x25519`, `age_hybrid`, `age_scrypt`,
`age_keys`, `age_header`, `age`, `age_armor` (the sealing format), `shares` (of a
recovery key); `tar`, `package_names`, `package_index`, `bag`, `package`,
`package_index` (what is inside); `blocks`, `seal`, `offer`, `open` (one pass in,
one pass out); `custody` (who held it).

Nothing here touches a file, a clock or a source of randomness: streams, times and `random(n)` are
passed in; a hybrid encapsulation alone draws inside `cryptography`, which takes no randomness from
outside.
"""
