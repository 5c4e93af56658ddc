"""One spelling for what systems write in many: phones, e-mails, names, birth dates, cities and genders.

A name is brought to the letters of its sound (pinyin), title and numbers taken off, surname and given name in one order. Pinyin
comes character by character (`pypinyin`), with a table of surnames before it, as it reads some of them as words.
"""

import re
from functools import cache

import numpy as np
import pandas as pd

PHONE_DIGITS = 11  # the last so many digits of a number tell it; a country's prefix comes before
LEAST_DIGITS = 7
# Surnames that a dictionary reads as words, and how they sound.
SURNAME_SOUNDS = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "翟": "zhai", "盖": "ge", "查": "zha", "区": "ou", "朴": "piao",
    "任": "ren", "华": "hua", "尉": "wei", "乐": "yue", "种": "chong", "逄": "pang", "缪": "miao",
}  # fmt: skip
DOUBLE = ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯")
TITLES = re.compile(r"(?:先生|女士|小姐)$|^(?:mr|mrs|ms|miss|dr)\b\.?\s*", re.IGNORECASE)
HAN = "\u4e00-\u9fff"
UNASKED = ("1900-01-01", "1970-01-01", "1990-01-01")  # of systems that want a date and have none
MALE, FEMALE = ("m", "male", "mr", "男", "herr"), ("f", "female", "ms", "mrs", "女", "frau")
FIELDS = ("phone", "email", "name", "birth_date", "birthday", "city", "gender")


def phones(values: pd.Series) -> pd.Series:
    """Numbers as their last digits, without blanks, dashes and prefix; missing where masked or too short."""
    digits = values.where(~values.str.contains(r"\*", na=False)).str.replace(r"\D", "", regex=True)
    return digits.where(digits.str.len() >= LEAST_DIGITS).str[-PHONE_DIGITS:]


def emails(values: pd.Series) -> pd.Series:
    """Addresses in lower case, without blanks and without what follows a plus; missing where there is no @."""
    plain = values.str.strip().str.lower().str.replace(r"\+[^@]*@", "@", regex=True)
    return plain.where(plain.str.contains("@", na=False))


@cache
def sound(character: str) -> str:
    """A Chinese character in pinyin without tones, ü as v; anything else as it is."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(character)[0] if re.match(f"[{HAN}]", character) else character


def spoken(name: str) -> tuple[str, str]:
    """Surname and given name, in pinyin, of a name in characters."""
    many = 2 if name.startswith(DOUBLE) else 1
    family = SURNAME_SOUNDS.get(name[:many]) or "".join(map(sound, name[:many]))
    return family, "".join(map(sound, name[many:]))


def parts(name: str, families: frozenset[str]) -> tuple[str, ...]:
    """Surname and given name, in the order in which they are written, of a name in letters.

    One word that begins with a surname is cut behind it, and of three words the last two are the given name.
    """
    text = re.sub(r"^(\w) (?=\w{2})", r"\1", name.replace("lyu", "lv").replace("ü", "v"))
    words = re.sub(r"[^a-z]+", " ", text).split()
    if len(words) > 2:
        return words[0], "".join(words[1:])
    if len(words) == 1:
        heads = [words[0][:n] for n in (6, 5, 4, 3, 2) if words[0][:n] in families and len(words[0]) > n]
        return (heads[0], words[0][len(heads[0]) :]) if heads else tuple(words)
    return tuple(words)


def names(values: pd.Series) -> pd.Series:
    """Names as the sounds of surname and given name in the order of the alphabet; missing where no letter is left.

    Surnames of names in one word are recognised by those that are written in characters.
    """
    plain = values.str.strip().str.replace(TITLES, "", regex=True)
    distinct = plain.dropna().unique()
    chinese = {n: re.sub(r"\s+|\d+", "", n) for n in distinct if re.search(f"[{HAN}]", n)}
    read = {n: spoken(text) for n, text in chinese.items()}
    families = frozenset(family for family, given in read.values() if given)
    read |= {n: parts(n.lower(), families) for n in distinct if n not in chinese}
    keys = {n: " ".join(sorted(filter(None, pair))) for n, pair in read.items()}
    return plain.map({n: key or None for n, key in keys.items()}).astype("str")


def birth_dates(values: pd.Series) -> pd.Series:
    """Dates as ``1990-12-31``; missing where the year isn't there, the date is none, or a system's default."""
    digits = values.str.replace(r"\D", "", regex=True)
    text = digits.where(digits.str.len() == 8)
    found = pd.to_datetime(text, format="%Y%m%d", errors="coerce").dt.strftime("%Y-%m-%d")
    return found.where(~found.isin(UNASKED)).astype("str")


def birthdays(values: pd.Series) -> pd.Series:
    """Month and day as ``12-31``, also where no year is written."""
    digits = values.str.replace(r"\D", "", regex=True)
    short = digits.where(digits.str.len() == 4)
    written = short.str[:2] + "-" + short.str[2:]
    return birth_dates(values).str[5:].fillna(written).astype("str")


def cities(values: pd.Series) -> pd.Series:
    """Cities by their sound, without 市; missing where only a code of two letters is written."""
    plain = values.str.strip().str.removesuffix("市").str.lower().str.replace(r"[\s'’]", "", regex=True)
    read = {city: "".join(map(sound, city)) for city in plain.dropna().unique()}
    found = plain.map(read).astype("str")
    return found.where(found.str.len() > 2)


def genders(values: pd.Series) -> pd.Series:
    """Female or male, in whatever code; anything else is missing."""
    codes = dict.fromkeys(MALE, "male") | dict.fromkeys(FEMALE, "female")
    return values.str.strip().str.lower().map(codes).astype("str")


def normalised(records: pd.DataFrame) -> pd.DataFrame:
    """Records with one spelling: record_id, source, and FIELDS; a column that isn't there is missing throughout.

    Parameters
    ----------
    records : as the table ``source_records``
    """

    def text(column: str) -> pd.Series:
        empty = pd.Series(np.nan, index=records.index, dtype="str")
        return records[column].astype("str") if column in records else empty

    return records[["record_id", "source"]].assign(
        phone=phones(text("phone")),
        email=emails(text("email")),
        name=names(text("name")),
        birth_date=birth_dates(text("birth_date")),
        birthday=birthdays(text("birth_date")),
        city=cities(text("city")),
        gender=genders(text("gender")),
    )
