"""Would the tests of the rules notice a mistake? A sample here, every mutant in `make prove`."""

import hashlib
import subprocess
import sys

import pytest
from cosmic_ray.mutating import mutate_code

from tests.proofs.mutants import ROOT, files, module_of, mutants_of, source_of
from tests.proofs.mutation import explained
from tests.proofs.operators import OPERATORS, OURS
from tests.proofs.words import differences

SAMPLE = 10
FILE = "rules/dose/clearance.py"  # one whose mutants are all noticed; `make prove` tries the rest
WHY = ("mutant", "line", "why")


def test_a_sample_of_the_mistakes_is_noticed() -> None:
    """In a process that has not imported the rules, so that its children can get them wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.mutation", "--sample", str(SAMPLE), "--fresh", FILE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_survivor_is_explained_and_every_explanation_is_about_one() -> None:
    """A line that has changed, or is gone, takes its explanation with it."""
    names = {mutant.name for file in files() for mutant in mutants_of(file)}
    for name, entry in explained().items():
        assert set(entry) == set(WHY), name
        assert name in names, f"{name}: there is no such mutant any more"
        assert hashlib.sha256(entry["line"].strip().encode()).hexdigest()[:10] in name
        assert len(entry["why"].split()) >= 6, f"{name}: say why nothing can notice it"


@pytest.mark.parametrize("file", files()[::9])
def test_what_is_read_before_a_mistake_never_reads_the_file(file: str) -> None:
    """Else every child would ask the rule as it was, and nobody would notice anything wrong."""
    asked = f"from tests.proofs.untouched import *; read_the_untouched({file!r})"
    found = f"import sys; sys.exit({module_of(file)!r} in sys.modules or len(sys.modules) < 99)"
    subprocess.run([sys.executable, "-c", f"{asked}; {found}"], cwd=ROOT, check=True)


@pytest.mark.parametrize("operator", OURS, ids=lambda operator: operator.__name__)
def test_our_operators_make_the_mistake_they_name(operator) -> None:
    for example in operator.examples():
        made = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
        assert made == example.post_mutation_code


@pytest.mark.parametrize("file", files()[::6])
def test_a_mutant_is_a_program_that_says_something_else(file: str) -> None:
    for mutant in list(mutants_of(file))[::15]:
        compile(mutant.source(), file, "exec")
        assert mutant.source() != source_of(file)


def test_every_room_of_the_rules_is_mutated() -> None:
    assert len(files()) > 40
    assert set(OPERATORS) == {mutant.operator for file in files() for mutant in mutants_of(file)}


def test_what_a_rule_says_it_saw_is_what_is_kept() -> None:
    assert differences() == [], "read them, then: python -m tests.proofs.words"
