"""Columns whose value belongs to several rows together: written on each of them it would be counted several times."""

import re

AMOUNT = re.compile(
    r"total|amount|price|\bsum\b|revenue|sales|turnover|paid|discount|\btax|shipping|freight|\bfee|cost|refund|qty|quantity|"
    r"betrag|preis|summe|menge|umsatz|rabatt|steuer|versand|montant|prix|quantit|remise|importe|precio|cantidad|descuento|valor|prezzo|"
    r"金额|總額|总额|总价|小计|合计|单价|价格|数量|实付|应付|折扣|优惠|运费|税",
    re.IGNORECASE,
)


def is_amount(name: str) -> bool:
    """Whether a column is a sum or a number of pieces, by its name; ``_`` parts words."""
    return AMOUNT.search(name.replace("_", " ")) is not None
