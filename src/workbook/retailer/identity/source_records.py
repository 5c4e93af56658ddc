"""What each record says of its person: misspelled, mistyped, stale, left empty, or filled in for somebody else."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.customers import names as spelling
from workbook.retailer.customers.names import Text, as_arrow, join, pick
from workbook.retailer.customers.profiles import COLOUR_SHARE, COLOURS, TAGS, Profiles, choose
from workbook.retailer.identity.source_systems import (
    APP,
    DESK,
    ERP,
    ESHOP,
    POS,
    SOURCES,
    Habits,
    time_between,
)
from workbook.retailer.privacy.personal_data import SIZES, as_column
from workbook.retailer.sales.season import Season

# Shares of the scripts (names.SCRIPTS) that each system's names are in.
WRITTEN = np.array(
    [
        [0.92, 0.02, 0.00, 0.06, 0.00],
        [0.22, 0.68, 0.08, 0.02, 0.00],
        [0.25, 0.60, 0.10, 0.00, 0.05],
        [0.70, 0.13, 0.00, 0.17, 0.00],
        [0.15, 0.16, 0.14, 0.00, 0.55],
        [0.93, 0.06, 0.00, 0.01, 0.00],
    ]
)
# How each system writes female and male.
GENDER_CODES = (("F", "M"), ("female", "male"), ("female", "male"), ("Ms", "Mr"), ("f", "m"), ("女", "男"))
# Ways to write a city (上海, 上海市, Shanghai, shanghai, SH), with their shares in each system.
CITY_WAYS = np.array(
    [
        [0.80, 0.16, 0.02, 0.00, 0.02],
        [0.30, 0.14, 0.44, 0.10, 0.02],
        [0.35, 0.05, 0.50, 0.10, 0.00],
        [0.70, 0.05, 0.05, 0.00, 0.20],
        [0.45, 0.00, 0.40, 0.15, 0.00],
        [0.10, 0.80, 0.00, 0.00, 0.10],
    ]
)
DATE_FORMATS = ("%Y-%m-%d", "%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d", "%m-%d", "%Y%m%d")  # by system

DESK_PHONE = 12_000_000_000  # with the city's code added: typed by staff when a customer gives none
DESK_PHONES = 0.006  # share of POS and service-desk records with it
# Shares of notations: plain, 3-4-4, dashes, +86, 86, a space after, masked.
PHONE_WAYS = (0.72, 0.08, 0.07, 0.05, 0.04, 0.03, 0.01)
EMAIL_WAYS = (0.04, 0.015, 0.025, 0.02, 0.006)  # a capital, a blank after, .cn for .com or back, +lanyu, no @
DEFAULT_BIRTH, SWAPPED_BIRTH, OTHER_BIRTH = 0.05, 0.035, 0.02  # 1900-01-01; day and month; a year off
OTHER_CITY, OTHER_GENDER = 0.04, 0.015  # shares of records with another city, the other gender
SPACED = 0.03  # share of names with blanks around or within

COLOURS_FOLLOW, TAGS_FOLLOW = (
    1.2,
    1.2,
)  # strength of true likings in the colour and the tags that a profile says
# Shares of POS, e-shop, app, service-desk, social and ERP records with a size, a colour, tags, if all were alike.
PROFILE = {
    "size": (0.15, 0.72, 0.64, 0, 0, 0),
    "favourite_colour": (0, 0.34, 0.48, 0, 0, 0),
    "preference_tags": (0, 0.30, 0.60, 0, 0.40, 0),
}
# E-shop and app profiles: base, an online order more, under 30.
GIFT_LOGIT, GIFT_ORDER, GIFT_YOUNG = -3.2, 0.22, 0.8
GIFT_OTHER_GENDER = 0.55  # share of gift profiles with the other gender
# What is left of a field's chance to be filled: in a gift's profile, and for those least willing to tell.
GIFT_KEEPS = {"size": 0.45, "favourite_colour": 0.85, "preference_tags": 0.35, "birth_date": 0.3}
# Own profiles of e-shop and app that were completed for a reward: share; share of their fields that is then filled in; share
# of these profiles whose size and birth date are anybody's, as only the reward was wanted.
REWARDED, REWARD_FILLS, MADE_UP = 0.06, 0.96, 0.2
REWARDS, REWARD_SHARE = ("points", "small gift"), (0.6, 0.4)
# Sizes from XL; colours of men; tags of one-time online buyers.
LARGE_KEEPS, MEN_KEEP, FEW_KEEP = 0.7, 0.6, 0.7


def write(
    records: pd.DataFrame,
    folk: pd.DataFrame,
    bought: Habits,
    profiles: Profiles,
    season: Season,
    block: Block,
) -> pd.DataFrame:
    """Write down what each record says, see `tables.contracts.identity.SourceRecords`; and ``reward``, which is truth."""
    source = records["source"].to_numpy()
    person = folk.take(records["who"]).reset_index(drop=True)
    gift = gifts(source, person, bought.online[records["who"]], block.rng("identity.gifts"))
    reward, made_up = rewards(source, gift, block.rng("identity.rewards"))
    anybody = block.rng("identity.recipients").permutation(len(person))
    other = np.where(gift | made_up, anybody, np.arange(len(person)))
    said = records["who"].to_numpy()[other]
    shown = person.assign(**{c: person[c].to_numpy()[other] for c in ("born", "size")})
    flipped = block.rng("identity.gift_gender").random(len(source)) < np.where(
        gift, GIFT_OTHER_GENDER, OTHER_GENDER
    )
    return pd.DataFrame(
        {
            "source": as_column(as_arrow(SOURCES["source"]).take(pa.array(source))),
            "name": as_column(record_names(person, source, block.rng("identity.spelling"))),
            "phone": as_column(
                record_phones(records, person, bought, season, block.rng("identity.dialling"))
            ),
            "email": as_column(record_emails(person, source, block.rng("identity.addresses"))),
            "gender": as_column(
                record_genders(person["male"] ^ flipped, source, block.rng("identity.genders"))
            ),
            "birth_date": as_column(
                record_births(shown, source, gift, reward >= 0, block.rng("identity.births"))
            ),
            "city": as_column(record_cities(person, source, block.rng("identity.cities"))),
            "created_at": records["created"],
            "updated_at": records["updated"],
            **profile_fields(
                shown, source, gift, reward >= 0, bought.online[records["who"]], profiles, said, block
            ),
            "gift": gift,
            "reward": as_column(pa.array(REWARDS).take(pa.array(reward, mask=reward < 0))),
        }
    )


def is_filled(field: str, source: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether a field of SOURCES is filled in."""
    return rng.random(len(source)) < SOURCES[field].to_numpy()[source]


def gifts(
    source: np.ndarray, person: pd.DataFrame, online: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Whether a profile was filled in for a gift: likelier by the young and by those who buy much online."""
    logit = GIFT_LOGIT + GIFT_ORDER * online.clip(max=10) + GIFT_YOUNG * person["young"].to_numpy()
    return np.isin(source, (ESHOP, APP)) & (rng.random(len(source)) < 1 / (1 + np.exp(-logit)))


def rewards(source: np.ndarray, gift: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Reward (row of REWARDS, -1 for none) for which a profile of the customer's own was completed; whether it is made up."""
    m = len(source)
    taken = np.isin(source, (ESHOP, APP)) & ~gift & (rng.random(m) < REWARDED)
    return np.where(taken, pick(REWARD_SHARE, m, rng), -1), taken & (rng.random(m) < MADE_UP)


def record_names(person: pd.DataFrame, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Names as each system's customers and staff write them."""
    script = draw_rows(WRITTEN[source], rng)
    slips = is_filled("name_slip", source, rng)
    names = spelling.write_names(person, np.array(spelling.SCRIPTS)[script], slips, rng)
    return spelling.spaced(names, rng.random(len(source)) < SPACED, rng)


def record_phones(
    records: pd.DataFrame, person: pd.DataFrame, bought: Habits, season: Season, rng: np.random.Generator
) -> Text:
    """Numbers as of the record's last change, mistyped here and there, in many notations."""
    source, m = records["source"].to_numpy(), len(records)
    end = np.datetime64(season.end + pd.Timedelta("23:59:59"), "s")
    moved = person["moved"].to_numpy()
    moved_at = time_between(bought.first[records["who"]], end, np.nan_to_num(moved))
    stale = (moved >= 0) & (records["updated"].to_numpy() < moved_at)
    number = np.where(stale, person["old_phone"], person["phone"])
    number = spelling.misdial(number, is_filled("contact_slip", source, rng), rng)
    staff = np.isin(source, (POS, DESK)) & (rng.random(m) < DESK_PHONES)
    number = np.where(staff, DESK_PHONE + person["city"], number)
    text = spelling.dial(number, pick(PHONE_WAYS, m, rng))
    return spelling.blank(text, ~is_filled("phone", source, rng))


def record_emails(person: pd.DataFrame, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Addresses, one of a person's two, now and then mistyped."""
    m = len(source)
    other = pa.array(rng.random(m) < 0.5)
    first, second = (as_arrow(person[c]) for c in ("email", "other_email"))
    text = pc.if_else(other, second, first)
    text = spelling.mistype_emails(text, is_filled("contact_slip", source, rng), EMAIL_WAYS, rng)
    return spelling.blank(text, ~is_filled("email", source, rng))


def record_genders(male: pd.Series, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Female or male in each system's own code."""
    codes = pa.array([code for pair in GENDER_CODES for code in pair])
    return spelling.blank(
        codes.take(pa.array(source * 2 + male.to_numpy())), ~is_filled("gender", source, rng)
    )


def record_births(
    person: pd.DataFrame,
    source: np.ndarray,
    gift: np.ndarray,
    rewarded: np.ndarray,
    rng: np.random.Generator,
) -> Text:
    """Birth dates in each system's format: some swapped, some a year off, some the system's default."""
    m, born = len(source), person["born"].to_numpy("datetime64[D]")
    born = np.where(rng.random(m) < SWAPPED_BIRTH, spelling.swap_day_and_month(born), born)
    born = born + np.where(rng.random(m) < OTHER_BIRTH, rng.choice([-365, 365], m), 0)
    unasked = np.isin(source, (POS, ERP)) & (rng.random(m) < DEFAULT_BIRTH)
    text = spelling.dates(np.where(unasked, np.datetime64("1900-01-01"), born), source, DATE_FORMATS)
    kept = rng.random(m) < np.where(gift, GIFT_KEEPS["birth_date"], 1.0)
    told = is_filled("birth_date", source, rng) & kept
    return spelling.blank(text, ~(told | rewarded))


def record_cities(person: pd.DataFrame, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Cities in characters, in full, in pinyin or as a code; some of another store or an old address."""
    m, other = len(source), rng.integers(0, len(spelling.CITIES), len(source))
    city = np.where(rng.random(m) < OTHER_CITY, other, person["city"])
    way = draw_rows(CITY_WAYS[source], rng)
    return spelling.blank(spelling.cities(city, way), ~is_filled("city", source, rng))


def profile_fields(
    person: pd.DataFrame,
    source: np.ndarray,
    gift: np.ndarray,
    rewarded: np.ndarray,
    online: np.ndarray,
    profiles: Profiles,
    said: np.ndarray,
    block: Block,
) -> dict[str, pd.Series]:
    """Size, favourite colour and preference tags; who leaves which of them empty is no accident.

    Parameters
    ----------
    profiles : of all people
    said : row of ``profiles`` of whom each record tells: somebody else where it was made for a gift, or made up
    """
    m, rng = len(source), block.rng("identity.profiles")
    size = person["size"].to_numpy()
    colour = draw_rows(COLOUR_SHARE * np.exp(COLOURS_FOLLOW * profiles.colours[said]), rng)
    values = {
        "size": pa.array(SIZES).take(pa.array(size)),
        "favourite_colour": pa.array(COLOURS).take(pa.array(colour)),
        "preference_tags": preference_tags(profiles.tags[said], block.rng("identity.tags")),
    }
    reluctant = {
        "size": np.where(size >= SIZES.index("XL"), LARGE_KEEPS, 1.0),
        "favourite_colour": np.where(person["male"], MEN_KEEP, 1.0),
        "preference_tags": np.where(online <= 1, FEW_KEEP, 1.0),
    }
    chance = {
        f: np.array(PROFILE[f])[source] * reluctant[f] * np.where(gift, GIFT_KEEPS[f], 1) for f in values
    }
    chance = {f: np.where(rewarded, REWARD_FILLS, part) for f, part in chance.items()}
    return {f: as_column(spelling.blank(values[f], rng.random(m) >= chance[f])) for f in values}


def preference_tags(likings: np.ndarray, rng: np.random.Generator) -> Text:
    """One to three preference tags in the order in which they were ticked, such as ``minimal|sale``, by true likings."""
    ticked, number = choose(TAGS_FOLLOW * likings, rng), rng.integers(1, 4, len(likings))
    one, two, three = (pa.array(TAGS).take(pa.array(ticked[:, k])) for k in range(3))
    return pc.choose(pa.array(number - 1), one, join(one, two, sep="|"), join(one, two, three, sep="|"))
