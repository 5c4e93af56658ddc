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
NULS = "characters of no meaning (NUL), left out"
NOTHING = 0.3  # of one half of the bytes, where letters and figures take two each
SURE = 10  # characters that are syllables in Korean; as many of Chinese have others among them
FEW = 8  # control characters, which a text may have


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
        start = file.read(1000)
        file.seek(0)
        encoding = encoding or next((e for bom, e in BOMS.items() if start.startswith(bom)), unmarked(start))
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
            if nothing := text.count("\0"):
                seen[NULS] += nothing
            yield Text(text.replace("\0", ""), first, seen)


def unmarked(start: bytes) -> str:
    """UTF-16 that doesn't say so: every other byte of its separators and figures is nothing; "" for anything else."""
    half = len(start) // 2
    first, second = (start[i : 2 * half : 2].count(0) for i in (0, 1))
    if max(first, second) < NOTHING * half or min(first, second) > 0.1 * max(first, second):
        return ""
    return "utf-16-be" if first > second else "utf-16-le"


def whole_lines(file: BinaryIO, encoding: str, size: int) -> Iterator[bytes | str]:
    """Cut a file behind line ends; where these take more than a byte it is decoded first."""
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace") if wide else None
    end, left = ("\n", "") if decoder else (b"\n", b"")
    data = file.read(size)
    while data:
        coming = file.read(size)
        more: Any = decoder.decode(data) if decoder else data
        cut = more.rfind(end) + 1 if coming else len(more)
        if cut:
            yield left + more[:cut]
        left = more[cut:] if cut else left + more
        data = coming
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
    if control > max(FEW, 0.01 * min(len(text), 100_000)):
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
    Chinese if most characters are among the 3,755 common ones of GB 2312, which end before 0xD8. Two fifths of these begin
    with 0xC9 or more, where Korean has no syllables.
    """
    try:
        characters = [c for c in strange.decode("gb18030") if not c.isascii()]
        written = [c.encode("gb2312", errors="ignore") for c in characters]
        if sum(b"\0" < c < b"\xd8" for c in written) > 0.8 * len(characters):
            syllables = sum(b"\xb0" <= c < b"\xc9" for c in written)
            korean = syllables >= SURE and not any(c > b"\xc9" for c in written) and decodes(strange, "cp949")
            return "cp949" if korean else "gb18030"
    except UnicodeDecodeError:
        pass
    if is_big5(strange):
        return "big5"
    best = charset_normalizer.from_bytes(strange[:20_000], cp_isolation=OTHERS).best()
    return best.encoding if best else "cp1252"


def is_big5(strange: bytes) -> bool:
    """Whether bytes are traditional Chinese: most characters are among the 5,401 common ones of Big5, in runs, and as often as in
    Big5 the second byte is a letter's, as it never is in Korean.
    """
    try:
        runs = re.findall(r"[\u4e00-\u9fff]{2,}", strange.decode("big5"))
    except UnicodeDecodeError:
        return False
    characters = [c.encode("big5") for c in "".join(runs)]
    strange_ones = sum(byte > 0x7F for byte in strange) / 2
    common = sum(b"\xa4" <= c < b"\xc9" for c in characters)
    return common > 0.6 * strange_ones and sum(c[1] < 0x7F for c in characters) > 0.1 * common
