"""The lender's website, a program of its own: sends so many applications, each under its own key.

    python -m tests.chaos.website 200

Started again it sends all of them again.
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
UNSURE_EVERY = 20  # these are for a person to decide


def main(many: int) -> None:
    from workflows import intake  # once Django is set up

    for number in range(many):
        intake.receive(
            message="loan.application",
            variables={"application": SOUND if number % UNSURE_EVERY else UNSURE},
            business_key=f"L-{number:06d}",
            idempotency_key=f"application-{number}",
            sender="api:website",
            now=timezone.now(),
        )


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
