"""Nouns and verbs that agree with the number before them: 1 order is, 2 orders are, 1 of 5 orders is.

Sentences are written for several things. Behind a one, a noun that is listed here loses its s, and a verb changes its form.
"""

import re

from workbook.formatting.quantities import NAMED

NOUNS = """months years points rows values figures records products messages tickets complaints requests phones pairs units
clusters columns parts intervals findings acts rewards deliverables ways"""
COUNTED = (*NAMED, *NOUNS.split())
NEAR = "new|other|more|such|wrong|usual|effective|marketing"  # words between a number and what it counts
REGULAR = "break bring contain differ explain find follow get lie name repeat show sleep speak"
DOES = {"are": "is", "were": "was", "have": "has", "do": "does", "aren't": "isn't"}
DOES |= {verb: f"{verb}s" for verb in REGULAR.split()}
ENDS = "whose|which|and|but|an?|to|will|would|can|could|may|must|(?<!of )the"  # somebody else is spoken of, or no more is said

single = "|".join(noun.removesuffix("s") for noun in COUNTED)
ONE = re.compile(rf"1(?: (?:{single}))?")
SEVERAL = re.compile(rf"^((?: (?:{NEAR}))? (?:{single}))s\b|^ people\b")
CLAUSE = re.compile(rf"^(?: (?!(?:{ENDS})\b)[\w'-]+)+")
VERB = re.compile(rf"\b(?:{'|'.join(DOES)})\b(?!')")


def is_one(words: str) -> bool:
    """Whether a number is one: ``1``, or ``1 day``."""
    return bool(ONE.fullmatch(words))


def agreeing(text: str, *, one: bool, alone: bool) -> str:
    """The text behind a number: its noun is single behind ``one``, and its verbs where they speak of one ``alone``."""
    text = SEVERAL.sub(lambda noun: noun[1] or " person", text) if one else text
    return CLAUSE.sub(lambda said: VERB.sub(lambda verb: DOES[verb[0]], said[0]), text) if alone else text
