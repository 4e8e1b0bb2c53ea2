"""Pages about who may see what: members of a case, emergency access, people and roles.

Reading order: `glass`, `labels`, `officer_ca`, `circle`, `people`, `urls`.
"""
