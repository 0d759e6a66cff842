"""Text as it is saved on different systems."""

from __future__ import annotations

import codecs

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
