"""Four owners of one trade: each reacts to the event of the one before, and nobody leads."""
