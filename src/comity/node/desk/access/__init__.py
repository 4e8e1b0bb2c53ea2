"""Pages about who may see what: a case's circle, opening in need, people and roles."""
