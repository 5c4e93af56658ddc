"""Words → how serious something is."""

import re

import pandas as pd

from workbook.tables.importing.cells.characters import plain_text

# Names of priorities, as help desks have them: those of ITIL, of issue trackers, and of other languages.
SEVERITY = {
    3: "critical urgent emergency blocker blocking highest high severe serious important asap p0 p1 p2 "
    "kritisch dringend hoch sofort critique urgente haute élevée crítica critica alta urgent hög hoog wysoki критический срочный высокий "
    "紧急 特急 加急 非常紧急 高 严重 非常严重 最高 重大 重要",
    2: "medium moderate normal middle average standard major p3 mittel moyenne moyen media medio normale medel средний обычный "
    "中 中等 普通 一般 正常",
    1: "low lowest minor trivial planning minimal question p4 p5 niedrig gering basse faible baja baixa bassa låg laag niski низкий "
    "低 最低 轻微 次要",
}
GRADE = {3: "senior 高级", 2: "advanced intermediate 中级 进阶 重要 较大", 1: "basic 初级 基础"}
# The lowest of a scale of grades that has nothing lower.
USUAL = {"normal", "standard", "一般", "普通", "正常"}
LEVELS = {
    "severity": SEVERITY,
    "grade": {level: f"{GRADE[level]} {words}" for level, words in SEVERITY.items()},
}
NOT = {"not", "non", "no", "nicht", "kein", "pas", "不"}
WORDS = re.compile(r"[^\W\d_]+")
NUMBERED = re.compile(r"^\W*(?:p|prio|priority|s|sev|severity|优先级)[\s_.:#-]*([0-5])\b")
SUFFIX = re.compile(r"(?:优先级?|级别|程度|级)$")


def read_levels(texts: pd.Series, column: str) -> pd.Series:
    """Levels 1 to 3 of distinct texts, NaN where none is named, or several are.

    ``1 - Critical``, ``High``, ``P1`` (as ITIL counts: P1 and P2 are 3, P3 is 2) and ``紧急`` are read; of ``P1 - Critical``
    the word counts. Where a scale of grades has nothing lower, its usual one is the lowest: 一般, 重要, 紧急 are 1, 2, 3.
    """
    known = {word: level for level, words in LEVELS[column].items() for word in words.split()}
    plain = texts.map(lambda text: plain_text(text).casefold())
    levels = plain.map(lambda text: level_of(text, known)).astype("float64")
    if column == "grade" and not levels.eq(1).any():
        usual = plain.map(lambda text: not USUAL.isdisjoint(words_of(text))).astype(bool)
        levels = levels.mask(usual & levels.eq(2), 1)
    return levels


def level_of(text: str, known: dict[str, int]) -> int | None:
    """The one level that a text names."""
    words = words_of(text)
    found = {known[word] for word in words if word in known}
    if not found and (numbered := NUMBERED.match(text)):
        found = {known[f"p{numbered[1]}"]}
    return found.pop() if len(found) == 1 and not NOT.intersection(words) else None


def words_of(text: str) -> list[str]:
    """Words of a text, without "level" or "priority" behind a Chinese one."""
    return [SUFFIX.sub("", word) for word in WORDS.findall(text)]
