"""Evidence as a value: packaged, sealed, offered, opened, counted.

Modules in reading order: `bech32`, `age_keys`, `age_header`, `age_stream`, `age` (the sealing
format); `tar_write`, `tar_read`, `package_names`, `package_spool`, `bag`, `package`,
`package_case` (what is inside); `blocks`, `seal`, `offer`, `open` (one pass in, one pass out);
`custody` (who held it). Nothing here touches a file, a clock or a source of randomness: streams,
times and `random(n)` are passed in.
"""
