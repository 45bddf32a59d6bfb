"""Where the private servers keep their files, and as whom they run.

PostgreSQL refuses to run as root. As root we run it as `nobody`, or, where `nobody` may not enter
(a checkout in root's home), as root that looks like `nobody` from inside a user namespace. Where
neither is allowed, its files move to /var/tmp.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.servers.leash import NOBODY
from config.servers.processes import LEASH, CannotStart

BASE_DIR = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 107
REFUGES = Path("/var/tmp")  # noqa: S108  kept over reboots; who owns what is checked


def var_dir() -> Path:
    return Path(os.environ.get("COUNTERSIGN_VAR", BASE_DIR / "var")).resolve()


@contextlib.contextmanager
def in_plain_words(place: Path) -> Iterator[None]:
    """Turn what the file system says into a sentence about `place`."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise CannotStart(f"The disk that holds {place} is full. Free some space.") from error
        raise CannotStart(
            f"{place} cannot be written ({error.strerror}). Make it writable, "
            "or set COUNTERSIGN_VAR to another directory."
        ) from error


def run_dir(var: Path) -> Path:
    """Notes of a running `up`: secrets, addresses, the lock. Only for the user who started it."""
    var.mkdir(parents=True, exist_ok=True)
    run = var / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    return run


def secret(path: Path) -> str:
    """The random secret kept in `path`, made on first use."""
    with contextlib.suppress(FileExistsError):
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        write_privately(draft, secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text().strip()


def write_note(path: Path, text: str) -> None:
    """Write a file that only we may read; readers see the old or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    write_privately(draft, text)
    draft.replace(path)


def write_privately(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)


def hold_lock(path: Path, *, refusal: str) -> int:
    """Hold `path` until the returned descriptor is closed or we end; `{pid}` says who holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip() or "unknown"
        os.close(descriptor)
        raise CannotStart(refusal.format(pid=holder)) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def mode_for(home: Path, binary: Path) -> str:
    """How a server with this binary and this home can be run: self, nobody, mapped or moved."""
    if os.getuid() != 0:
        return "self"
    if nobody_may_enter(home) and nobody_may_enter(binary):
        return "nobody"
    return "mapped" if namespaces_work() else "moved"


def nobody_may_enter(path: Path) -> bool:
    existing = next(place for place in (path, *path.parents) if place.exists())
    answer = subprocess.run(  # noqa: S603  no shell, a fixed program
        ["/usr/bin/test", "-x", str(existing)],
        check=False,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
    )
    return answer.returncode == 0


def namespaces_work() -> bool:
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), "15", "mapped", "/bin/true"]
    tried = subprocess.run(leash, check=False, stderr=subprocess.DEVNULL)  # noqa: S603  our own script
    return tried.returncode == 0


def refuge(var: Path) -> Path:
    """Where a server's files go when it can run nowhere near the checkout."""
    return own_dir(REFUGES / f"countersign-{digest(var)}", mode=0o711)


def socket_dir(home: Path, *, mode: str) -> Path:
    """A directory short enough for a unix socket: `home`, or one below the temporary directory."""
    if len(str(home / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return home
    place = Path(tempfile.gettempdir()) / f"countersign-{os.getuid()}-{digest(home)}"
    if not place.exists():
        place.mkdir(mode=0o700)
    hand_over(place, mode=mode)
    return own_dir(place, mode=0o700, owners={os.getuid(), owner_for(mode)})


def own_dir(path: Path, *, mode: int, owners: set[int] | None = None) -> Path:
    """The directory `path`, made if need be, and refused when it is somebody else's."""
    path.mkdir(mode=mode, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owners or {os.getuid()}):
        raise CannotStart(f"{path} belongs to somebody else. Remove it and start again.")
    return path


def owner_for(mode: str) -> int:
    return NOBODY if mode in {"nobody", "moved"} else os.getuid()


def hand_over(path: Path, *, mode: str) -> None:
    """Give `path` and all below it to whom the server runs as, if it is not theirs already."""
    owner = owner_for(mode)
    if path.stat().st_uid == owner:
        return
    for folder, _, files in os.walk(path):
        for place in (folder, *(os.path.join(folder, name) for name in files)):  # noqa: PTH118  os.walk speaks strings
            os.chown(place, owner, owner if owner == NOBODY else os.getgid(), follow_symlinks=False)


def digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]
