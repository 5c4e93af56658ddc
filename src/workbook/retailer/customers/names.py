"""How people and places are written: the parts of Chinese names, and the ways systems and hands spell them.

All lists are made up of common parts; who carries which name is drawn. Arrays of text are Arrow arrays, edited a
whole subset of rows at a time.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Text: TypeAlias = Any  # a pyarrow.Array of strings

# Surnames: character(s) and pinyin, commonest first; several sound alike on purpose.
FAMILIES = (
    "王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 杨:Yang 黄:Huang 赵:Zhao 吴:Wu 周:Zhou 徐:Xu 孙:Sun 马:Ma 朱:Zhu "
    "胡:Hu 郭:Guo 何:He 林:Lin 高:Gao 罗:Luo 郑:Zheng 梁:Liang 谢:Xie 宋:Song 唐:Tang 许:Xu 韩:Han 冯:Feng "
    "邓:Deng 曹:Cao 彭:Peng 曾:Zeng 肖:Xiao 田:Tian 董:Dong 潘:Pan 袁:Yuan 蔡:Cai 蒋:Jiang 余:Yu 于:Yu "
    "杜:Du 叶:Ye 程:Cheng 魏:Wei 苏:Su 吕:Lyu 丁:Ding 任:Ren 卢:Lu 姚:Yao 沈:Shen 钟:Zhong 姜:Jiang 崔:Cui "
    "谭:Tan 陆:Lu 范:Fan 汪:Wang 廖:Liao 石:Shi 金:Jin 韦:Wei 贾:Jia 夏:Xia 付:Fu 方:Fang 邹:Zou 熊:Xiong "
    "白:Bai 孟:Meng 秦:Qin 邱:Qiu 江:Jiang 尹:Yin 薛:Xue 闫:Yan 段:Duan 雷:Lei 黎:Li 章:Zhang 欧阳:Ouyang"
)
# Sound of a syllable and the characters that given names write it with, commonest first.
FEMALE = (
    "jing:静婧晶菁 li:丽莉俐 yan:艳燕妍彦 na:娜 min:敏 fang:芳 xiu:秀 xia:霞 mei:梅美玫 ting:婷 xue:雪 jie:洁婕 "
    "ying:颖莹英瑛 yu:玉雨钰语 xin:欣心馨昕 yi:怡依艺宜 hui:慧惠卉 qian:倩茜 dan:丹 lin:琳霖 juan:娟 hong:红虹 "
    "ping:萍 ling:玲 shan:珊 rui:蕊 meng:梦萌 jia:佳嘉 wen:雯文 han:涵晗 zi:子紫 xuan:萱璇 si:思丝 qi:琪琦 "
    "tong:桐彤 lu:璐露 wei:薇微 yue:悦月玥 xiao:晓小筱 chun:春 lan:兰岚 feng:凤 ning:宁 an:安 ya:雅娅 ke:可"
)
MALE = (
    "wei:伟威炜玮 qiang:强 lei:磊雷 jun:军俊峻钧 yong:勇 jie:杰 tao:涛 ming:明铭 chao:超 gang:刚 hui:辉晖 "
    "peng:鹏 bin:斌彬宾 hao:浩昊皓豪 yu:宇雨羽 bo:波博 kai:凯恺 jian:建健剑 zhi:志智 feng:峰锋枫 yang:洋阳扬 "
    "long:龙 fei:飞 xin:鑫新欣 dong:东栋 liang:亮良 hai:海 ze:泽 xuan:轩 chen:晨辰琛 yi:毅逸一 rui:睿瑞锐 "
    "zi:子梓 jia:嘉家 hong:宏洪 guo:国 hua:华 wen:文 sheng:胜盛 ping:平 cheng:成诚 xiang:翔祥 lin:林霖 tian:天"
)
ENGLISH_FEMALE = ("Lily", "Amy", "Cindy", "Grace", "Vivian", "Tina", "Coco", "Yoyo", "Nina", "Sunny")
ENGLISH_MALE = ("Kevin", "Jason", "Leo", "Tony", "Eric", "Jack", "Andy", "Ryan", "Allen", "Max")
NICKNAMES = (
    "小鱼", "橙子", "阿柚", "不加糖", "今天也要早睡", "月亮", "momo", "Sunny", "糯米", "南风", "一颗柠檬", "山茶",
    "大白兔", "cloudy", "花花", "豆包", "西瓜", "九月", "木木", "lucky",
)  # fmt: skip
SURNAMES = tuple(tuple(f.split(":")) for f in FAMILIES.split())
# English name of assortment.CITIES → name in characters, short code.
CITIES = {
    "Shanghai": ("上海", "SH"), "Hangzhou": ("杭州", "HZ"), "Nanjing": ("南京", "NJ"), "Suzhou": ("苏州", "SZ"),
    "Beijing": ("北京", "BJ"), "Tianjin": ("天津", "TJ"), "Guangzhou": ("广州", "GZ"), "Shenzhen": ("深圳", "SZ"),
    "Chengdu": ("成都", "CD"), "Chongqing": ("重庆", "CQ"), "Wuhan": ("武汉", "WH"), "Xi'an": ("西安", "XA"),
}  # fmt: skip
SCRIPTS = ("characters", "pinyin", "english", "titled", "nickname")
TWO_CHARACTERS = 0.76  # share of given names with two characters
OWN_NICKNAME = 0.4  # share of nicknames made from the given name
# Slips of the fingers in the 2nd to 5th letter: one dropped, two swapped, one doubled.
SLIPS = [(rf"^(.{{{at}}})(.)(.)", to) for at in (1, 2, 3, 4) for to in (r"\1\3", r"\1\3\2", r"\1\2\2\3")]
# Ways to write a name in pinyin, with their shares.
PINYIN = {
    "Wang Xiaomei": 0.26, "Xiaomei Wang": 0.24, "wangxiaomei": 0.14, "WANG XIAOMEI": 0.10, "xiaomei wang": 0.09,
    "Wang Xiao Mei": 0.06, "WANG, Xiaomei": 0.04, "X. Wang": 0.04, "Xiaomei": 0.03,
}  # fmt: skip


def syllables(text: str) -> pd.DataFrame:
    """One row a character: character, sound (title case), weight, first row and size of its group of homophones."""
    groups = [g.split(":") for g in text.split()]
    rows = [
        (c, s.title(), (k + 3) ** -0.7 / (j + 1))
        for k, (s, cs) in enumerate(groups)
        for j, c in enumerate(cs)
    ]
    table = pd.DataFrame(rows, columns=["character", "sound", "weight"])
    size = np.array([len(cs) for _, cs in groups])
    return table.assign(first=np.repeat(np.cumsum(size) - size, size), size=np.repeat(size, size))


GIVEN = pd.concat(
    [syllables(FEMALE), syllables(MALE).assign(first=lambda t: t["first"] + len(syllables(FEMALE)))],
    ignore_index=True,
)
WOMEN = len(syllables(FEMALE))  # rows of GIVEN before the men's
NONE = len(GIVEN)  # the row that stands for "no second character"
CHARACTERS = pa.array([*GIVEN["character"], ""])
SOUNDS = pa.array([*GIVEN["sound"], ""])


def pick(chances: Sequence[float] | np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ``n`` codes 0, 1, … with these weights."""
    total = np.cumsum(np.asarray(chances, dtype=float))
    return np.searchsorted(total[:-1] / total[-1], rng.random(n), side="right")


def join(*parts: Text | str, sep: str = "") -> Text:
    """Join texts row by row."""
    return pc.binary_join_element_wise(*parts, sep)


def as_arrow(column: pd.Series) -> Text:
    """Return a pandas column of texts as one Arrow array."""
    text = pa.array(column, pa.string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def edit(text: Text, rows: np.ndarray, how: Callable[[Text], Text] | Text) -> Text:
    """Put ``how`` (new texts for these rows, or a function that makes them) where ``rows`` is true."""
    if not rows.any():
        return text
    mask = pa.array(rows)
    new = how(text.filter(mask)) if callable(how) else how
    return pc.replace_with_mask(text, mask, new)


def slip(text: Text, rng: np.random.Generator) -> Text:
    """Let every text suffer one slip of the fingers (a text too short for it stays as it is)."""
    kind = rng.integers(0, len(SLIPS), len(text))
    for k, (pattern, to) in enumerate(SLIPS):
        text = edit(text, kind == k, partial(pc.replace_substring_regex, pattern=pattern, replacement=to))
    return text


def make_names(male: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a name for each person: codes ``surname`` (of SURNAMES), ``one`` and ``two`` (of GIVEN, or NONE)."""
    n, weight = len(male), GIVEN["weight"].to_numpy()
    one, two = (
        np.where(male, WOMEN + pick(weight[WOMEN:], n, rng), pick(weight[:WOMEN], n, rng)) for _ in range(2)
    )
    surname = pick(np.arange(4, 4 + len(SURNAMES)) ** -1.05, n, rng)
    return pd.DataFrame(
        {"surname": surname, "one": one, "two": np.where(rng.random(n) < TWO_CHARACTERS, two, NONE)}
    )


def homophone(code: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another character with the same sound, where there is one."""
    first, size = (np.append(GIVEN[c].to_numpy(), k)[code] for c, k in (("first", NONE), ("size", 1)))
    step = 1 + rng.integers(0, np.maximum(size - 1, 1))
    return first + (code - first + step) % size


def characters(names: pd.DataFrame, misheard: np.ndarray, rng: np.random.Generator) -> Text:
    """Names in characters; where ``misheard``, the last one is a homophone."""
    short = names["two"].to_numpy() == NONE
    one = np.where(misheard & short, homophone(names["one"].to_numpy(), rng), names["one"])
    two = np.where(misheard & ~short, homophone(names["two"].to_numpy(), rng), names["two"])
    return join(surnames(names, 0), CHARACTERS.take(pa.array(one)), CHARACTERS.take(pa.array(two)))


def surnames(names: pd.DataFrame, script: int) -> Text:
    """Surnames in characters (0) or in pinyin (1)."""
    return pa.array([s[script] for s in SURNAMES]).take(pa.array(names["surname"].to_numpy()))


def given_pinyin(names: pd.DataFrame) -> Text:
    """Given names in pinyin as one word, such as Xiaomei."""
    both = join(*(SOUNDS.take(pa.array(names[c].to_numpy())) for c in ("one", "two")))
    return pc.utf8_capitalize(both)


def pinyin(names: pd.DataFrame, rng: np.random.Generator) -> Text:
    """Names in pinyin, in any of the ways of PINYIN."""
    style = pick(list(PINYIN.values()), len(names), rng)
    family, given = surnames(names, 1), given_pinyin(names)
    text = join(family, given, sep=" ")
    for k, way in enumerate(PINYIN):
        rows = style == k
        if k and rows.any():
            mask = pa.array(rows)
            text = edit(text, rows, spell(way, family.filter(mask), given.filter(mask), names[rows]))
    return text


def spell(way: str, family: Text, given: Text, names: pd.DataFrame) -> Text:
    """Spell names one way of PINYIN."""
    if way == "X. Wang":
        return join(pc.utf8_slice_codeunits(given, 0, 1), ". ", family)
    if way == "Wang Xiao Mei":
        one, two = (SOUNDS.take(pa.array(names[c].to_numpy())) for c in ("one", "two"))
        return pc.utf8_rtrim_whitespace(join(family, one, two, sep=" "))
    if way == "Xiaomei":
        return given
    if way == "Xiaomei Wang":
        return join(given, family, sep=" ")
    if way == "xiaomei wang":
        return pc.utf8_lower(join(given, family, sep=" "))
    if way == "wangxiaomei":
        return pc.utf8_lower(join(family, given))
    if way == "WANG XIAOMEI":
        return pc.utf8_upper(join(family, given, sep=" "))
    return join(pc.utf8_upper(family), given, sep=", ")


def english(names: pd.DataFrame, male: np.ndarray, rng: np.random.Generator) -> Text:
    """An English first name before the surname, the same for a person whoever writes it."""
    at = names["one"].to_numpy() % len(ENGLISH_MALE) + len(ENGLISH_FEMALE) * male
    return join(pa.array(ENGLISH_FEMALE + ENGLISH_MALE).take(pa.array(at)), surnames(names, 1), sep=" ")


def titled(names: pd.DataFrame, male: np.ndarray, rng: np.random.Generator) -> Text:
    """The surname and a title, as a clerk notes a stranger."""
    title = np.where(male, 0, 1 + (rng.random(len(male)) < 0.3))
    return join(surnames(names, 0), pa.array(["先生", "女士", "小姐"]).take(pa.array(title)))


def nicknames(names: pd.DataFrame, male: np.ndarray, rng: np.random.Generator) -> Text:
    """What people call themselves among friends: any word or their given name, often with a number."""
    word = pa.array(NICKNAMES).take(pa.array(rng.integers(0, len(NICKNAMES), len(names))))
    own = rng.random(len(names)) < OWN_NICKNAME
    text = edit(word, own, pc.utf8_lower(given_pinyin(names)).filter(pa.array(own)))
    number = pa.array(rng.integers(1, 1000, len(names))).cast(pa.string())
    return join(text, pc.if_else(pa.array(rng.random(len(names)) < 0.5), number, ""))


def write_names(
    person: pd.DataFrame, script: np.ndarray, slips: np.ndarray, rng: np.random.Generator
) -> Text:
    """Write names in the script asked for (one of SCRIPTS), with a slip where told."""
    names, male = person[["surname", "one", "two"]], person["male"].to_numpy()
    text = characters(names, slips, rng)
    ways = {"english": english, "titled": titled, "nickname": nicknames}
    for way, how in ways.items():
        rows = script == way
        text = edit(text, rows, how(names[rows], male[rows], rng))
    rows = script == "pinyin"
    text = edit(text, rows, pinyin(names[rows], rng))
    return edit(text, slips & ((script == "pinyin") | (script == "english")), lambda t: slip(t, rng))


def blank(text: Text, rows: np.ndarray) -> Text:
    """Leave these rows empty."""
    return pc.if_else(pa.array(rows), pa.scalar(None, text.type), text)


def spaced(text: Text, rows: np.ndarray, rng: np.random.Generator) -> Text:
    """Put a blank before, after or inside these texts."""
    kind = rng.integers(0, 3, len(text))
    text = edit(text, rows & (kind == 0), lambda t: join(" ", t))
    text = edit(text, rows & (kind == 1), lambda t: join(t, " "))
    return edit(text, rows & (kind == 2), lambda t: pc.replace_substring_regex(t, r"^(\w)", r"\1 "))


def misdial(number: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Get a digit wrong, swap two or leave one out in these numbers."""
    n = len(number)
    kind, unit = rng.integers(0, 3, n), 10 ** rng.integers(0, 8, n)
    digit, next_digit = number // unit % 10, number // unit // 10 % 10
    wrong = number + ((digit + rng.integers(1, 10, n)) % 10 - digit) * unit
    swapped = number + (next_digit - digit) * unit * (1 - 10)
    short = number // unit // 10 * unit + number % unit
    return np.where(rows, np.choose(kind, [wrong, swapped, short]), number)


def dial(number: np.ndarray, way: np.ndarray) -> Text:
    """Write numbers as 12123456789, 121 2345 6789, 121-2345-6789, +86 …, 86…, with a blank after, or masked."""
    text = pa.array(number).cast(pa.string())
    notation = [r"\1 \2 \3", r"\1-\2-\3", r"+86 \1\2\3", r"86\1\2\3", r"\1\2\3 ", r"\1****\3"]
    for k, to in enumerate(notation, start=1):
        how = partial(pc.replace_substring_regex, pattern=r"^(\d{3})(\d{4})(\d{3,4})$", replacement=to)
        text = edit(text, way == k, how)
    return text


def mistype_emails(
    text: Text, slips: np.ndarray, chances: tuple[float, float, float, float, float], rng: np.random.Generator
) -> Text:
    """Mistype addresses: slips, and with these chances capitals, a blank, the other domain, a plus, no @."""
    text = edit(text, slips, lambda t: slip(t, rng))
    ways: list[Callable[[Text], Text]] = [
        pc.utf8_capitalize,
        lambda t: join(t, " "),
        other_domain,
        lambda t: pc.replace_substring(t, "@", "+lanyu@"),
        lambda t: pc.replace_substring(t, "@", ""),
    ]
    kind = pick((*chances, 1 - sum(chances)), len(text), rng)
    for k, how in enumerate(ways):
        text = edit(text, kind == k, how)
    return text


def other_domain(text: Text) -> Text:
    """Write .cn for .com and .com for .cn."""
    return pc.if_else(
        pc.ends_with(text, ".com"),
        pc.replace_substring(text, ".com", ".cn"),
        pc.replace_substring(text, ".cn", ".com"),
    )


def swap_day_and_month(date: np.ndarray) -> np.ndarray:
    """Dates with day and month swapped, where that is a date."""
    year, month = date.astype("datetime64[Y]"), date.astype("datetime64[M]")
    of_year, of_month = (month - year).astype(int), (date - month).astype(int)  # both from 0
    swapped = (year.astype("datetime64[M]") + of_month).astype("datetime64[D]") + of_year
    return np.where(of_month < 12, swapped, date)


def dates(date: np.ndarray, way: np.ndarray, formats: Sequence[str]) -> Text:
    """Write dates in the format of each row."""
    text = pa.array(date.astype("datetime64[D]")).cast(pa.string())
    for k, form in enumerate(formats):
        if form != "%Y-%m-%d":
            to = form.replace("%Y", r"\1").replace("%m", r"\2").replace("%d", r"\3")
            how = partial(pc.replace_substring_regex, pattern=r"^(\d+)-(\d+)-(\d+)$", replacement=to)
            text = edit(text, way == k, how)
    return text


def cities(city: np.ndarray, way: np.ndarray) -> Text:
    """Write cities as 上海, 上海市, Shanghai, shanghai or SH (ways 0 to 4)."""
    words = [(c, c + "市", e, e.lower(), code) for e, (c, code) in CITIES.items()]
    return pa.array([w for row in words for w in row]).take(pa.array(city * 5 + way))
