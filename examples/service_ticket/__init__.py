"""A service ticket: created, assigned, dispatched, fixed, asked about, and never lost."""
