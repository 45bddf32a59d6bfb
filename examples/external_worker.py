"""A worker outside: takes jobs of some topics over HTTP and does them. Python alone, no packages.

    COUNTERSIGN_URL=https://countersign.example COUNTERSIGN_TOKEN=cs_… \
        python examples/external_worker.py

It does `parcel.ship`; put functions of your own into `WORK`. Several may run side by side: no two
get the same job. Stop it with Ctrl-C: it ends what it has begun.
"""

import json
import logging
import os
import signal
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

LEASE = 60  # seconds; a heartbeat renews it at a third of this
WAIT = 20  # seconds that one question for work may stay open
PAUSE_AFTER_TROUBLE = 5.0  # seconds, when the house is out of reach
TRIES = 5  # to bring an answer home; saying it twice does no harm

log = logging.getLogger("worker")
Json = Mapping[str, Any]


class Foreseen(Exception):
    """The work ended with an error that the model knows by its code."""

    def __init__(self, code: str, message: str = "", variables: Json | None = None) -> None:
        super().__init__(message or code)
        self.code, self.message, self.variables = code, message, dict(variables or {})


class Hopeless(Exception):
    """Trying again would not help: a person has to look."""


class Refused(Exception):
    """The house said no, with a problem as RFC 9457 describes it."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(f"{status}: {problem.get('detail', '')}")
        self.status = status


class House:
    """Countersign's API, as far as a worker needs it."""

    def __init__(self, address: str, token: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise ValueError("COUNTERSIGN_URL has to begin with http:// or https://.")
        self.address, self.token = address.rstrip("/"), token

    def post(self, path: str, body: Json, *, patience: float = 30.0) -> dict[str, Any]:
        """The answer. Raises Refused, or OSError when the house is out of reach."""
        request = urllib.request.Request(  # noqa: S310 - http and https alone, see above
            f"{self.address}/api/v1/{path}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=patience) as answer:  # noqa: S310 - as above
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _problem(error)) from error


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        found = json.loads(error.read() or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Worker:
    """Asks for work, does it, and brings the answer home."""

    def __init__(self, house: House, work: Mapping[str, Callable[[Json], Json]], name: str) -> None:
        self.house, self.work, self.name = house, work, name
        self.stop = threading.Event()

    def run(self) -> None:
        """Until it is told to stop."""
        while not self.stop.is_set():
            try:
                self.once()
            except (OSError, Refused) as trouble:
                log.warning("No work could be had: %s", trouble)
                self.stop.wait(PAUSE_AFTER_TROUBLE)

    def once(self, wait: int = WAIT) -> int:
        """Ask once, do what comes; how many jobs that were."""
        body = {
            "topics": list(self.work),
            "worker": self.name,
            "lease_seconds": LEASE,
            "wait_seconds": wait,
        }
        found = self.house.post("jobs/fetch", body, patience=wait + 30)
        for job in found["jobs"]:
            self._do(job)
        if not found["jobs"]:
            self.stop.wait(found["ask_again_in"])
        return len(found["jobs"])

    def _do(self, job: Json) -> None:
        log.info("%s %s, attempt %s", job["topic"], job["id"], job["attempt"])
        try:
            with self._heartbeat(job):
                given = self.work[job["topic"]](job)
        except Foreseen as error:
            said = {"code": error.code, "message": error.message, "variables": error.variables}
            self._say(job, "error", said)
        except Hopeless as error:
            self._say(job, "fail", {"message": str(error), "attempts_left": 0})
        except Exception as error:
            log.exception("%s failed", job["id"])
            self._say(job, "fail", {"message": f"{type(error).__name__}: {error}"[:2000]})
        else:
            self._say(job, "complete", {"variables": given})

    def _say(self, job: Json, verb: str, said: Json) -> None:
        """Bring an answer home; the same words again are answered as the first time."""
        for attempt in range(TRIES):
            try:
                self.house.post(f"jobs/{job['id']}/{verb}", {"epoch": job["epoch"], **said})
                return
            except Refused as refusal:
                if refusal.status != 503:
                    log.warning("%s was not taken: %s", verb, refusal)
                    return
            except OSError as trouble:
                log.warning("%s did not arrive: %s", verb, trouble)
            self.stop.wait(2.0**attempt)

    @contextmanager
    def _heartbeat(self, job: Json) -> Iterator[None]:
        """Keep the lease while the work takes long."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(LEASE / 3):
                try:
                    body = {"epoch": job["epoch"], "lease_seconds": LEASE}
                    self.house.post(f"jobs/{job['id']}/extend", body)
                except (OSError, Refused) as trouble:
                    log.warning("The lease could not be renewed: %s", trouble)

        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()


# --- what this worker does -----------------------------------------------------------------------


def ship(job: Json) -> Json:
    """Hand a parcel over. The same key always gives the same parcel, however often it is asked."""
    weight = job["input"].get("weight")
    if not isinstance(weight, int | float) or isinstance(weight, bool):
        raise Hopeless("The parcel has no weight.")
    if weight > 30:
        raise Foreseen("parcel.too_heavy", f"{weight} kg are more than 30 kg.")
    return {"parcel": f"P-{job['idempotency_key'][:8]}"}


WORK: dict[str, Callable[[Json], Json]] = {"parcel.ship": ship}


def main() -> None:
    """Work until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    house = House(os.environ["COUNTERSIGN_URL"], os.environ["COUNTERSIGN_TOKEN"])
    name = f"{socket.gethostname()[:60].replace(' ', '-')}.{os.getpid()}"
    worker = Worker(house, WORK, name)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: worker.stop.set())
    worker.run()


if __name__ == "__main__":
    main()
