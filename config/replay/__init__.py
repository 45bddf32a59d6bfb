"""A log of what happened elsewhere, played through the house with the log's own clock."""
