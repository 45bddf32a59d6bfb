#!/usr/bin/env python
"""Countersign's command line."""

import os
import secrets
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    match sys.argv[1:]:
        case ["up", *words]:
            from config import up

            sys.exit(up.main(words))
        case ["example", *words]:
            from config import example

            sys.exit(example.main(words))
        case ["dmn" | "draw", *_]:  # reads a file alone: no database is asked and nothing is signed
            os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        case ["demo_reset", *_]:
            from config.servers import CannotStart, environment

            try:
                environment.prepare(demo=True, servers=False)
            except CannotStart as refusal:
                sys.exit(str(refusal))

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:  # a sentence says what to set; the trace says nothing
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
