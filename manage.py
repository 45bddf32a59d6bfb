#!/usr/bin/env python
"""Countersign's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.servers import environment

    if sys.argv[1:2] and sys.argv[1] in environment.COMMANDS:
        try:
            environment.prepare(sys.argv[1:])
        except environment.CannotStart as refusal:
            sys.exit(str(refusal))

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
