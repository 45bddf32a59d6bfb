"""The private servers survive what people do to them."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from config.broker_link import link
from config.servers import CannotStart, Postgres, Valkey, places, ports, processes
from tests.config.story import ROOT, as_somebody, within

pytestmark = pytest.mark.chaos

NOTE_DOWN = """
import sys
from pathlib import Path
import psycopg
from config.servers import Postgres
server = Postgres(Path(sys.argv[1]))
server.start()
with psycopg.connect(server.url) as link:
    link.execute("CREATE TABLE IF NOT EXISTS note (written int)")
    link.execute("INSERT INTO note VALUES (1)")
    print(server.mode, link.execute("SELECT count(*) FROM note").fetchone()[0], flush=True)
"""


@pytest.fixture
def home(tmp_path):
    """Short enough for a socket, and where everybody may look."""
    shared = Path(tempfile.gettempdir())
    for place in (tmp_path, *(each for each in tmp_path.parents if shared in each.parents)):
        place.chmod(0o711)
    yield tmp_path
    for folder, names in (
        (tmp_path / "pg" / "data", {"postgres"}),
        (tmp_path / "vk", {"valkey-server"}),
    ):
        processes.stop_leftovers(folder, names=names, first=signal.SIGKILL)


def note_down(home: Path, *, then: str = "", who: str = "root") -> str:
    command = as_somebody(who, [sys.executable, "-c", NOTE_DOWN + then, str(home / "pg")])
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("who", ["root", "another user"])
def test_data_is_kept_when_the_server_is_killed(home, who):
    murder = "import os; os.kill(server.process.pid, 9)"

    assert note_down(home, then=murder, who=who).endswith(" 1\n")
    assert note_down(home, who=who).endswith(" 2\n")


def test_data_is_kept_when_its_owner_is_killed_and_nothing_keeps_running(home):
    first = note_down(home, then="import os; os.kill(os.getpid(), 9)")

    assert first.endswith(" 1\n")
    data = home / "pg" / "data"
    assert within(5, lambda: not any(processes.working_in(data, names={"postgres"})))
    assert note_down(home).endswith(" 2\n")


def test_data_changes_hands_between_root_and_another_user(home):
    assert note_down(home, who="root").endswith(" 1\n")
    assert note_down(home, who="root").endswith(" 2\n")


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(home):
    note_down(home)
    (home / "pg" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}/pg/data\n")

    assert note_down(home).endswith(" 2\n")


def test_a_server_left_behind_is_stopped_and_its_data_used(home):
    left = Postgres(home / "pg", durable=False)
    left.start()
    next_one = Postgres(home / "pg", durable=False)

    next_one.start()

    assert not left.is_alive()
    assert next_one.is_alive()
    next_one.stop()


def test_a_half_made_database_is_made_again(home):
    (home / "pg" / "draft").mkdir(parents=True)
    (home / "pg" / "draft" / "PG_VERSION").write_text("18\n")

    assert note_down(home).endswith(" 1\n")


def test_data_of_a_version_that_is_gone_says_so(home):
    (home / "pg" / "data").mkdir(parents=True)
    (home / "pg" / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotStart, match="written by PostgreSQL 9, which is not installed"):
        Postgres(home / "pg")


def test_a_deep_checkout_gets_a_socket_elsewhere(home):
    deep = home / ("deep" * 25) / "pg"
    server = Postgres(deep, durable=False)

    server.start()
    with psycopg.connect(server.url) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)
    server.stop()

    assert len(str(server.socket_dir)) < 93


@pytest.mark.skipif(os.getuid() != 0, reason="only root can shut nobody out")
def test_below_a_directory_that_is_closed_to_others_root_looks_like_nobody(home):
    home.chmod(0o700)

    assert note_down(home) == "mapped 1\n"
    assert note_down(home) == "mapped 2\n"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can shut nobody out")
def test_where_even_that_is_forbidden_its_files_move(home, monkeypatch):
    home.chmod(0o700)
    monkeypatch.setattr(places, "namespaces_work", lambda: False)
    monkeypatch.setattr(places, "REFUGES", home.parent)
    server = Postgres(home / "pg", durable=False)

    server.start()
    owner = server.data.stat().st_uid
    server.stop()

    assert (server.mode, owner) == ("nobody", 65534)


def test_a_broker_finds_another_port_when_its_own_is_taken(home):
    first = Valkey(home / "vk")
    with socket.socket() as squatter:
        squatter.bind((ports.LOOPBACK, first.port))
        squatter.listen()

        second = Valkey(home / "vk")

    assert second.port != first.port


def test_a_broker_killed_starts_again_at_the_same_address(home):
    broker = Valkey(home / "vk")
    broker.start()
    os.kill(broker.process.pid, signal.SIGKILL)
    within(5, lambda: not broker.is_alive())

    broker.start()
    with link(broker.url) as client:
        assert client.ping()
    broker.stop()


def test_the_next_free_port_is_found():
    with socket.socket() as squatter:
        squatter.bind((ports.LOOPBACK, 0))
        squatter.listen()
        taken = squatter.getsockname()[1]

        assert ports.next_free(taken) > taken


def test_a_place_that_cannot_be_written_is_named():
    nowhere = Path("/proc/nowhere")

    with (
        pytest.raises(CannotStart, match=r"^/proc/nowhere cannot be written \("),
        places.in_plain_words(nowhere),
    ):
        places.run_dir(nowhere)


def test_a_full_disk_is_named():
    with (
        pytest.raises(CannotStart, match="disk that holds /dev is full"),
        places.in_plain_words(Path("/dev")),
    ):
        Path("/dev/full").write_text("x")


def test_a_secret_is_made_once_and_for_one_pair_of_eyes(home):
    first = places.secret(home / "secret")

    assert places.secret(home / "secret") == first
    assert (home / "secret").stat().st_mode & 0o777 == 0o600
    assert len(first) >= 50


def test_a_child_ends_when_its_parent_is_killed(home):
    script = (
        "import time; from config.servers import processes;"
        "child = processes.start(['/bin/sleep', '60']); print(child.pid, flush=True);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    within(5, lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert within(5, lambda: not Path(f"/proc/{child}").exists() or is_zombie(child))


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
