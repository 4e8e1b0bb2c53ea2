"""What stands before the pages: whole bodies, lanes of threads, answers (ADR 0084, 0090).

Reading order: `answers`, `partner_requests`, `thread_lanes`, `request_bodies`, `application`,
`supervised`.
"""
