"""Does a test fail for every small mistake in a rule? `python -m tests.proofs.mutation [file ...]`.

Each mutant is tried in a child of a warm process that has imported pytest, all libraries and the
rules that never import the file: the child serves the wrong source in place of the file, and runs
the tests of that file, then all tests of the rules. Nothing on the disk is changed. Before its
mutants each file is tried as it is. A mutant that no test notices must be
explained in `survivors.toml`; an explanation whose mutant is noticed after all, or is gone, is a
fault as well. Progress is kept under `var/`, so that a run can be stopped and taken up again.
"""

import argparse
import hashlib
import importlib
import json
import os
import resource
import sys
import tomllib
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.mutants import ROOT, Mutant, files, mutants_of, source_of
from tests.proofs.untouched import forget_all, read_the_untouched
from tests.proofs.wrong import Finder, Unchanged

EXPLAINED = Path(__file__).with_name("survivors.toml")
PROGRESS = ROOT / "var" / "mutation.jsonl"
# Of the processor, not of the clock: a busy machine must not pass for a test that failed.
SECONDS_OF_WORK = 300
SECONDS_WHEN_QUICK = 60
# The tests of a file have its name; these are found by more than that.
TESTS_OF: dict[str, tuple[str, ...]] = {
    "rules/core.py": ("tests/rules/test_gates.py",),
    "rules/states.py": ("tests/rules/test_state_moves.py",),
    "rules/looks.py": ("tests/rules/test_holds.py", "tests/rules/test_home.py"),
    "rules/facts.py": ("tests/rules/test_facts.py",),
    "rules/oversight/ladders.py": ("tests/rules/test_ladders.py", "tests/rules/test_monitoring.py"),
    "rules/dose/monitoring_form.py": ("tests/rules/test_office.py",),
    "rules/dose/readings.py": ("tests/rules/test_vitals.py", "tests/rules/test_alarms.py"),
    "rules/dose/cover.py": ("tests/rules/test_authority.py", "tests/rules/test_clearance.py"),
    "rules/intake/conditions.py": ("tests/rules/test_eligibility.py",),
    "rules/intake/contraindications.py": ("tests/rules/test_eligibility.py",),
    "rules/intake/medicines.py": (
        "tests/rules/test_interactions.py",
        "tests/rules/test_mentions.py",
    ),
    "rules/intake/ingredients.py": ("tests/rules/test_interactions.py",),
    "rules/intake/medicine_names.py": ("tests/rules/test_interactions.py",),
    "rules/intake/instrument_shape.py": ("tests/rules/test_instruments.py",),
    "rules/intake/instruments.py": (
        "tests/rules/test_outcomes.py",
        "tests/rules/test_instrument_shape.py",
    ),
    "rules/intake/outcomes.py": ("tests/rules/test_instruments.py",),
    "rules/intake/progress.py": ("tests/rules/test_instruments.py",),
    "rules/intake/schedule.py": ("tests/rules/test_schedule_edges.py",),
    **{
        f"rules/limits/{name}.py": ("tests/rules/test_limits.py", "tests/rules/test_numbers.py")
        for name in ("__init__", "catalogue", "kinds", "table", "written")
    },
    "rules/plan/aliases.py": ("tests/rules/test_every_alias.py",),
    "rules/plan/supply.py": ("tests/rules/test_product.py",),
    "rules/plan/approval.py": ("tests/rules/test_course.py",),
    **{
        f"rules/plan/{name}.py": ("tests/rules/test_every_alias.py", "tests/rules/test_aliases.py")
        for name in ("names", "resolver")
    },
}
NUMBERS, ACCESS = "rules/limits/", "rules/access/"
SHAPES = "tests/rules/test_shapes.py"
TESTS_OF_ACCESS = ("tests/rules/test_access.py", "tests/rules/test_permissions.py", SHAPES)
ALL = ("tests/rules", "tests/house/test_codes.py")
# Who may notice a mistake; the place in the list is the exit code of the child.
WHO = ("", "start", "page", "rows", "its tests", "words", "all tests")
QUIET = ("-x", "-q", "-p", "no:cacheprovider", "--no-header", "-W", "ignore", "--capture=no")


def noticed_by(mutant: Mutant, *, only_quick: bool = False) -> str:
    """Say which tests notice the mistake, the quickest asked first; an empty word is nobody."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant, only_quick=only_quick))
    return WHO[_waited(child)]


def _run(mutant: Mutant, *, only_quick: bool) -> int:
    """Run the tests on the wrong source, in a child that says nothing; 0 when all pass."""
    seconds = SECONDS_WHEN_QUICK if only_quick else SECONDS_OF_WORK
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    own = _own_tests(mutant)
    the_others = (
        ("rows", lambda: _a_row_differs(_all_tests())),
        ("words", _a_word_differs),
    )
    its_own = (("its tests", lambda: own and pytest.main([*QUIET, *own])),)
    try:
        sys.meta_path.insert(0, Finder(mutant))
        if mutant.file.startswith(ACCESS) and _the_page_differs():
            return WHO.index("page")
        if _a_row_differs(own):
            return WHO.index("rows")
        rows_first = _have_rows(own) or mutant.file.startswith(NUMBERS)
        looks = (*the_others, *its_own) if rows_first else (*its_own, *the_others)
        for who, look in looks:
            if look():
                return WHO.index(who)
        if not only_quick and pytest.main([*QUIET, *ALL]):
            return WHO.index("all tests")
    except BaseException:  # noqa: BLE001 - whatever it is, the mistake was noticed
        return WHO.index("start")
    return 0


def _own_tests(mutant: Mutant) -> list[str]:
    same_name = f"tests/rules/test_{Path(mutant.file).stem}.py"
    if mutant.file.startswith(ACCESS):
        return list(TESTS_OF_ACCESS)
    wanted = dict.fromkeys((*TESTS_OF.get(mutant.file, ()), same_name, SHAPES))
    return [test for test in wanted if (ROOT / test).exists()]


def _all_tests() -> list[str]:
    tables = importlib.import_module("tests.rules.tables")
    return [f"tests/rules/{name}.py" for name in tables.with_rows()]


def _have_rows(tests: list[str]) -> bool:
    return not set(tests).isdisjoint(_all_tests())


def _a_row_differs(tests: list[str]) -> bool:
    """Ask the rows of the tables themselves, without the ceremony of a test run."""
    asking = importlib.import_module("tests.proofs.rows_asked")
    for test in tests:
        module = importlib.import_module(test.removesuffix(".py").replace("/", "."))
        if any(asking.differs(row) for row in getattr(module, "ROWS", ())):
            return True
    return False


def _a_word_differs() -> bool:
    from tests.proofs import words
    from tests.rules import manual

    return words.differences() != [] or manual.FILE.read_text("utf-8") != manual.manual()


def _the_page_differs() -> bool:
    """Compare who may do what with what is kept to be signed."""
    from tests.rules import access_page

    return access_page.FILE.read_text("utf-8") != access_page.page()


def _waited(child: int) -> int:
    """Wait for the child; one that was ended for its endless work has noticed something."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else WHO.index("start")


def warm() -> None:
    """Import what every child needs, and not the rules: each child imports those for itself."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(ROOT)
    import hypothesis

    import tests.conftest  # noqa: F401 - imported for the children

    hypothesis.settings.register_profile(
        "mutation", database=None, derandomize=True, max_examples=25
    )
    hypothesis.settings.load_profile("mutation")
    forget_all()


def explained() -> dict[str, dict[str, Any]]:
    """Read the survivors that are explained, by name."""
    read = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    return {entry["mutant"]: entry for entry in read.get("survivor", [])}


class Found:
    """What was found, kept between runs for as long as the files stay; a line for each mutant.

    A quick look keeps only who noticed: nobody has been asked everything yet.
    """

    def __init__(self, path: Path | None, *, again: bool, only_quick: bool) -> None:
        """Read what earlier runs, and runs beside this one, have found."""
        self.path, self.again, self.only_quick = path, again, only_quick
        self.reasons = explained()
        lines = path.read_text("utf-8").splitlines() if path and path.exists() else []
        self.who: dict[str, str] = dict(json.loads(line) for line in lines)

    def ask(self, mutant: Mutant) -> str:
        """Say who notices this mutant; try it when that is not known."""
        key = _key(mutant)
        if self._is_unasked(key):
            explained_away = mutant.name in self.reasons  # the whole suite would say the same
            self.who[key] = noticed_by(mutant, only_quick=self.only_quick or explained_away)
            if self.path and (self.who[key] or not self.only_quick):
                self.path.parent.mkdir(exist_ok=True)
                with self.path.open("a", encoding="utf-8") as kept:
                    kept.write(json.dumps([key, self.who[key]]) + "\n")
        return self.who[key]

    def unasked(self, mutants: list[Mutant]) -> bool:
        """Say whether any of these has to be tried."""
        return any(self._is_unasked(_key(mutant)) for mutant in mutants)

    def _is_unasked(self, key: str) -> bool:
        return key not in self.who or (self.again and not self.who[key])


def _key(mutant: Mutant) -> str:
    return f"{_place(mutant)}:{hash_of(source_of(mutant.file))}"


def _place(mutant: Mutant) -> str:
    return f"{mutant.name}:{mutant.occurrence}"


def hash_of(text: str) -> str:
    """Give a short name of a text, the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _try_all(chosen: list[Mutant], kept: Found) -> list[Mutant]:
    """Try them file by file, and print the score of each."""
    left = []
    for file, group in groupby(sorted(chosen, key=lambda one: one.file), lambda one: one.file):
        count, mutants = Counter[str](), list(group)
        if kept.unasked(mutants):
            read_the_untouched(file)
            _insist_on_silence(file)
        for mutant in mutants:
            who = kept.ask(mutant)
            count[who] += 1
            if not who:
                left.append(mutant)
                print(f"  {mutant.name}  line {mutant.line}: {mutant.text}", flush=True)
        by = ", ".join(f"{number} {who}" for who, number in count.most_common() if who)
        print(f"{file}: {count.total() - count['']} of {count.total()} noticed ({by})", flush=True)
    return left


def _insist_on_silence(file: str, *, only_quick: bool = True) -> None:
    """Stop when something is noticed though nothing is wrong: everything would be noticed then."""
    nothing = Unchanged(file, "nothing", 0, 1, "")
    if who := noticed_by(nothing, only_quick=only_quick):
        sys.exit(f"{file}: the tests fail before anything is wrong: {who}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="rules/... (default: all)")
    parser.add_argument("--again", action="store_true", help="try earlier survivors again")
    parser.add_argument("--fresh", action="store_true", help="forget what was found before")
    parser.add_argument("--quick", action="store_true", help="leave out the whole suite")
    parser.add_argument("--sample", type=int, help="so many of all, always the same ones")
    parser.add_argument("--shard", default="0/1", help="every n-th mutant from the i-th: i/n")
    return parser.parse_args()


def _chosen(asked: argparse.Namespace) -> list[Mutant]:
    first, _, step = asked.shard.partition("/")
    chosen = [mutant for file in asked.files or files() for mutant in mutants_of(file)]
    if asked.sample:
        chosen = sorted(chosen, key=lambda one: hash_of(_place(one)))[: asked.sample]
    return chosen[int(first) :: int(step)]


def main() -> int:
    """Try the mutants of some files, or of all, and say which are not noticed and not explained."""
    asked = _asked()
    chosen = _chosen(asked)
    warm()
    if not asked.sample and not asked.quick:  # beside a sample the suite is run anyway
        _insist_on_silence(files()[0], only_quick=False)
    progress = None if asked.fresh else PROGRESS
    found = Found(progress, again=asked.again, only_quick=asked.quick)
    left, reasons = _try_all(chosen, found), found.reasons
    unexplained = [mutant for mutant in left if mutant.name not in reasons]
    alive = {mutant.name for mutant in left}
    tried = {mutant.name for mutant in chosen}
    part = asked.sample or asked.quick or asked.shard != "0/1"
    stale = [] if part else sorted(tried & reasons.keys() - alive)
    print(f"{len(left)} not noticed, {len(unexplained)} of them not explained")
    for name in stale:
        print(f"explained, and noticed after all: {name}")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
