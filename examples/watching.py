"""The observer beside an example: which chain it watches, and what it says in a story."""

from datetime import datetime
from pathlib import Path

from examples.playing import House, NotAsTold
from workflows import anomalies, expecting
from workflows.models import Anomaly

FILE = "chain.json"


def settle(folder: Path, *, now: datetime, by: str) -> None:
    """Watch the chain that a file beside the models declares, if there is one."""
    file = folder / FILE
    if file.exists():
        chain, links = expecting.read(file.read_bytes())
        expecting.declare(chain=chain, links=links, by=by, now=now)


def observed(house: House, *, key: str, kind: str, outcome: str = "") -> None:
    """The observer has noticed this about a chain: a line of the story."""
    found = Anomaly.objects.filter(key=key, kind=kind, outcome=outcome)
    anomaly = found.select_related("expectation").first()
    if anomaly is None:
        raise NotAsTold(f"The observer has not noticed {kind} of {key}.")
    names = anomalies.names_of([anomaly.expectation])
    sentence = anomalies.in_sentence(kind, anomaly.expectation, names)
    now = f". Now: {anomaly.get_outcome_display()}" if outcome else ""
    house.tell(f"The observer about {key}: {sentence[:-1]}{now}")
