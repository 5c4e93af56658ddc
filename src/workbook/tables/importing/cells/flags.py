"""Text → yes or no, in the words of several languages and systems."""

import re

import pandas as pd

from workbook.tables.importing.cells.characters import plain_text
from workbook.tables.importing.cells.distinct import by_distinct
from workbook.tables.importing.cells.ids import says_something
from workbook.tables.importing.readers.dictionary_encoding import Texts

# Words as `word` writes them: in small letters, parted by single blanks, whatever stood between them.
YES = {
    "true", "t", "yes", "y", "1", "1.0", "on", "✓", "✔", "☑", "✅", "wahr", "ja", "j", "oui", "vrai", "si", "sí", "verdadero", "sim", "verdadeiro", "vero",
    "tak", "да", "истина", "kyllä", "evet", "はい", "예", "是", "有", "真", "对", "√",
}  # fmt: skip
NO = {
    "false", "f", "no", "n", "0", "0.0", "off", "falsch", "nein", "non", "faux", "falso", "não", "nao", "nee", "nej", "nei", "nie",
    "нет", "ложь", "ei", "hayır", "いいえ", "아니요", "✗", "✘", "☐", "❌", "否", "无", "假", "不",
}  # fmt: skip
WITHDRAWN = {
    "withdrawn", "revoked", "unsubscribed", "unsubscribe", "opted out", "opt out", "optout", "withdrew", "withdraw", "revoke", "cancelled", "canceled", "widerrufen", "abgemeldet", "désabonné",
    "desabonné", "retiré", "revocado", "cancelado", "已撤回", "撤回", "已退订", "退订", "取消订阅", "已取消",
}  # fmt: skip
# Neither: a question that has no answer yet.
PENDING = {
    "pending", "unconfirmed", "not confirmed", "awaiting confirmation", "confirmation sent", "doi sent", "opt in sent", "待确认", "未确认",
}  # fmt: skip
# What the words of one column mean: yes, and no.
OF_COLUMN = {
    "granted": (
        {
            "granted", "given", "consented", "accepted", "agreed", "allowed", "confirmed", "active", "opt in", "opted in", "optin", "double opt in",
            "double opted in", "doi", "single opt in", "single opted in", "confirmed opt in", "explicit", "subscribe", "subscribed", "resubscribed", "eingewilligt",
            "zugestimmt", "angemeldet", "abonniert", "abonné", "accepté", "aceptado", "suscrito", "同意", "已同意", "已订阅", "订阅", "已授权", "授权",
        },
        {
            "denied", "declined", "refused", "rejected", "not granted", "not given", "not subscribed", "never subscribed", "never", "non subscribed",
            "nonsubscribed", "cleaned", "bounced", "not consented", "no consent", "inactive",
            "suppressed", "blocked", "invalid", "complained", "spam", "archived", "transactional", "none", "abgelehnt", "refusé", "rechazado",
            *PENDING, "不同意", "未同意", "未订阅", "从未订阅", "拒绝", "已拒绝", "未授权",
        },
    ),
    "ordered": (
        {
            "converted", "conversion", "purchase", "purchased", "bought", "order", "ordered", "sale", "success", "gekauft", "acheté", "comprado",
            "转化", "已转化", "购买", "已购买", "下单",
        },
        {
            "not converted", "no conversion", "no purchase", "not purchased", "not bought", "no order", "not ordered", "none", "view", "viewed", "page view",
            "pageview", "visit", "visited", "impression", "exposure", "exposed", "add to cart", "cart", "nicht gekauft", "未转化", "未购买", "浏览", "曝光",
        },
    ),
}  # fmt: skip
BETWEEN = re.compile(r"[\s_\-–—/.]+(?![0-9])")


def word(text: str) -> str:
    """A text in small letters, with single blanks where it has any, a hyphen or a line below."""
    return BETWEEN.sub(" ", plain_text(text).casefold()).strip()


def read_flags(cells: Texts, column: str = "") -> pd.Series:
    """Yes or no, missing where neither is said.

    Parameters
    ----------
    cells : texts
    column : ours, which may have words of its own
    """
    yes, no = OF_COLUMN.get(column, (set(), set()))
    known = dict.fromkeys(NO | no | WITHDRAWN, False) | dict.fromkeys(YES | yes, True)
    return by_distinct(cells, lambda texts: texts.map(word).map(known).astype("boolean"))


def is_withdrawn(cells: pd.Series) -> pd.Series:
    """Tell which texts say that a yes was taken back."""
    return cells.map(word).isin(WITHDRAWN)


def waits_for_answer(cells: pd.Series) -> pd.Series:
    """Tell which texts say that a question has no answer yet."""
    return cells.map(word).isin(PENDING)


def yes_or_no(cells: pd.Series) -> bool:
    """Whether all filled cells say yes or no."""
    filled = says_something(cells)
    return bool(filled.any() and read_flags(cells[filled]).notna().all())
