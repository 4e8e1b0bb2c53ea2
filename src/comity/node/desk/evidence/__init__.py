"""Pages of evidence and of sensitive material."""
