"""In how many ways can esketamine be written so that somebody misses it? A seeded, growing list.

Every disguise carries the trick it plays, so that a miss says which trick was missed. Nothing here
looks at the tables of the resolver but the names it must know.
"""

import random
import string
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

SEED = 20261122


class Disguise(NamedTuple):
    """One way of writing it: in free text, or as a code in a field of its own."""

    trick: str
    text: str
    field: str = "text"


NAMES = (
    "spravato", "spravado", "sprovato", "spravto", "spravata", "spravatto", "esketamine",
    "esketaminum", "esketamin", "esketamina", "escetamina", "dextroketamine", "dextrocetamina",
    "ketanest", "kataved", "vesierra", "eskesia", "esketiv", "sketamine",
)  # fmt: skip
MIRROR_NAMES = ("arketamine", "arketamina", "arketamin")
PHRASES = (
    "S-ketamine", "(S)-ketamine", "S(+)-ketamine", "S-(+)-ketamine", "(+)-ketamine", "L-ketamine",
    "(-)-ketamine", "Ketanest S", "Keta-S", "Ketamin-S", "SK spray", "esketamine HCl",
    "esketamine hydrochloride", "generic Spravato", "ketamine, S-", "ketamine (S)", "ketamine S(+)",
    "ketamine, (S)-", "ketamine S-enantiomer", "S enantiomer of ketamine", "ketamine S isomer",
    "dextro-ketamine", "dextro ketamine", "ketamine, dextro", "levo-ketamine", "es-ketamine",
    "es ketamine", "ketamine (+)", "ketamine, (+)-", "ketamine, l-", "S/ketamine", "S_ketamine",
    "S.ketamine", "cetamina S(+)", "S-cetamina", "ketamina S", "d-ketamine",
    "ketamine / esketamine 50/50 troche", "ketamine + esketamine 50 mg", "ketamine&esketamine",
    "esketamine/bupropion", "racemic ketamine with esketamine", "oxytocin-esketamine spray",
    "(2S)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan-1-one",
    "(S)-2-(2-chlorophenyl)-2-(methylamino)cyclohexanone", "eszketamin", "esketamiini",
    "esk\u00e9tamine", "esketam\u00edn", "Esketamin Inresa", "compounded esketamine nasal spray",
    "InChI=1S/C13H16ClNO/c1-15-13(9-5-4-8-12(13)16)10-6-2-3-7-11(10)14/h2-3,6-7,15H,4-5,8-9H2,"
    "1H3/t13-/m0/s1",
)  # fmt: skip
MIRROR_PHRASES = ("R-ketamine", "(R)-ketamine", "ketamine, R-", "arketamine HCl", "ar-ketamine")
IN_OTHER_SCRIPTS = (
    "\u044d\u0441\u043a\u0435\u0442\u0430\u043c\u0438\u043d",
    "\u042d\u0441\u043a\u0435\u0442\u0430\u043c\u0438\u043d \u043a\u0430\u043f\u043b\u0438",
    "\u0435\u0441\u043a\u0435\u0442\u0430\u043c\u0456\u043d",
    "\u0421\u043f\u0440\u0430\u0432\u0430\u0442\u043e",
    "S-\u043a\u0435\u0442\u0430\u043c\u0438\u043d",
    "\u827e\u53f8\u6c2f\u80fa\u916e",
    "S-\u6c2f\u80fa\u916e",
    "\u53f3\u65cb\u6c2f\u80fa\u916e",
    "\u30a8\u30b9\u30b1\u30bf\u30df\u30f3",
    "\uff74\uff7d\uff79\uff80\uff90\uff9d",
    "\u3048\u3059\u3051\u305f\u307f\u3093",
    "S-\u30b1\u30bf\u30df\u30f3",
    "\u30b9\u30d7\u30e9\u30d0\u30c8",
    "\uc5d0\uc2a4\ucf00\ud0c0\ubbfc",
    "\uc2a4\ud504\ub77c\ubc14\ud1a0",
    unicodedata.normalize("NFD", "\uc5d0\uc2a4\ucf00\ud0c0\ubbfc"),
    "\u05d0\u05e1\u05e7\u05d8\u05de\u05d9\u05df",
    "\u05d0\u05b6\u05e1\u05b0\u05e7\u05b6\u05d8\u05b8\u05de\u05b4\u05d9\u05df",
    "\u0627\u0633\u0643\u064a\u062a\u0627\u0645\u064a\u0646",
    "\u0625\u0633\u0643\u064a\u062a\u0627\u0645\u064a\u0646",
    "\u0627\u0644\u0625\u0633\u0643\u064a\u062a\u0627\u0645\u064a\u0646",
    "\u0627\u0633\u06a9\u062a\u0627\u0645\u06cc\u0646",
    "\u0627\u0633\u200c\u06a9\u062a\u0627\u0645\u06cc\u0646",
    "\u03b5\u03c3\u03ba\u03b5\u03c4\u03b1\u03bc\u03af\u03bd\u03b7",
    "\u10d4\u10e1\u10d9\u10d4\u10e2\u10d0\u10db\u10d8\u10dc\u10d8",
    "\u0567\u057d\u056f\u0565\u057f\u0561\u0574\u056b\u0576",
    "\u090f\u0938\u094d\u0915\u0947\u091f\u093e\u092e\u093e\u0907\u0928",
    "\u0e40\u0e2d\u0e2a\u0e04\u0e35\u0e15\u0e32\u0e21\u0e35\u0e19",
)

# Signs that are not seen, or part letters without parting the name.
UNSEEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e\u202a\u202e\u2066\u2069\ufe0f\ufe00"
    "\U000e0001\U000e0041\U000e0100"
)
MARKS = "\u0300\u0301\u0308\u0323\u0331\u0336\u0338\u20dd\u0489"
PARTING = (
    " .-/_*\u00b7\u2022,:;|~\u2010\u2013\u00a0\u2003\u3000\t\n\r\u2028"
    "\U0001f48a\u2764\U0001f602\u2605"
)
IN_BETWEEN = ("dr's order: {} 28 mg", "{} 56 mg kit", "{}, 2 sprays", "compounded {} 50 mg troche")

# The same letters cut for other scripts and styles; each row names its letters one by one.
STYLES = {
    "full width": 0xFF21 - 0x41, "bold": 0x1D400 - 0x41, "italic sans": 0x1D608 - 0x41,
    "fraktur bold": 0x1D56C - 0x41, "monospace": 0x1D670 - 0x41, "script bold": 0x1D4D0 - 0x41,
    "circled": 0x24B6 - 0x41, "in squares": 0x1F130 - 0x41,
    "circled black": 0x1F150 - 0x41, "black squares": 0x1F170 - 0x41, "flags": 0x1F1E6 - 0x41,
}  # fmt: skip
SMALL = {"parenthesised": 0x249C - 0x61, "circled small": 0x24D0 - 0x61, "tags": 0xE0000}
LOOK_ALIKES = {
    "a": "\u0430\u0410\u03b1\u0391\u0251\u1d00\u13aa\ua4ee\uff41@4\u00e0\u00e5\u1e01\u0101",
    "b": "\u0412\u0392\u13f4\ua4d0\u0299\uff428",
    "c": "\u0441\u0421\u03f2\u1d04\u13df\ua4da\u2ca4\u00e7\u010d",
    "d": "\u0501\u13a0\ua4d3\u1d05\uff44\u010f\u0111",
    "e": "\u0435\u0415\u0395\u03b5\u1d07\u13ac\ua4f0\u212e\u00e93\u0113\u0117",
    "i": "\u0456\u0406\u03b9\u0399\u0131\u026a\u13a5\ua4f2\u04cf1!\u00ed\u012b",
    "k": "\u043a\u041a\u03ba\u039a\u1d0b\u13e6\ua4d7\u2c95\u16d5\u212a\u0137",
    "m": "\u043c\u041c\u039c\u1d0d\u13b7\ua4df\u2c98\uff4d\u1e3f",
    "n": "\u039d\u03b7\u0274\u2c9a\ua4e0\u043f\uff4e\u00f1\u0144",
    "o": "\u043e\u041e\u03bf\u039f\u03c3\u1d0f\ua4f30\u00f8\u00f6\u0585\u2c9f",
    "p": "\u0440\u0420\u03c1\u03a1\u1d18\u13e2\ua4d1\u2ca3\uff50\u1e57",
    "r": "\u0433\u0280\u13a1\ua4e3\u1d26\uff52\u0155\u0159",
    "s": "\u0455\u0405\ua731\u0282\u13da\ua4e2$5\ua7f3\u015b\u0219",
    "t": "\u0442\u0422\u03c4\u03a4\u1d1b\u13a2\ua4d47\u2ca7\u2020+\u0163\u0167",
    "u": "\u03c5\u1d1c\u057d\ua4f4\u00fc",
    "v": "\u03bd\u0475\u1d20\u13d9\ua4e6\u2174\u1e7d",
    "x": "\u0445\u0425\u03c7\u03a7\ua4eb\u2179",
}
CODES = (
    ("unii", "50LFG02TXD"), ("unii", "L8P1H35P2Z"), ("cas", "33643-46-8"), ("cas", "33643-47-9"),
    ("rxcui", "2201623"), ("rxcui", "2201625"), ("rxcui", "2119365"), ("rxcui", "2119388"),
    ("rxcui", "2119390"), ("rxcui", "2119387"), ("rxcui", "2119381"), ("atc", "N06AX27"),
    ("atc", "N01AX14"), ("other", "DB11823"), ("other", "NDA211243"),
    ("other", "YQEZLKZALYSWHR-ZDUSSCGKSA-N"), ("other", "VCMGMSHEPQENPE-ZOWNYOTGSA-N"),
    ("other", "d81a6a79-a74a-44b7-822c-0dfa3036eaed"), ("other", "JNJ-54135419"),
)  # fmt: skip
PRODUCT_NDCS = (
    ("50458", "028", "00"), ("50458", "028", "02"), ("50458", "028", "03"), ("61281", "8300", "1"),
    ("65267", "117", "01"),
)  # fmt: skip


def corpus() -> list[Disguise]:
    """Give every disguise once, always the same and in the same order."""
    chance = random.Random(SEED)  # noqa: S311 - a fixed list, not a secret
    found: dict[Disguise, None] = {}
    for make in (_signs_inside, _styles, _look_alikes, _typos, _as_typed, _encoded, _codes):
        found |= dict.fromkeys(make(chance))
    return list(found)


def mirror_corpus() -> list[Disguise]:
    """Give disguises of arketamine, which goes home as little."""
    chance = random.Random(SEED + 1)  # noqa: S311 - a fixed list, not a secret
    plain = [Disguise("mirror image", text) for text in (*MIRROR_NAMES, *MIRROR_PHRASES)]
    codes = [Disguise("mirror image", "10920-701-01", field) for field in ("text", "ndc")]
    inside = list(_signs_inside(chance, MIRROR_NAMES))
    return [*plain, *codes, *inside, *_look_alikes(chance, MIRROR_NAMES)]


def _signs_inside(chance: random.Random, names: tuple[str, ...] = NAMES) -> Iterator[Disguise]:
    for name in names:
        for sign in UNSEEN + MARKS + PARTING:
            where = chance.randrange(1, len(name))
            yield Disguise("sign inside", name[:where] + sign + name[where:])
        for sign in chance.sample(UNSEEN + PARTING, 12):
            yield Disguise("sign between all letters", sign.join(name))
        hidden = "".join(letter + chance.choice(UNSEEN + MARKS) for letter in name)
        yield Disguise("mixed hidden signs", chance.choice(IN_BETWEEN).format(hidden))


def _styles(_chance: random.Random) -> Iterator[Disguise]:
    for name in NAMES:
        for style, shift in STYLES.items():
            yield Disguise(style, "".join(chr(ord(letter) + shift) for letter in name.upper()))
        for style, shift in SMALL.items():
            yield Disguise(style, "".join(chr(ord(letter) + shift) for letter in name))
        small_capitals = (f"LATIN LETTER SMALL CAPITAL {letter}" for letter in name.upper())
        yield Disguise("small capitals", "".join(map(_sign_called, small_capitals)))
        yield Disguise("read from behind", "\u202e" + name[::-1])


def _sign_called(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:  # there is no such small capital
        return name[-1].lower()


def _look_alikes(chance: random.Random, names: tuple[str, ...] = NAMES) -> Iterator[Disguise]:
    for name in names:
        for where, letter in enumerate(name):
            for like in LOOK_ALIKES.get(letter, ""):
                text = name[:where] + like + name[where + 1 :]
                yield Disguise("one letter", text.title() if like.isupper() else text)
        for _ in range(20):
            masked = (chance.choice(LOOK_ALIKES.get(letter, letter) + letter) for letter in name)
            yield Disguise("many letters", "".join(masked))


def _typos(chance: random.Random) -> Iterator[Disguise]:
    for name in NAMES:
        if len(name) < 7:
            continue
        for count in (1, 2):
            for _ in range(45):
                text = name
                for _slip in range(count):
                    text = chance.choice(SLIPS)(text, chance)
                if _is_ketamine(text):
                    continue
                yield Disguise(f"typo {count}", text)


def _swap(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _drop(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _add(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(string.ascii_lowercase) + text[at:]


def _other(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(string.ascii_lowercase) + text[at + 1 :]


SLIPS: tuple[Callable[[str, random.Random], str], ...] = (_swap, _drop, _add, _other)


def _is_ketamine(text: str) -> bool:
    """A slip that writes ketamine itself is no disguise any more."""
    return text in {"ketamine", "ketamina", "cetamina", "ketaminum", "ketamin"}


def _as_typed(chance: random.Random) -> Iterator[Disguise]:
    for text in (*PHRASES, *IN_OTHER_SCRIPTS):
        for way in (str, str.upper, str.lower, str.swapcase):
            yield Disguise("as typed", way(text))
        yield Disguise("as typed", chance.choice(IN_BETWEEN).format(text))
        yield Disguise("as typed", f"\u201c{text}\u201d")
    for name in NAMES:
        mixed = "".join(chance.choice((letter, letter.upper())) for letter in name)
        yield Disguise("mixed case", mixed)
        for frame in IN_BETWEEN:
            yield Disguise("in a sentence", frame.format(name.title()))
        for sign in ("\u2122", "\u00ae", "\u00a9", "\u2120"):
            yield Disguise("trade mark", name.title() + sign)


def _encoded(chance: random.Random) -> Iterator[Disguise]:
    for name in NAMES:
        at = chance.randrange(len(name))
        before, letter, after = name[:at], name[at], name[at + 1 :]
        for code in (f"%{ord(letter):02X}", f"&#{ord(letter)};", f"&#x{ord(letter):x};"):
            yield Disguise("one letter encoded", before + code + after)
        yield Disguise("escaped", f"{before}\\u{ord(letter):04x}{after}")
        yield Disguise("escaped", f"{before}\\x{ord(letter):02x}{after}")
        yield Disguise("all encoded", "".join(f"%{ord(each):02x}" for each in name))
        yield Disguise("all encoded", "".join(f"&#{ord(each)};" for each in name))
        yield Disguise("encoded twice", "".join(f"%25{ord(each):02x}" for each in name))
        yield Disguise("entity inside", f"{name[:3]}&shy;{name[3:]}")
        yield Disguise("entity inside", f"{name[:3]}&#8203;{name[3:]}")
        yield Disguise("tag inside", f"{name[:4]}<b>{name[4:]}</b>")
        yield Disguise("hidden behind", "ketamine 100 mg" + _in_tags(name))
        yield Disguise("percent space", quote(" ".join(name)))


def _in_tags(name: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in name)


def _codes(chance: random.Random) -> Iterator[Disguise]:
    for field, code in CODES:
        for text in _ways_of_a_code(code, chance):
            yield Disguise("code in its field", text, field)
            yield Disguise("code in the text", text)
            yield Disguise("code in a sentence", f"ketamine RDT 100 mg ({field} {text})")
    for parts in PRODUCT_NDCS:
        for text in _ways_of_an_ndc(parts):
            yield Disguise("ndc in its field", text, "ndc")
            yield Disguise("ndc in the text", f"ketamine troche {text}")


def _ways_of_a_code(code: str, chance: random.Random) -> Iterator[str]:
    at = chance.randrange(1, len(code))
    yield from (code, code.lower(), code.upper(), f" {code} ", f"{{{code}}}", f"#{code}")
    yield code.replace("-", "\u2011")
    yield code.replace("-", "\u2212")
    yield code.replace("-", " ")
    yield code.replace("-", "")
    yield code[:at] + "\u200b" + code[at:]
    yield "".join(chr(ord(each) + 0xFEE0) if each.isalnum() else each for each in code)
    if "0" in code:
        yield code.replace("0", "O")
    if "1" in code:
        yield code.replace("1", "l")


def _ways_of_an_ndc(parts: tuple[str, str, str]) -> Iterator[str]:
    labeler, product, package = parts
    eleven = (labeler, product.zfill(4), package.zfill(2))
    twelve = ("0" + labeler, product.zfill(4), package.zfill(2))
    for each in (parts, eleven, twelve):
        for sign in ("-", "", " ", ".", "/", "\u2010", "\u2013", "\u2212"):
            yield sign.join(each)
        yield "NDC:" + "-".join(each)
        yield "NDC " + "".join(each)
        yield "".join(chr(ord(digit) + 0x0660 - 0x30) for digit in "".join(each))
