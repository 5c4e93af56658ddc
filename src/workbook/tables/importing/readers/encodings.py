"""Bytes → text, a block of lines at a time; the encoding is told, marked, or found out."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import charset_normalizer

from workbook.tables.errors import DataError

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
OTHERS = ["big5", "cp1252", "cp1251", "shift_jis"]


@dataclass(frozen=True)
class Text:
    """Whole lines of a file, how they were decoded, and what a reader should know of that → how often it was seen."""

    text: str
    encoding: str
    seen: Counter[str] = field(default_factory=Counter)


def text_blocks(path: Path, encoding: str, size: int) -> Iterator[Text]:
    """Read a file as text, about ``size`` bytes at a time, each block ending with a line.

    Raises
    ------
    DataError
        if the encoding is unknown, or the file isn't text.
    """
    with path.open("rb") as file:
        mark = file.read(4)
        file.seek(0)
        encoding = encoding or next((e for bom, e in BOMS.items() if mark.startswith(bom)), "")
        first = ""
        for block in whole_lines(file, encoding, size):
            told = encoding if not first or encoding != "utf-8-sig" else "utf-8"  # the mark stands once
            text, used, seen = (
                (block, encoding, replaced_characters(block, encoding))
                if isinstance(block, str)
                else decode(block, told)
            )
            if not first:
                refuse_noise(text, path.name)
                first = used
            elif used not in (first, "utf-8"):
                seen[f"parts that were not {first} and were read as {used}"] += 1
            yield Text(text.replace("\0", ""), first, seen)


def whole_lines(file: BinaryIO, encoding: str, size: int) -> Iterator[bytes | str]:
    """Cut a file behind line ends; where these take more than a byte it is decoded first."""
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace") if wide else None
    end, left = ("\n", "") if decoder else (b"\n", b"")
    while data := file.read(size):
        more: Any = decoder.decode(data) if decoder else data
        cut = more.rfind(end) + 1
        if cut:
            yield left + more[:cut]
        left = more[cut:] if cut else left + more
    if left:
        yield left


def replaced_characters(text: str, encoding: str) -> Counter[str]:
    """How many characters had to be replaced."""
    n = text.count("\ufffd")
    return Counter({f"characters that could not be read as {encoding}": n} if n else {})


def decode(data: bytes, encoding: str) -> tuple[str, str, Counter[str]]:
    """Decode bytes: as told, as UTF-8, else by what they look like; and say what was done."""
    try:
        return data.decode(encoding or "utf-8"), encoding or "utf-8", Counter()
    except LookupError:
        raise DataError(f"[file] encoding must be one that Python knows; got {encoding!r}.") from None
    except UnicodeDecodeError:
        return decode_other(data, encoding)


def refuse_noise(text: str, name: str) -> None:
    """Refuse what is no text."""
    control = len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f]", text[:100_000]))
    if control > 0.01 * min(len(text), 100_000):
        raise DataError(f"{name} isn't a table: it is neither text nor a spreadsheet nor Parquet.")


def decode_other(data: bytes, encoding: str) -> tuple[str, str, Counter[str]]:
    """Decode what isn't wholly in ``encoding`` (or UTF-8); a file stuck together from two is read by lines."""
    strange = b"".join(line for line in data.splitlines(keepends=True) if not line.isascii())
    whole = encoding or guess_encoding(strange)
    sure = [decodes(line, "utf-8") for line in strange.splitlines()]
    if encoding or sum(sure) < 0.5 * len(sure):
        text = data.decode(whole, errors="replace")
        return text, whole, replaced_characters(text, whole)
    second = guess_encoding(b"\n".join(x for x, ok in zip(strange.splitlines(), sure, strict=True) if not ok))
    lines = data.splitlines(keepends=True)
    text = "".join(x.decode("utf-8" if decodes(x, "utf-8") else second, errors="replace") for x in lines)
    return text, "utf-8", Counter({f"lines that were not UTF-8 and were read as {second}": sure.count(False)})


def decodes(line: bytes, encoding: str) -> bool:
    """Whether bytes are whole characters of an encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def guess_encoding(strange: bytes) -> str:
    """Guess the encoding of lines that are not UTF-8.

    Chinese goes first by a test of its own, because charset_normalizer takes short GB 18030 for Korean: it is
    Chinese if most characters are among the 3,755 common ones of GB 2312, which end before 0xD8.
    """
    try:
        characters = [c for c in strange.decode("gb18030") if not c.isascii()]
        common = sum(b"\0" < c.encode("gb2312", errors="ignore") < b"\xd8" for c in characters)
        if common > 0.8 * len(characters):
            return "gb18030"
    except UnicodeDecodeError:
        pass
    best = charset_normalizer.from_bytes(strange[:20_000], cp_isolation=OTHERS).best()
    return best.encoding if best else "cp1252"
