"""One spelling: the same person's name, phone, date or city is the same text, however it was written."""

import pandas as pd
import pytest

from workbook.analytics.identity import normalising


def texts(*values: str | None) -> pd.Series:
    """Make a column."""
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    "ways",
    [
        (
            "王小美",
            "Wang Xiaomei",
            "Xiaomei Wang",
            "wangxiaomei",
            "WANG, Xiaomei",
            "Wang Xiao Mei",
            " 王 小美",
            "xiaomei wang",
        ),
        ("欧阳静", "Ouyang Jing", "jing ouyang", "ouyangjing"),
        ("吕敏", "Lyu Min", "LÜ MIN", "lvmin"),
        ("曾丽", "Zeng Li", "li zeng"),
    ],
)
def test_a_name_sounds_the_same_however_it_is_written(ways):
    """Characters, pinyin in either order, in one word, in capitals, with blanks: one key."""
    keys = normalising.names(texts("王小美", "曾丽", *ways)).iloc[2:]
    assert len(set(keys)) == 1


def test_titles_and_numbers_are_no_names():
    """A title and a number go; what is left of a title alone is the surname, of numbers alone nothing."""
    keys = normalising.names(texts("王先生", "Ms. Li Na", "李娜", "momo877", "12345", None))
    assert keys.iloc[:4].tolist() == ["wang", "li na", "li na", "momo"]
    assert keys.iloc[4:].isna().all()


@pytest.mark.parametrize(
    ("family", "sound"),
    [("曾", "zeng"), ("单", "shan"), ("仇", "qiu"), ("解", "xie"), ("翟", "zhai"), ("盖", "ge")],
)
def test_surnames_are_not_read_as_words(family, sound):
    """A dictionary reads these as words; the table of surnames goes first, and only for the first character."""
    assert normalising.spoken(family + "丽") == (sound, "li")
    assert normalising.SURNAME_SOUNDS[family] == sound


def test_the_sound_of_u_with_dots_is_one():
    """吕 is lv in pinyin; people write lyu, lu or lü."""
    assert normalising.sound("吕") == "lv"


def test_phones_are_their_last_digits():
    """Blanks, dashes and a country's prefix don't matter; a masked or short number is none."""
    found = normalising.phones(
        texts("+86 121 2345 6789", "8612123456789", "121-2345-6789", "121****6789", "12345", None)
    )
    assert found.iloc[:3].tolist() == ["12123456789"] * 3
    assert found.iloc[3:].isna().all()


def test_emails_are_plain():
    """Case, blanks and what follows a plus don't matter; without an @ there is none."""
    found = normalising.emails(texts(" Ann@X.org", "ann+shop@x.org", "ann.x.org"))
    assert found.iloc[:2].tolist() == ["ann@x.org"] * 2
    assert found.isna().iloc[2]


def test_dates_in_any_format_are_one():
    """Defaults of a system and days that there aren't are missing; a birthday needs no year."""
    written = texts("1992-03-07", "1992/03/07", "19920307", "03-07", "1900-01-01", "1992-02-31", None)
    assert normalising.birth_dates(written).iloc[:3].tolist() == ["1992-03-07"] * 3
    assert normalising.birth_dates(written).iloc[3:].isna().all()
    days = normalising.birthdays(written)
    assert days.iloc[:4].tolist() == ["03-07"] * 4
    assert days.iloc[4:].isna().all()


def test_cities_sound_the_same_and_codes_say_too_little():
    """Characters, with and without 市, pinyin in any case; a code of two letters may be two cities."""
    found = normalising.cities(texts("西安", "西安市", "Xi'an", "xian", "SZ"))
    assert found.iloc[:4].tolist() == ["xian"] * 4
    assert found.isna().iloc[4]


def test_genders_in_any_code():
    """Each system's code; what is no code is missing."""
    found = normalising.genders(texts("F", "Ms", "女", "m", "Mr", "男", "x"))
    assert found.iloc[:6].tolist() == ["female"] * 3 + ["male"] * 3
    assert found.isna().iloc[6]


def test_a_list_without_a_column_is_normalised_too():
    """What isn't there is missing throughout, and nothing else is lost."""
    records = pd.DataFrame({"record_id": ["X1"], "source": ["till"], "phone": ["12123456789"]})
    plain = normalising.normalised(records)
    assert list(plain) == ["record_id", "source", *normalising.FIELDS]
    assert plain.columns[plain.notna().any()].tolist() == ["record_id", "source", "phone"]
