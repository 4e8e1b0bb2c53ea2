"""Privacy desk."""
