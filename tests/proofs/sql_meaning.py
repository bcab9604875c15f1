"""What does the text of a CHECK say, to a solver?

A translation of the little SQL in which our constraints are written: comparisons of one column with
words, AND, OR and parentheses. It knows the third answer of SQL: a comparison with NULL is neither
true nor false, and a CHECK lets it through. What it does not know it refuses. That it says the same
as PostgreSQL is tested for every row there is.
"""

import re
from dataclasses import dataclass

import z3

NULL = "null"
_TOKEN = re.compile(r"\s*(<>|=|\(|\)|,|'[^']*'|[A-Za-z_]+)")


@dataclass(frozen=True)
class Truth:
    """True, false or, when neither holds, unknown."""

    true: z3.BoolRef
    false: z3.BoolRef

    @property
    def passes(self) -> z3.BoolRef:
        """A CHECK refuses what is false; what is unknown it lets through."""
        return z3.Not(self.false)


@dataclass(frozen=True)
class Column:
    """A column of the row, as a value of the solver, with NULL among its words."""

    value: z3.DatatypeRef
    words: dict[str, z3.DatatypeRef]

    def is_one_of(self, words: list[str]) -> Truth:
        """Compare as SQL does: a word that the column cannot hold equals nothing."""
        known = self.value != self.words[NULL]
        hit = z3.Or(*[self.value == self.words[word] for word in words if word in self.words])
        return Truth(z3.And(known, hit), z3.And(known, z3.Not(hit)))


def meaning(text: str, columns: dict[str, Column]) -> Truth:
    """Translate the text of a constraint."""
    reader = _Reader(_tokens(text), columns)
    found = reader.either()
    reader.expect_end()
    return found


class _Reader:
    def __init__(self, tokens: list[str], columns: dict[str, Column]) -> None:
        self.tokens, self.columns = tokens, columns

    def either(self) -> Truth:
        parts = [self.both()]
        while self._next_is("OR"):
            parts.append(self.both())
        return Truth(z3.Or(*[p.true for p in parts]), z3.And(*[p.false for p in parts]))

    def both(self) -> Truth:
        parts = [self.one()]
        while self._next_is("AND"):
            parts.append(self.one())
        return Truth(z3.And(*[p.true for p in parts]), z3.Or(*[p.false for p in parts]))

    def one(self) -> Truth:
        if self._next_is("("):
            inside = self.either()
            self._expect(")")
            return inside
        column, how = self.columns[self._take()], self._take()
        if how == "IN":
            return column.is_one_of(self._list())
        found = column.is_one_of([self._word()])
        if how == "<>":
            return Truth(found.false, found.true)
        if how != "=":
            raise ValueError(f"{how}: not a comparison that is known here")
        return found

    def expect_end(self) -> None:
        if self.tokens:
            raise ValueError(f"{self.tokens}: more than was understood")

    def _list(self) -> list[str]:
        self._expect("(")
        words = [self._word()]
        while self._next_is(","):
            words.append(self._word())
        self._expect(")")
        return words

    def _word(self) -> str:
        token = self._take()
        if not token.startswith("'"):
            raise ValueError(f"{token}: expected a word in quotes")
        return token.strip("'")

    def _next_is(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        self.tokens.pop(0)
        return True

    def _expect(self, token: str) -> None:
        if not self._next_is(token):
            raise ValueError(f"expected {token} before {self.tokens}")

    def _take(self) -> str:
        if not self.tokens:
            raise ValueError("the text ends too early")
        return self.tokens.pop(0)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"{text[at:]}: not understood")
        tokens.append(found[1])
        at = found.end()
    return tokens
