"""A lender to try things out on: who applies and when, who works there, and what is true."""
