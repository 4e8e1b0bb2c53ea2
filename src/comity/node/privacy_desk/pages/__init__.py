"""Pages of the desk of data protection.

Reading order: `disclosure_list`, `labels`, `papers`, `reviews`, `subject_search`, `views`,
`urls`.
"""
