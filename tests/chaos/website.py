"""The lender's website, a program of its own: sends so many applications, each under its own key.

    python -m tests.chaos.website 200 20

The second number: every twentieth is unsure, for a person to decide; 0 for none. Started again it
sends all of them again.
"""

import sys

import django
from django.utils import timezone

SOUND = {
    "applicant": "Rosa",
    "requested_by": "branch-7",
    "monthly_income": 5_200,
    "monthly_debt": 400,
    "years_employed": 9,
    "late_payments": 0,
    "amount": 4_000,
}
UNSURE = {**SOUND, "monthly_debt": 2_300, "late_payments": 2, "years_employed": 2}


def main(many: int, unsure_every: int) -> None:
    from workflows import intake  # once Django is set up

    for number in range(many):
        is_unsure = unsure_every and number % unsure_every == 0
        intake.receive(
            message="loan.application",
            variables={"application": UNSURE if is_unsure else SOUND},
            business_key=f"L-{number:06d}",
            idempotency_key=f"application-{number}",
            sender="api:website",
            now=timezone.now(),
        )


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
