"""Which molecule is this, whatever code or name it came by, and is it barred from the home?

Deterministic: codes before names, blocked before allowed, unknown is blocked. It never trusts what
the caller believes about the product. The answer is about treatment at home.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz.distance import DamerauLevenshtein

from rules import aliases
from rules.limits import LIMITS, Limits
from rules.spelling import code_key, joined, ndc_11, plain, readings, words
from rules.terms import DoseForm, Molecule, Route

NOTHING: Mapping[str, tuple[Molecule, ...]] = MappingProxyType({})

_SYSTEMS = ("rxcui", "unii", "cas", "atc")
_AMOUNT = re.compile(r"\d+(?:mg|mcg|g|kg|ml|l|mgml|x|s)?")
_SIGN_OF_S = re.compile(
    r"[(\[]\s?[+-]\s?[)\]]"  # (+) or (-), whichever way a database turns it
    r"|(?<![a-z0-9])\+-?\s?ketamin"
    r"|(?<![a-z0-9])[(\[]?[dl][)\]]?\s?-\s?ketamin"
    r"|(?<![a-z0-9])[(\[]?5[)\]+-]{1,3}\s?ketamin"
)
_NEAR = 2
_NEAR_NAMES = {
    Molecule.ESKETAMINE: tuple(sorted(n for n in aliases.ESKETAMINE_NAMES if len(n) >= 7)),
    Molecule.ARKETAMINE: tuple(sorted(n for n in aliases.ARKETAMINE_NAMES if len(n) >= 7)),
    Molecule.KETAMINE: tuple(sorted(aliases.KETAMINE_NAMES)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductClaim:
    """What somebody says a product is; every field is optional and none is believed alone."""

    rxcui: str | None = None
    ndc: str | None = None
    unii: str | None = None
    cas: str | None = None
    atc: str | None = None
    formulary_code: str | None = None
    text: str | None = None
    route: Route | None = None
    form: DoseForm | None = None
    other_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing a claim tells: a molecule, or something that nobody knows (None)."""

    molecule: Molecule | None
    by: str
    home_route: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Which molecules were found, and the reason code that bars the product from the home."""

    molecules: tuple[Molecule, ...]
    blocked: bool
    code: str | None
    matched_by: str
    normalised: str

    @property
    def is_esketamine(self) -> bool:
        """True when any ingredient is esketamine."""
        return Molecule.ESKETAMINE in self.molecules

    @property
    def codes_agree(self) -> bool:
        """True when everything said points to one known molecule."""
        return len(self.molecules) == 1 and self.code != "product_identity_unresolved"


def resolve(
    claim: ProductClaim,
    formulary: Mapping[str, tuple[Molecule, ...]] = NOTHING,
    limits: Limits = LIMITS,
) -> Resolution:
    """Find the molecules behind a claim; `formulary` maps our own codes to their molecules."""
    evidence = tuple(_everything_said(claim, formulary))
    found = {seen.molecule for seen in evidence}
    molecules = tuple(molecule for molecule in Molecule if molecule in found)
    code, by = _home_code(claim, evidence, limits)
    said = " ".join(_strings(claim))
    return Resolution(
        molecules=molecules,
        blocked=code is not None,
        code=code,
        matched_by=by,
        normalised=" ".join(words(plain(said))),
    )


def names_blocked(text: str) -> Molecule | None:
    """Say whether a free text names esketamine or arketamine in any spelling or code."""
    found = {seen.molecule for seen in (*_pieces((text,)), *_names(text))}
    blocked = (Molecule.ESKETAMINE, Molecule.ARKETAMINE)
    return next((molecule for molecule in blocked if molecule in found), None)


def _home_code(
    claim: ProductClaim, evidence: tuple[Evidence, ...], limits: Limits
) -> tuple[str | None, str]:
    by = {seen.molecule: seen.by for seen in reversed(evidence)}
    if Molecule.ESKETAMINE in by:
        return "esketamine_home_prohibited", by[Molecule.ESKETAMINE]
    if Molecule.ARKETAMINE in by:
        return "enantiomer_not_allowed", by[Molecule.ARKETAMINE]
    if Molecule.KETAMINE not in by:
        return "product_identity_unresolved", by.get(None, "nothing said")
    route = _route_code(claim, evidence, limits)
    if route is not None:
        return route, by[Molecule.KETAMINE]
    return ("product_identity_unresolved" if None in by else None), by.get(
        None, by[Molecule.KETAMINE]
    )


def _route_code(
    claim: ProductClaim, evidence: tuple[Evidence, ...], limits: Limits
) -> str | None:
    said = {seen.home_route for seen in evidence}
    if Route.NASAL in said or claim.route is Route.NASAL or claim.form is DoseForm.NASAL_SPRAY:
        return "intranasal_ketamine_home_prohibited"
    wrong_route = claim.route is not None and claim.route not in limits.home_routes
    wrong_form = claim.form is not None and claim.form not in limits.home_forms
    other = "other" in said
    return "route_not_allowed_at_home" if wrong_route or wrong_form or other else None


def _strings(claim: ProductClaim) -> tuple[str, ...]:
    said = (*(getattr(claim, name) for name in (*_SYSTEMS, "ndc", "formulary_code")), claim.text)
    return tuple(text for text in (*said, *claim.other_codes) if text)


def _everything_said(
    claim: ProductClaim, formulary: Mapping[str, tuple[Molecule, ...]]
) -> Iterator[Evidence]:
    yield from _pieces(_strings(claim))
    for system in _SYSTEMS:
        if code := getattr(claim, system):
            yield _coded(system, code)
    if claim.ndc:
        yield _ndc(claim.ndc)
    if claim.formulary_code:
        yield from _listed(claim.formulary_code, formulary)
    for code in claim.other_codes:
        yield Evidence(None, f"code {code} not known")
    for text in _strings(claim):
        yield from _names(text, strict=text == claim.text)


def _pieces(texts: Iterable[str]) -> Iterator[Evidence]:
    for text in texts:
        key = code_key(text)
        for piece, molecule in aliases.BLOCKED_PIECES.items():
            if piece in key:
                yield Evidence(molecule, f"code {piece}")
        for number in re.findall(r"\d+", plain(text)):
            if number in aliases.BLOCKED_NUMBERS:
                yield Evidence(aliases.BLOCKED_NUMBERS[number], f"code {number}")


def _coded(system: str, code: str) -> Evidence:
    key = code_key(code)
    if key in aliases.KETAMINE_CODES[system]:
        return Evidence(Molecule.KETAMINE, system)
    if system == "rxcui" and key in aliases.INJECTABLE_RXCUIS:
        return Evidence(Molecule.KETAMINE, system, "other")
    return Evidence(None, f"{system} not known")


def _ndc(code: str) -> Evidence:
    injectable = any(form.startswith(aliases.INJECTABLE_NDC_PRODUCTS) for form in ndc_11(code))
    return Evidence(Molecule.KETAMINE, "ndc", "other") if injectable else Evidence(None, "ndc")


def _listed(code: str, formulary: Mapping[str, tuple[Molecule, ...]]) -> Iterator[Evidence]:
    for molecule in formulary.get(code) or (None,):
        yield Evidence(molecule, "formulary")


def _names(text: str, *, strict: bool = True) -> Iterator[Evidence]:
    """Read a text word by word; only a strict reading minds words that nobody knows."""
    seen = plain(text)
    parts = words(seen)
    for foreign, molecule in aliases.FOREIGN_NAMES.items():
        if foreign in text.casefold():
            yield Evidence(molecule, "name in another script")
    yield from _whole_names(parts)
    yield from _marked(seen, parts)
    for word in parts:
        molecule, by = _one_word(word)
        if molecule or (strict and by):
            yield Evidence(molecule, by, _route_of(word))
        elif strict:
            yield from _route_words(word)


def _whole_names(parts: tuple[str, ...]) -> Iterator[Evidence]:
    for run in joined(parts):
        if run in aliases.ESKETAMINE_NAMES:
            yield Evidence(Molecule.ESKETAMINE, f"name {run}, cut in pieces")
