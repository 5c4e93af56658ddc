"""Social posts about the retailer, ironic ones among them, in the manner of each platform."""

from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from workbook.retailer.texts import complaints_en, complaints_zh, posts_en, posts_zh
from workbook.retailer.texts import grammar as g
from workbook.retailer.texts.garments import KINDS, Wardrobe

TOPICS = ("style", "quality", "price", "service", "delivery", "livestream", "crisis")
SENTIMENTS = (-1, 0, 1)
MOODS = "-0+"  # how the lines write them
PLATFORMS = ("WeChat", "Douyin", "Xiaohongshu", "Weibo")

OPENED = 0.45  # share of posts with an opening in the platform's manner
TAILED = 0.5  # share with a general remark at the end
TAIL_OFF = 0.12  # share of those whose remark sounds like another mood
TAGGED = {"WeChat": 0.05, "Douyin": 0.45, "Xiaohongshu": 0.55, "Weibo": 0.5}  # share with a hashtag
EMOJI = 0.15  # share with an emoji
SLIPS = 0.06  # share with a slip of the keyboard


class _Language:
    """One language's lines, sorted once under the topics they fit."""

    def __init__(self, lines: ModuleType, things: ModuleType, between: str, tag: dict[str, str]) -> None:
        topics = {topic: (topic, "*") for topic in TOPICS}
        self.posts, self.tails = g.menu(lines.POSTS, topics, MOODS), g.menu(lines.TAILS, topics, MOODS)
        self.tags = g.menu(lines.TAGS, topics, "0")
        opened = [(platform, "0", words) for platform, said in lines.OPENINGS.items() for words in said]
        self.openings = g.menu(opened, {platform: (platform,) for platform in PLATFORMS}, "0")
        self.emoji, self.between = g.words_of(lines.EMOJI), between
        self.tag = g.words_of(tag.get(platform, "#{}") for platform in PLATFORMS)
        self.wardrobe = Wardrobe(things.GARMENTS, things.COLOURS)
        self.slip = g.slip_in(things)


LANGUAGES = {
    "en": _Language(posts_en, complaints_en, " ", {}),
    "zh": _Language(posts_zh, complaints_zh, "，", {"Weibo": "#{}#"}),
}


def post_texts(posts: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Write what each post says.

    Parameters
    ----------
    posts : topic (see `TOPICS`), sentiment (-1, 0, 1), platform (see `PLATFORMS`), language ("en", "zh"), garment
    rng : where the words' randomness comes from

    Returns
    -------
    Texts with the index of ``posts``. Irony is among them: kind words in an angry post and the reverse.
    """
    return g.by_language(posts, LANGUAGES, _written, rng)


def _written(posts: pd.DataFrame, words: _Language, rng: np.random.Generator) -> g.Texts:
    n = len(posts)
    platform = g.codes(posts["platform"], PLATFORMS, "platform")
    topic = g.codes(posts["topic"], TOPICS, "topic")
    mood = g.codes(posts["sentiment"], SENTIMENTS, "sentiment")
    first = np.zeros(n, dtype=np.intp)
    parts = [
        words.openings.pick(platform, first, rng),
        words.posts.pick(topic, mood, rng),
        words.tails.pick(topic, g.blurred(mood, len(SENTIMENTS), TAIL_OFF, rng), rng),
    ]
    parts[0][rng.random(n) >= OPENED] = ""
    parts[2][rng.random(n) >= TAILED] = ""
    drafts = g.joined_parts(parts, first, [(0, 1, 2)], g.words_of([words.between] * n))
    texts = g.words_of(d.format_map(s) for d, s in zip(drafts, _slots(posts, words, rng), strict=True))
    texts = g.slipped(g.words_of(map(_tidy, texts)), SLIPS, words.slip, rng)
    return _decorated(texts, platform, words.tags.pick(topic, first, rng), words, rng)


def _slots(posts: pd.DataFrame, words: _Language, rng: np.random.Generator) -> list[dict[str, Any]]:
    slots = words.wardrobe.slots(g.codes(posts["garment"], KINDS, "garment"), rng)
    for slot, few in zip(slots, rng.integers(2, 7, len(posts)), strict=True):
        slot["n"] = few
    return slots


def _tidy(text: str) -> str:
    """Start with a capital where there are any, and double no punctuation."""
    return (text[0].upper() + text[1:]).replace("？，", "？")


def _decorated(
    texts: g.Texts, platform: g.Whole, tags: g.Texts, words: _Language, rng: np.random.Generator
) -> g.Texts:
    """Add an emoji and a hashtag to some, hashtags as the platform writes them."""
    smiling = np.flatnonzero(rng.random(len(texts)) < EMOJI)
    texts[smiling] += words.emoji[rng.integers(0, len(words.emoji), len(smiling))]
    tagging = np.array([TAGGED[p] for p in PLATFORMS])[platform]
    tagged = np.flatnonzero(rng.random(len(texts)) < tagging)
    forms = zip(words.tag[platform[tagged]], tags[tagged], strict=True)
    texts[tagged] += g.words_of(" " + form.format(tag) for form, tag in forms)
    return texts
