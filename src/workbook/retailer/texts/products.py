"""A short sentence about each product, as the shop writes it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbook.retailer.texts import grammar as g

# The first words of a product's name, and its style, in words that a shop would use: English, Chinese.
FABRICS = {
    "cotton": ("soft cotton", "柔软纯棉"), "linen": ("breathable linen", "透气亚麻"), "silk": ("lustrous silk", "光泽真丝"),
    "denim": ("sturdy denim", "挺括牛仔"), "wool": ("warm wool", "保暖羊毛"), "jersey": ("easy jersey", "弹力针织"),
    "knit": ("fine knit", "细密针织"), "satin": ("smooth satin", "顺滑缎面"), "merino": ("fine merino", "细美利奴羊毛"),
    "cashmere": ("light cashmere", "轻软羊绒"), "mohair": ("fluffy mohair", "蓬松马海毛"), "down": ("light down", "轻盈羽绒"),
    "trench": ("tight gabardine", "防泼水华达呢"), "leather": ("supple leather", "柔韧真皮"), "canvas": ("robust canvas", "耐磨帆布"),
    "suede": ("velvety suede", "细绒麂皮"), "mesh": ("airy mesh", "透气网面"), "nylon": ("light nylon", "轻便尼龙"),
    "straw": ("woven straw", "手编草编"), "metal": ("brushed metal", "拉丝金属"),
}  # fmt: skip
CUTS = {
    "basic": ("plain and easy to combine", "基础简约"), "everyday": ("made for every day", "日常百搭"),
    "slim": ("with a slim line", "线条利落"), "relaxed": ("with room to move", "宽松自在"),
    "tailored": ("cut to sit just right", "版型合身"), "signature": ("with our signature detail", "招牌细节"),
    "atelier": ("finished by hand", "手工收边"), "premium": ("from our best mill", "甄选面料"),
}  # fmt: skip
STYLES = {
    "commuter": (("for the office", "for the way to work", "for long meetings"), ("通勤", "上班", "开会")),
    "street": (("for the street", "for city weekends", "for late nights"), ("街头", "周末逛街", "夜游")),
    "classic": (
        ("to outlast trends", "for all occasions", "for years to come"),
        ("各种场合", "四季", "正式场合"),
    ),
    "sport": (
        ("for people on the move", "for a run to the park", "for active days"),
        ("运动", "户外", "晨跑"),
    ),
}
NOUNS = {
    "shirt": ("shirt", "衬衫"), "trousers": ("trousers", "长裤"), "dress": ("dress", "连衣裙"), "knitwear": ("knit", "针织衫"),
    "outerwear": ("coat", "外套"), "shoes": ("shoes", "鞋"), "bag": ("bag", "包"), "accessory": ("accessory", "配饰"),
}  # fmt: skip
ENGLISH = (
    "{Fabric} {noun}, {cut}, {scene}.",
    "{Noun} in {fabric}, {cut}, {scene}.",
    "{Cut}: {noun} in {fabric} {scene}.",
    "{Scene_}: {noun} in {fabric}, {cut}.",
)
CHINESE = (
    "{fabric}{noun}，{cut}，{scene}都合适。",
    "{cut}的{fabric}{noun}，{scene}好搭档。",
    "{scene}首选，{fabric}{noun}，{cut}。",
    "{fabric}，{cut}，一款适合{scene}的{noun}。",
)
UNTOLD = ("good material", "优选材质"), ("well made", "做工扎实"), (("for every day",), ("日常",))


def product_descriptions(products: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Describe each product in a sentence, from the words of its name and its style.

    Parameters
    ----------
    products : name (like "tailored wool trousers"), category, style
    rng : chooses among wordings

    Returns
    -------
    DataFrame with the index of ``products``: description (English, ≤ 90 characters), description_zh (Chinese, ≤ 40).
    """
    scene, form = rng.random((2, len(products)))
    said = [
        _words(*row)
        for row in zip(products["name"], products["category"], products["style"], scene, strict=True)
    ]
    columns = {}
    for k, (column, forms) in enumerate({"description": ENGLISH, "description_zh": CHINESE}.items()):
        chosen = g.words_of(forms)[(form * len(forms)).astype(np.intp)]
        texts = [f.format_map(words[k]) for f, words in zip(chosen, said, strict=True)]
        columns[column] = pd.Series(texts, index=products.index, dtype="str")
    return pd.DataFrame(columns, index=products.index)


def _words(name: str, category: str, style: str, u: float) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """English and Chinese words for a product; general ones where its name says nothing known."""
    known = name.split()
    fabric = next((FABRICS[w] for w in known if w in FABRICS), UNTOLD[0])
    cut = next((CUTS[w] for w in known if w in CUTS), UNTOLD[1])
    noun = NOUNS.get(category, (category, category))
    scenes = STYLES.get(style, UNTOLD[2])
    english, chinese = (
        {"fabric": fabric[k], "cut": cut[k], "noun": noun[k], "scene": scenes[k][int(u * len(scenes[k]))]}
        for k in (0, 1)
    )
    upper = {"Fabric": "fabric", "Noun": "noun", "Cut": "cut", "Scene_": "scene"}
    return {**english, **{slot: english[of].capitalize() for slot, of in upper.items()}}, chinese
