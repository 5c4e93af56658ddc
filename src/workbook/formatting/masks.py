"""Personal data in texts and ids: what is left is too little to call or write to anybody, or to know who it is."""

import re

MAIL = re.compile(r"[^\s@<>\"'()]+@[^\s@<>\"'()]+\.[^\s@<>\"'().,;:!?]+")
# Eight to fifteen digits, as people group them; neither part of a longer number or word, nor an amount.
PHONE = re.compile(
    r"(?<!GB/T )(?<!ISO )(?<!DIN )(?<![\w.,/-])\+?\(?\d(?:[ ()/-]{0,2}\d){7,14}(?![\w/-]|[.,]\d)"
)
DATE = re.compile(
    r"\d{4}[-/ ]\d\d?[-/ ]\d\d?|\d\d?[-/ ]\d\d?[-/ ]\d{4}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$"
)


LONG = re.compile(r"[A-Za-z0-9_-]{33,}")  # an id that no page has room for


def short_id(text: str) -> str:
    """A long id by its first eight and its last four characters: ``005a21e4…ed34``."""
    return f"{text[:8]}…{text[-4:]}" if LONG.fullmatch(text) else text


def masked(text: str) -> str:
    """Text in which phone numbers and e-mail addresses are cut short: ``138…78``, ``a…@…com``.

    A number of fewer than eight digits stays, and so does what is written like a date.
    """
    if "@" in text:
        text = MAIL.sub(lambda mail: f"{mail[0][0]}…@…{mail[0].rpartition('.')[2]}", text)
    return PHONE.sub(lambda phone: phone[0] if DATE.match(phone[0]) else cut(phone[0].lstrip("(")), text)


def cut(text: str) -> str:
    """The first three and the last two characters."""
    return f"{text[:3]}…{text[-2:]}"


def masked_person(id: str) -> str:
    """A customer's id, which may be a phone number, an address or, where it has no digit, a name."""
    hidden = masked(id)
    name = hidden == id and len(id) > 1 and not any(character.isdigit() for character in id)
    return f"{id[0]}…" if name else hidden
