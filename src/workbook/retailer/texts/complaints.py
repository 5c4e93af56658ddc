"""Complaints as customers write them: a situation in some voice, with a mood, a digression and slips.

Each text is put together from parts: opening, event, aside (about something else), consequence, demand, closing. The
grade shows in what happened, what came of it and what is asked for; now and then people exaggerate or play down, and a
terse one says too little to tell.
"""

from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from workbook.retailer.texts import complaints_en, complaints_zh, events_en, events_zh
from workbook.retailer.texts import grammar as g
from workbook.retailer.texts.garments import KINDS, Wardrobe

CAUSES = {
    "product": ("quality", "not as described", "counterfeit"),
    "logistics": ("late", "damaged", "lost"),
    "service": ("slow", "rude", "after-sales", "returns"),
    "system": ("app", "payment", "account"),
}
CATEGORIES = tuple(CAUSES)
GRADES = (1, 2, 3)

EVENT_OFF = 0.03  # chance that the event told sounds one grade off
TALK_OFF = 0.11  # the same of consequence and demand, each: people threaten lightly, or play down
SUBJECT_TOLD = 0.35  # share of texts that say what they are about
SUBJECT_OFF = 0.25  # share of those that name another cause
SLIPS = 0.14  # share of texts with a slip of the keyboard
EMOJI = 0.03  # share of texts that end in one
LONGEST = 220  # characters
OPENING, ASIDE, CONSEQUENCE, DEMAND, CLOSING, SUBJECT, EVENT = range(7)
ORDERS = (  # with their shares
    ((OPENING, SUBJECT, EVENT, ASIDE, CONSEQUENCE, DEMAND, CLOSING), 0.30),
    ((OPENING, SUBJECT, EVENT, CONSEQUENCE, ASIDE, DEMAND, CLOSING), 0.25),
    ((OPENING, SUBJECT, EVENT, CONSEQUENCE, DEMAND, ASIDE, CLOSING), 0.20),
    ((OPENING, SUBJECT, DEMAND, EVENT, CONSEQUENCE, ASIDE, CLOSING), 0.15),
    ((OPENING, SUBJECT, CONSEQUENCE, EVENT, ASIDE, DEMAND, CLOSING), 0.10),
)
LEFT_OUT = (ASIDE, SUBJECT, OPENING, CLOSING, CONSEQUENCE)  # in this order, while a text is too long


class _Language:
    """One language's lines, sorted once under the places they fit."""

    def __init__(
        self, events: tuple[g.Line, ...], lines: ModuleType, money: tuple[str, ...], days: tuple[str, str]
    ) -> None:
        places = {sub: (sub, category, "*") for category, subs in CAUSES.items() for sub in subs}
        self.events = g.menu(events, places, "123")
        self.consequences = g.menu(lines.CONSEQUENCES, places, "123")
        self.demands = g.menu(lines.DEMANDS, places, "123")
        self.subjects = g.menu(lines.SUBJECTS, places, "123")
        self.asides = g.menu(lines.ASIDES, {c: (c,) for c in CATEGORIES}, "123")
        names, shares, between, ends, lower, kept = zip(*lines.VOICES, strict=True)
        self.openings, self.closings = (_by_voice(said, names) for said in (lines.OPENINGS, lines.CLOSINGS))
        self.shares, self.lower, self.kept = np.array(shares), np.array(lower), np.array(kept)
        self.between, self.ends, self.emoji = (g.words_of(w) for w in (between, ends, lines.EMOJI))
        self.wardrobe = Wardrobe(lines.GARMENTS, lines.COLOURS)
        self.money, self.days = g.words_of(money), days
        self.slip = g.slip_in(lines)


def _by_voice(said: dict[str, tuple[str, ...]], names: tuple[str, ...]) -> g.Menu:
    lines = [(voice, "1", words) for voice, all_words in said.items() for words in all_words]
    return g.menu(lines, {name: (name,) for name in names}, "1")


LANGUAGES = {
    "en": _Language(events_en.EVENTS, complaints_en, ("¥{}", "{} yuan"), ("{} day", "{} days")),
    "zh": _Language(events_zh.EVENTS, complaints_zh, ("{}元", "{}块"), ("{}", "{}")),
}


def complaint_texts(cases: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Write what each complaint says.

    Parameters
    ----------
    cases : category, sub_cause (see `CAUSES`), grade (1, 2, 3), language ("en", "zh"), garment (see `KINDS`),
        days since the order, amount paid in CNY
    rng : where the words' randomness comes from

    Returns
    -------
    Texts of at most 220 characters, with the index of ``cases``.
    """
    return g.by_language(cases, LANGUAGES, _written, rng)


def _written(cases: pd.DataFrame, words: _Language, rng: np.random.Generator) -> g.Texts:
    n = len(cases)
    voice = rng.choice(len(words.shares), n, p=words.shares / words.shares.sum())
    parts = _parts(cases, words, voice, rng)
    for part, kept in zip((OPENING, ASIDE, CONSEQUENCE, DEMAND, CLOSING), words.kept[voice].T, strict=True):
        parts[part][rng.random(n) >= kept] = ""
    parts[SUBJECT][rng.random(n) >= SUBJECT_TOLD] = ""
    slots = _slots(cases, words, rng)
    order = rng.choice(len(ORDERS), n, p=[share for _, share in ORDERS])
    texts = _composed(parts, order, slots, words, voice)
    for part in LEFT_OUT:
        long = np.flatnonzero([len(text) > LONGEST - 3 for text in texts])
        parts[part][long] = ""
        some = [p[long] for p in parts]
        texts[long] = _composed(some, order[long], [slots[i] for i in long], words, voice[long])
    texts = g.slipped(texts, SLIPS, words.slip, rng)
    smiling = np.flatnonzero(rng.random(n) < EMOJI)
    texts[smiling] += words.emoji[rng.integers(0, len(words.emoji), len(smiling))]
    return texts


def _parts(cases: pd.DataFrame, words: _Language, voice: g.Whole, rng: np.random.Generator) -> list[g.Texts]:
    """Draw every part for each row, in the order of their numbers."""
    causes = [sub for subs in CAUSES.values() for sub in subs]
    cause = g.codes(cases["sub_cause"], causes, "sub_cause")
    grade = g.codes(cases["grade"], GRADES, "grade")
    category = g.codes(cases["category"], CATEGORIES, "category")
    other = (category + rng.integers(1, len(CATEGORIES), len(cases))) % len(CATEGORIES)
    first = np.zeros(len(cases), dtype=np.intp)
    named = np.where(rng.random(len(cases)) < SUBJECT_OFF, rng.integers(0, len(causes), len(cases)), cause)

    def said(menu: g.Menu, off: float) -> g.Texts:
        return menu.pick(cause, g.blurred(grade, len(GRADES), off, rng), rng)

    return [
        words.openings.pick(voice, first, rng),
        words.asides.pick(other, grade, rng),
        said(words.consequences, TALK_OFF),
        said(words.demands, TALK_OFF),
        words.closings.pick(voice, first, rng),
        words.subjects.pick(named, grade, rng),
        said(words.events, EVENT_OFF),
    ]


def _slots(cases: pd.DataFrame, words: _Language, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Words and numbers to fill in, a row each."""
    n = len(cases)
    slots = words.wardrobe.slots(g.codes(cases["garment"], KINDS, "garment"), rng)
    days = cases["days"].clip(lower=1).astype(int)
    coins = words.money[rng.integers(0, len(words.money), n)]
    amounts = cases["amount"].round().astype(int)
    few, bulk = rng.integers(2, 7, n), rng.integers(8, 61, n) * 5
    one, many = words.days
    for slot, d, coin, amount, k, b in zip(slots, days, coins, amounts, few, bulk, strict=True):
        slot.update(days=(one if d == 1 else many).format(d), money=coin.format(amount), n=k, bulk=b)
    return slots


def _composed(
    parts: list[g.Texts], order: g.Whole, slots: list[dict[str, Any]], words: _Language, voice: g.Whole
) -> g.Texts:
    """Join the parts in their order, fill the slots, and end in the manner of the voice."""
    drafts = g.joined_parts(parts, order, [places for places, _ in ORDERS], words.between[voice])
    filled = (draft.format_map(slot) for draft, slot in zip(drafts, slots, strict=True))
    manners = zip(filled, words.ends[voice], words.lower[voice], strict=True)
    return g.words_of(_ended(text, end, lower) for text, end, lower in manners)


def _ended(text: str, end: str, lower: bool) -> str:
    """Give a text the voice's end and case, and no doubled punctuation."""
    text = text.replace("？，", "？").replace("？。", "？")
    if lower:
        return text.lower().rstrip(".")
    if not end or text[-1] in "?？":
        return text
    return text.rstrip(".。，") + end


def noisy_labels(true: pd.Series, rng: np.random.Generator, error: float, near: bool) -> pd.Series:
    """Return the labels that staff ticked.

    Parameters
    ----------
    true : the right labels: grades, categories or sentiments (or any others: then those that occur)
    rng : where the slips come from
    error : chance of another label, 0 to 1
    near : whether it is the next one up or down (for grades) or any other
    """
    scale = _scale(true)
    right = g.codes(true, scale, "true")
    wrong = _beside(right, len(scale), rng) if near else _another(right, len(scale), rng)
    ticked = np.where(rng.random(len(true)) < error, wrong, right)
    values = pd.Series(scale, dtype=true.dtype)
    return pd.Series(values.to_numpy()[ticked], index=true.index, dtype=true.dtype, name=true.name)


def _scale(true: pd.Series) -> list[Any]:
    seen = set(true)
    for known in (GRADES, CATEGORIES, (-1, 0, 1)):
        if seen <= set(known):
            return list(known)
    return sorted(seen)


def _beside(right: g.Whole, labels: int, rng: np.random.Generator) -> g.Whole:
    """The label above or below; at an end, the only neighbour."""
    step = np.where(rng.random(len(right)) < 0.5, -1, 1)
    step = np.where(right == 0, 1, np.where(right == labels - 1, -1, step))
    return np.clip(right + step, 0, labels - 1)


def _another(right: g.Whole, labels: int, rng: np.random.Generator) -> g.Whole:
    """Any other label, each as likely."""
    return (right + rng.integers(1, max(2, labels), len(right))) % labels
