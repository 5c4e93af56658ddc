"""Words → what an order is for."""

import pandas as pd

# As shop systems, tills and the handbook call the three scenes that the contract names.
SCENES = {
    "gift": "gift gifts present presents gifting geschenk cadeau regalo presente prezent 礼品 礼物 送礼 节日礼品 节日送礼 "
    "贈答 ギフト プレゼント",
    "everyday": "everyday daily own self personal normal regular privat eigenbedarf 日常 自用 日常补给 日常使用 自家用",
    "business": "business office corporate company firma gewerblich 商务 商用 公司 商务采购 企业采购 办公 法人",
}
KNOWN = {word: scene for scene, words in SCENES.items() for word in words.split()}


def read_scenes(texts: pd.Series) -> pd.Series:
    """Scenes by the contract's names; one that isn't known stays as it is written."""
    return texts.map(lambda text: KNOWN.get(text.casefold(), text)).astype("str")
