"""How many examples a property is tried with: few each time, many when somebody asks for them.

TIMES=100 pytest tests/workflows/test_runtime_properties.py
"""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("TIMES", "1"))


def examples(count: int) -> settings:
    """So many examples, times what the environment says."""
    return settings(
        max_examples=count * TIMES, deadline=None, suppress_health_check=list(HealthCheck)
    )
