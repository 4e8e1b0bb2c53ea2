"""The pages of the operator: backups, and what a restore would lose."""
