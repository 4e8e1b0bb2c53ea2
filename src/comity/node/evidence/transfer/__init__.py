"""Evidence that comes and goes: uploads that resume, fetching, pushing.

Reading order: `block_assembly`, `range_reader`, `sequential_writer`, `served_ranges`, `push`,
`resumable_uploads`, `unclaimed_packages`, `fetch`, `receive_upload`.
"""
