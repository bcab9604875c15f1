"""Are these two addresses, or these two phone numbers, the same person's?

Everything that finds or compares a person goes through here, so that `pat+2@` and `p.a.t@` are
`pat@`, and `+1 (303) 555-0100` is `303.555.0100`. Some mail houses tell dots apart; a person there
whose name differs from another's by a dot alone uses another address, which is the safe mistake.
"""

import unicodedata

from models.platform.encryption import key_ring

EMAIL, PHONE = "user_account.email", "user_account.phone"
_COUNTRY = "1"
_NATIONAL_DIGITS = 10
_ABROAD = ("011", "00")


def email_of(text: str) -> str:
    """Give the address with its aliases folded away."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    local, _, domain = plain.rpartition("@")
    name = local.partition("+")[0].replace(".", "")
    return f"{name or local}@{domain.rstrip('.')}"


def phone_of(text: str) -> str:
    """Give the digits with the country, whatever was written around them."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(sign for sign in plain if sign in "0123456789")
    if plain.startswith("+"):
        return digits
    for prefix in _ABROAD:
        if digits.startswith(prefix) and len(digits) > _NATIONAL_DIGITS:
            return digits.removeprefix(prefix)
    return f"{_COUNTRY}{digits}" if len(digits) == _NATIONAL_DIGITS else digits


def email_blind(text: str) -> bytes:
    """Give the fingerprint by which an address is found and compared."""
    return key_ring().blind(EMAIL, email_of(text))


def phone_blind(text: str) -> bytes:
    """Give the fingerprint by which a phone number is compared."""
    return key_ring().blind(PHONE, phone_of(text))
