"""A lender at work: what a visitor of the demo finds. Production has none of this."""
