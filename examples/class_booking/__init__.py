"""A booking that calls a check, and three processes that react to how it ends."""
