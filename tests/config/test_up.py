"""`manage.py up` as a newcomer meets it: started, killed, started again."""

import os
import signal
import socket
import urllib.request

import pytest

from config.servers import ports
from tests.config.story import Up, belonging_to, end_all, pid_of, within

pytestmark = pytest.mark.chaos

READY = "Ctrl-C stops everything"


@pytest.fixture
def var(tmp_path):
    for place in (tmp_path, *list(tmp_path.parents)[:2]):
        place.chmod(0o711)
    var = tmp_path / "var"
    yield var
    end_all(var)


def page(up, path):
    with urllib.request.urlopen(f"http://{ports.LOOPBACK}:{up.port}{path}", timeout=5) as answer:
        return answer.status


def test_a_day_with_the_demo(var):
    up = Up(var).wait_for(READY)
    assert page(up, "/health/ready") == 200

    second = Up(var)
    assert second.process.wait(60) == 1
    assert f"Another `make demo` runs with pid {up.process.pid}." in second.said()
    assert "Traceback" not in second.said()

    os.kill(pid_of(var, "gunicorn"), signal.SIGKILL)
    up.wait_for("web was ended by signal 9; starting it again")
    os.kill(pid_of(var, "valkey-server"), signal.SIGKILL)
    up.wait_for("Valkey has ended; starting it again")
    assert within(60, lambda: answers(up))

    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(30) == 0
    assert "Everything has stopped." in up.said()
    assert list(belonging_to(var)) == []


def test_killed_it_leaves_nothing_behind_and_starts_again_with_its_data(var):
    up = Up(var, who="another user").wait_for(READY)
    up.kill()
    assert within(30, lambda: not list(belonging_to(var))), list(belonging_to(var))

    with socket.socket() as squatter:
        squatter.bind((ports.LOOPBACK, 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        again = Up(var, f"--port={taken}", who="another user").wait_for(READY)

    assert "The database is up to date" not in again.said()  # there was nothing to migrate
    assert f"Port {taken} is taken; using " in again.said()
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(30) == 0
    assert list(belonging_to(var)) == []


def answers(up):
    try:
        return page(up, "/health/ready") == 200
    except OSError:
        return False
