"""Treaties as this office sees them: `grid` says on what basis we and each State stand."""
