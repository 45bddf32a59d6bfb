"""A shipment and its invoice: two events that belong together, within a time."""
