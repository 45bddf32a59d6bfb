"""Plays stories of an example and writes them down, for `manage.py example`.

Each has the ledger for itself: this is for a house that is thrown away.
"""

import sys

from examples import ledger, stories
from examples.playing import A_STEP, House
from examples.stories import Example, Scenario


def show(name: str | None, scenario: str | None) -> int:
    """The exit code: 0 when everything ended as it is told.

    Raises `KeyError` with a sentence when there is no such example or scenario.
    """
    if name is None:
        return _list()
    example = stories.named(name)
    chosen = [example.scenario(scenario)] if scenario else list(example.scenarios)
    return max([_play(example, each) for each in chosen])


def _list() -> int:
    for each in map(stories.named, stories.NAMES):
        _say(f"{each.name}: {each.title}")
        _say(*(f"  {one.name:<20} {one.says}" for one in each.scenarios))
    return 0


def _play(example: Example, scenario: Scenario) -> int:
    house = House(a_job_takes=A_STEP)
    stories.settle(example, now=house.now)
    ledger.place().unlink(missing_ok=True)
    _say(f"{example.title}: {scenario.says}", "")
    played = stories.play(scenario, house)
    _say(*played.lines, "")
    if not played.problems:
        _say("Ended as told.", "")
        return 0
    _say(*played.problems, "It did not end as told.", "")
    return 1


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
