"""An order: reserved and paid side by side, shipped, or undone in reverse order."""
