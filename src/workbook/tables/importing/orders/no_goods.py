"""Order lines that are no goods by their names: gift cards, tips, shipping, deposits. They are counted and told, never removed
unless a mapping says so.

A gift card that is sold is money for goods that are bought later: whoever counts it when it is sold counts it again when it is
spent.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from workbook.tables.importing.orders.lines import Kept

# What the names of such lines have in them, as `plain_words` writes them, and a word to look for it by.
KINDS = {
    "gift cards": r"\be ?gift\b|gift ?(?:card|certificate|voucher)s?\b(?! (?:holder|box|envelope|sleeve))|store credit|geschenk(?:karte|gutschein)|wertgutschein|carte cadeau|cheque cadeau"
    r"|tarjeta (?:de )?regalo|(?:carta|buono) regalo|cadeau(?:bon|kaart)|礼品卡|礼品券|购物卡|储值卡|储值|充值|ギフト(?:カード|券)|商品券",
    "tips": r"^tips?$|\bgratuity\b|trinkgeld|pourboire|propina|小费",
    "donations": r"^donations?\b|\bdonation$|\bspende\b|捐款|捐赠|公益",
    "deposits": r"\bdeposits?\b|\bpfand\b|\bconsigne\b|押金|定金|订金|保证金",
    "insurance": r"\b(?:shipping|package|parcel|return|route) (?:insurance|protection)\b|运费险|保价",
    "shipping": r"^(?:shipping|delivery|freight)\b(?!.*\bbag)|\b(?:postage|carriage)$|versandkosten|^versand$|^porto$|frais de (?:port|livraison)|gastos de envio"
    r"|spese di spedizione|verzendkosten|运费|邮费|配送费|快递费|送料",
    "fees": r"\b(?:service|handling|booking|processing|payment|transaction|order|admin|amazon|bank|cod|delivery) (?:fee|charge)s?\b|^fees?$|^surcharge\b"
    r"|手续费|服务费|包装费|手数料|gebuhr$",
    "adjustments": r"^(?:manual|discount|rounding)$|^(?:adjust\w*|rounding|correction)\b|^(?:抹零|调整|优惠|折扣)$",
}  # fmt: skip
ANY = "|".join(f"(?:{pattern})" for pattern in KINDS.values())
SPENT = r"gift|store credit|voucher|gutschein|cadeau|regalo|礼品卡|购物卡|储值|ギフト"  # in the name of a way to pay
NAMES = ("product_name", "category", "product_id")  # what may tell, the first that does
LINES_OF, MONEY_OF, PAID, PAID_MONEY = "no goods, lines: ", "no goods, money: ", "paid with a gift card, orders", "paid with a gift card, money"  # fmt: skip
NAMED = 3  # texts of a kind that a sentence names


def plain_words(texts: pd.Series) -> pd.Series:
    """Texts in small letters, without accents, with blanks for what stands between words."""
    letters = texts.str.normalize("NFKD").str.casefold().str.replace("[\u0300-\u036f]", "", regex=True)
    return letters.str.normalize("NFKC").str.replace(r"[\W_]+", " ", regex=True).str.strip()


def counted(kept: Kept) -> Counter[str]:
    """How many lines are no goods, and for how much, by kind and name; and what is paid with a gift card."""
    rows, found = kept.rows, Counter[str]()
    left = ~rows["is_return"].to_numpy(dtype=bool)
    amounts = rows["amount"].to_numpy() if "amount" in rows else np.zeros(len(rows))
    for column in NAMES:
        texts = kept.texts[column]
        plain = plain_words(texts)
        for place in np.flatnonzero(plain.str.contains(ANY, regex=True).to_numpy(dtype=bool)):
            hit = left & (rows[column].to_numpy() == place)
            left &= ~hit
            if hit.any():
                kind = next(k for k, pattern in KINDS.items() if re.search(pattern, plain.iloc[place]))
                found[f"{LINES_OF}{kind}: {texts.iloc[place]}"] += int(hit.sum())
                found[f"{MONEY_OF}{kind}"] += hundredths(amounts[hit])
    ways = plain_words(kept.texts["payment"]).str.contains(SPENT, regex=True).to_numpy(dtype=bool)
    paid = np.append(ways, False)[rows["payment"].to_numpy()] & ~rows["is_return"].to_numpy(dtype=bool)
    if paid.any():
        found[PAID] += int(rows.loc[paid, "order_id"].nunique())
        found[PAID_MONEY] += hundredths(amounts[paid])
    return found


def hundredths(amounts: np.ndarray) -> int:
    """A sum of money in hundredths."""
    return round(100 * float(np.nansum(amounts)))


def in_words(counts: Mapping[str, int]) -> Iterator[str]:
    """What to say of lines that are no goods, and of gift cards that are spent."""
    lines = {n.removeprefix(LINES_OF): v for n, v in counts.items() if n.startswith(LINES_OF)}
    parts = []
    for kind in KINDS:
        names = {n.partition(": ")[2]: v for n, v in lines.items() if n.startswith(f"{kind}: ")}
        if names:
            often = sorted(names, key=lambda name: -names[name])
            few = ", ".join(map(repr, often[:NAMED]))
            few += f" and {len(often) - NAMED} more" if len(often) > NAMED else ""
            money = counts.get(MONEY_OF + kind, 0) / 100
            parts.append(f"{kind} ({few}; lines: {sum(names.values()):,}, sum: {money:,.2f})")
    if parts:
        cards = any(part.startswith("gift cards") for part in parts)
        again = "; a gift card that is sold counts again when it is spent" if cards else ""
        yield (
            f"lines that are no goods by their names, and count as sales: {', '.join(parts)}{again}. To leave such lines out, say "
            'leave_out = "gift card|tip" (a pattern of yours) below [rules] in a mapping'
        )
    if n := counts.get(PAID):
        yield (
            f"orders paid with a gift card or store credit, wholly or in part: {n:,}, with lines for "
            f"{counts.get(PAID_MONEY, 0) / 100:,.2f}; if the cards were sold here, their sale is counted as well"
        )
