"""Which molecule is this product, whatever code or name it came by, and may it go home?

Deterministic: blocked wins over allowed, codes and text must agree, and unknown is blocked. What
the caller believes about the product plays no part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.limits import LIMITS, Limits
from rules.plan import aliases
from rules.plan.names import Evidence, barred_in, read
from rules.plan.spelling import code_key, ndc_11, plain, words
from rules.terms import DoseForm, Molecule, Route

UNRESOLVED = "product_identity_unresolved"
_EMPTY: Mapping[str, tuple[Molecule, ...]] = MappingProxyType({})


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

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that was written, in whichever field."""
        coded = (self.rxcui, self.ndc, self.unii, self.cas, self.atc, self.formulary_code)
        return tuple(said for said in (*coded, self.text, *self.other_codes) if said)


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
        return len(self.molecules) == 1 and self.code != UNRESOLVED


def resolve(
    claim: ProductClaim,
    formulary: Mapping[str, tuple[Molecule, ...]] = _EMPTY,
    limits: Limits = LIMITS,
) -> Resolution:
    """Find the molecules behind a claim; `formulary` maps our own codes to their molecules."""
    evidence = (*barred_in(claim.texts), *_evidence(claim, formulary))
    by = {seen.molecule: seen.by for seen in reversed(evidence)}
    code = _home_code(claim, by, limits)
    known = code != UNRESOLVED
    deciding = next(molecule for molecule in _WORST_FIRST if molecule in by) if known else None
    return Resolution(
        molecules=tuple(molecule for molecule in Molecule if molecule in by),
        blocked=code is not None,
        code=code,
        matched_by=by.get(deciding, "nothing"),
        normalised=plain(" ".join(claim.texts)),
    )


_WORST_FIRST = (Molecule.ESKETAMINE, Molecule.ARKETAMINE, Molecule.KETAMINE)


def _home_code(
    claim: ProductClaim, by: Mapping[Molecule | None, str], limits: Limits
) -> str | None:
    if Molecule.ESKETAMINE in by:
        return "esketamine_home_prohibited"
    if Molecule.ARKETAMINE in by:
        return "enantiomer_not_allowed"
    if Molecule.KETAMINE not in by:
        return UNRESOLVED
    return _route_code(claim, limits) or (UNRESOLVED if None in by else None)


def _route_code(claim: ProductClaim, limits: Limits) -> str | None:
    said = frozenset(words(plain(claim.text or "")))
    nasal = Route.NASAL is claim.route or DoseForm.NASAL_SPRAY is claim.form
    if nasal or said & aliases.NASAL_WORDS:
        return "intranasal_ketamine_home_prohibited"
    wrong = (
        (claim.route is not None and claim.route not in limits.home_routes)
        or (claim.form is not None and claim.form not in limits.home_forms)
        or said & aliases.OTHER_ROUTE_WORDS
        or _is_injectable(claim)
    )
    return "route_not_allowed_at_home" if wrong else None


def _is_injectable(claim: ProductClaim) -> bool:
    by_code = claim.rxcui is not None and code_key(claim.rxcui) in aliases.INJECTABLE_RXCUIS
    packages = ndc_11(claim.ndc or "")
    return by_code or any(form.startswith(aliases.INJECTABLE_NDC_PRODUCTS) for form in packages)


def _evidence(
    claim: ProductClaim, formulary: Mapping[str, tuple[Molecule, ...]]
) -> Iterator[Evidence]:
    for system in aliases.KETAMINE_CODES:
        yield from _coded(claim, system)
    if claim.ndc:
        yield Evidence(Molecule.KETAMINE if _is_injectable(claim) else None, "ndc")
    if claim.formulary_code:
        for molecule in formulary.get(claim.formulary_code) or (None,):
            yield Evidence(molecule, "formulary")
    if claim.text:
        yield from read(claim.text)
    yield from (Evidence(None, "other code") for _ in claim.other_codes)


def _coded(claim: ProductClaim, system: str) -> Iterator[Evidence]:
    code = getattr(claim, system)
    if not code:
        return
    known = aliases.KETAMINE_CODES[system] | aliases.INJECTABLE_RXCUIS
    yield Evidence(Molecule.KETAMINE if code_key(code) in known else None, system)
