"""What does somebody read who searches a PDF of ours? The text as it is drawn on its pages."""

import base64
import re
import zlib

WITHIN = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
DRAWN = re.compile(rb"\((.*?)(?<!\\)\) Tj", re.DOTALL)


def text_of(pdf: bytes) -> str:
    """Give the text of all pages, a line for each."""
    drawn = []
    for stream in WITHIN.findall(pdf):
        page = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        drawn += DRAWN.findall(page)
    whole = b"\n".join(drawn).replace(b"\\(", b"(").replace(b"\\)", b")")
    octal = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), whole)
    return octal.decode("cp1252")
