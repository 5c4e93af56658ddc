"""Customers as six systems know them: the same person spelled differently, late, stale, twice, and sometimes
under a number that somebody else has too. No system keeps the customer id; truth does.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.retailer import names as spelling
from workbook.retailer.erp import make_invoices
from workbook.retailer.names import Text, edit, join, pick, plain
from workbook.retailer.season import HOUR, Season
from workbook.retailer.streams import Block, Part, numbered

# One row a system. Shares: of the people who have reason to be in it that are (known), of records followed by a
# further one of the same person (again) or by an exact copy (copied), of records with a phone, e-mail, gender,
# birth date and city; of records with a slip in the name and in the phone or e-mail; of records looked after
# since they were made (kept); the letter of its keys.
SOURCES = pd.DataFrame(
    [
        ("POS", 0.95, 0.060, 0.020, 0.97, 0.30, 0.80, 0.58, 0.55, 0.04, 0.025, 0.55, "M"),
        ("e-shop", 0.97, 0.050, 0.015, 0.97, 0.92, 0.62, 0.60, 0.93, 0.04, 0.016, 0.65, "E"),
        ("app", 0.99, 0.025, 0.005, 0.98, 0.78, 0.66, 0.68, 0.70, 0.04, 0.012, 0.75, "A"),
        ("service desk", 1.0, 0.060, 0.020, 0.94, 0.54, 0.45, 0.12, 0.55, 0.08, 0.035, 0.25, "T"),
        ("social", 1.0, 0.030, 0.005, 0.82, 0.48, 0.55, 0.40, 0.60, 0.02, 0.025, 0.50, "W"),
        ("ERP", 0.96, 0.030, 0.025, 0.97, 0.70, 0.55, 0.40, 0.92, 0.03, 0.018, 0.40, "D"),
    ],
    columns=[
        "source", "known", "again", "copied", "phone", "email", "gender", "birth_date", "city",
        "name_slip", "contact_slip", "kept", "letter",
    ],
)  # fmt: skip
POS, ESHOP, APP, DESK, SOCIAL, ERP = range(len(SOURCES))
CHANNELS = ("store", "e-shop", "app", "mini-program")
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

DESK_BASE, DESK_RETURN, DESK_ORDER = (
    0.06,
    0.18,
    0.03,
)  # chance of a contact: anyone, with a return, an order more
SOCIAL_BASE, SOCIAL_MINI, SOCIAL_YOUNG = (
    0.06,
    0.12,
    0.05,
)  # chance to follow: anyone, mini-program buyer, under 30
YOUNG_FROM = 1996  # year of birth
HOUSEHOLD = 0.042  # share of customers who share a phone with one or two others of their city
SAME_SURNAME = 0.5  # of those others
RECYCLED = 0.008  # share of customers whose number was another customer's before
MOVED = 0.08  # share who change their number in the period
SECOND_EMAIL = 0.2  # share who use two addresses
PREFIXES = (121, 123, 126, 128)  # no mobile number in China begins with 12
DESK_PHONE = 12_000_000_000  # with the city's code added: typed by staff when a customer gives none
DESK_PHONES = 0.006  # share of POS and service-desk records with it
LATE, LATE_DAYS = 0.04, 18.0  # share of POS, service-desk and ERP records entered late, and mean days
PHONE_WAYS = (
    0.72,
    0.08,
    0.07,
    0.05,
    0.04,
    0.03,
    0.01,
)  # plain, 3-4-4, dashes, +86, 86, a space after, masked
EMAIL_WAYS = (0.04, 0.015, 0.025, 0.02, 0.006)  # a capital, a blank after, .cn for .com or back, +lanyu, no @
DEFAULT_BIRTH, SWAPPED_BIRTH, OTHER_BIRTH = 0.05, 0.035, 0.02  # 1900-01-01; day and month; a year off
OTHER_CITY, OTHER_GENDER = 0.04, 0.015  # shares of records with another city, the other gender
SPACED = 0.03  # share of names with blanks around or within
# Up to this share of ERP records keep a POS member number, up to that an order; the rest a debtor number.
ERP_MEMBER, ERP_ORDER = 0.35, 0.8

SIZES = ("XS", "S", "M", "L", "XL", "XXL")
SIZE_SHARE = {False: (0.10, 0.28, 0.32, 0.19, 0.08, 0.03), True: (0.01, 0.09, 0.28, 0.33, 0.20, 0.09)}
COLOURS = ("black", "white", "navy", "grey", "beige", "red", "pink", "green", "blue", "brown")
COLOUR_SHARE = (0.22, 0.15, 0.13, 0.11, 0.10, 0.07, 0.07, 0.06, 0.05, 0.04)
TAGS = ("commuter", "street", "classic", "sport", "minimal", "vintage", "outdoor", "office", "new in", "sale")
# Shares of POS, e-shop, app, service-desk, social and ERP records with a size, a colour, tags, if all were alike.
PROFILE = {
    "size": (0.15, 0.72, 0.64, 0, 0, 0),
    "favourite_colour": (0, 0.34, 0.48, 0, 0, 0),
    "preference_tags": (0, 0.30, 0.60, 0, 0.40, 0),
}
GIFT_LOGIT, GIFT_ORDER, GIFT_YOUNG = (
    -3.2,
    0.22,
    0.8,
)  # e-shop and app profiles: base, an online order more, under 30
GIFT_OTHER_GENDER = 0.55  # share of gift profiles with the other gender
# What is left of a field's chance to be filled: in a gift's profile, and for those least willing to tell.
GIFT_KEEPS = {"size": 0.45, "favourite_colour": 0.85, "preference_tags": 0.35, "birth_date": 0.3}
LARGE_KEEPS, MEN_KEEP, FEW_KEEP = (
    0.7,
    0.6,
    0.7,
)  # sizes from XL; colours of men; tags of one-time online buyers


def make_identity(
    customers: pd.DataFrame, orders: pd.DataFrame, returns: pd.DataFrame, season: Season, block: Block
) -> Part:
    """Make what six systems keep of the customers, and the ERP's ledger of their orders.

    Parameters
    ----------
    customers : customer_id, joined_on, gender, birth_year, city
    orders : order_id, customer_id, ordered_at, channel, amount
    returns : order_id, customer_id, returned_at, amount

    Returns
    -------
    tables : source_records and invoices; see `tables.contracts.identity`
    truth : identities and invoice_errors
    """
    folk = make_folk(customers, block)
    bought = habits(customers, orders, returns)
    made = make_records(folk, bought, season, block)
    written = write(made, folk, bought, season, block).assign(source_key=keys(made, bought, orders, block))
    records, identities = publish(written, made, customers["customer_id"], block)
    invoices, errors = make_invoices(orders, returns, season, block)
    return (
        {"source_records": records, "invoices": invoices},
        {"identities": identities, "invoice_errors": errors},
    )


def make_folk(customers: pd.DataFrame, block: Block) -> pd.DataFrame:
    """What is true of each person, a row a customer.

    Returns
    -------
    pandas.DataFrame
        surname, one, two (codes of the name), male, born, city (code), phone, old_phone (numbers), moved (share of
        the time since joining gone when the number changed; empty if never), email, other_email, size (code), young.
    """
    n, rng = len(customers), block.rng("identity.people")
    gender = customers["gender"].to_numpy(dtype=object)
    male = np.where(gender == "not said", rng.random(n) < 0.3, gender == "male").astype(bool)
    year = customers["birth_year"].fillna(1990).to_numpy(dtype=int)
    day = rng.integers(0, 365, n)
    home = pd.Index(list(spelling.CITIES)).get_indexer(pd.Index(customers["city"]))
    folk = spelling.make_names(male, block.rng("identity.names")).assign(
        male=male,
        born=(year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + day,
        city=np.where(home < 0, 0, home),
        young=year >= YOUNG_FROM,
    )
    folk = share_phones(folk.assign(**make_phones(n, block.rng("identity.phones"))), block)
    emails = make_emails(folk, year, block.rng("identity.emails"))
    others = make_emails(folk, year, block.rng("identity.other_emails"))
    second = pa.array(block.rng("identity.second_email").random(n) < SECOND_EMAIL)
    size = block.rng("identity.sizes")
    return folk.assign(
        email=texts(emails),
        other_email=texts(pc.if_else(second, others, emails)),
        size=np.where(male, pick(SIZE_SHARE[True], n, size), pick(SIZE_SHARE[False], n, size)),
    )


def texts(text: Text) -> pd.Series:
    """Return Arrow texts as a pandas column."""
    return pd.Series(text, dtype="str")


def make_phones(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw numbers, now and before, and when they changed; a few were another customer's before."""
    phone, old = (np.array(PREFIXES)[rng.integers(0, 4, n)] * 10**8 + rng.integers(0, 10**8, n) for _ in "12")
    moved = np.where(rng.random(n) < MOVED, rng.random(n), np.nan)
    left = np.flatnonzero(moved >= 0)
    taken = np.flatnonzero(rng.random(n) < RECYCLED)[: len(left)]
    phone[taken] = old[rng.permutation(left)[: len(taken)]]
    return {"phone": phone, "old_phone": old, "moved": moved}


def share_phones(folk: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Let households of two or three in one city share the first member's number, and often the surname."""
    rng = block.rng("identity.households")
    members = np.flatnonzero(rng.random(len(folk)) < HOUSEHOLD)
    members = members[np.argsort(folk["city"].to_numpy()[members], kind="stable")]
    city = folk["city"].to_numpy()[members]
    place = np.arange(len(members)) - np.searchsorted(city, city)  # within the city
    head = members[np.arange(len(members)) - np.array([0, 1, 0, 1, 2])[place % 5]]
    alike = rng.random(len(members)) < SAME_SURNAME
    phone, surname = folk["phone"].to_numpy().copy(), folk["surname"].to_numpy().copy()
    phone[members] = phone[head]
    surname[members[alike]] = surname[head[alike]]
    return folk.assign(phone=phone, surname=surname)


def make_emails(folk: pd.DataFrame, year: np.ndarray, rng: np.random.Generator) -> Text:
    """Draw an address for each person, mostly made from the name."""
    n = len(folk)
    given, family = (pc.utf8_lower(t) for t in (spelling.given_pinyin(folk), spelling.surnames(folk, 1)))
    born = pa.array(year % 100 + 100).cast(pa.string())
    number = pa.array(rng.integers(10, 1000, n)).cast(pa.string())
    style = pick((0.24, 0.24, 0.2, 0.16, 0.16), n, rng)
    handle = pc.choose(
        pa.array(style),
        join(given, family, number, sep="."),
        join(family, given, pc.utf8_slice_codeunits(born, 1, 3)),
        join(family, given, number, sep=""),
        pa.array(rng.integers(10**7, 10**9, n)).cast(pa.string()),
        join(given, number, sep="_"),
    )
    return join(handle, pa.array(["@example.com", "@example.cn"]).take(pa.array(pick((0.6, 0.4), n, rng))))


@dataclass(frozen=True)
class Habits:
    """What each customer's orders give reason for; arrays are (customers, channels) or (customers,)."""

    orders: np.ndarray  # number
    first: np.ndarray  # time of the first order of all, the joining day where there is none
    last: np.ndarray
    first_in: np.ndarray  # time of the first order in each channel, empty where there is none
    last_in: np.ndarray
    returned: np.ndarray  # whether anything came back
    of_order: np.ndarray  # row of customers, by row of orders

    @property
    def online(self) -> np.ndarray:
        """Number of orders online."""
        return self.orders[:, 1:].sum(axis=1)


def habits(customers: pd.DataFrame, orders: pd.DataFrame, returns: pd.DataFrame) -> Habits:
    """Sum up where and when each customer bought, and whether anything came back."""
    index, shape = pd.Index(customers["customer_id"]), (len(customers), len(CHANNELS))
    who = index.get_indexer(pd.Index(orders["customer_id"]))
    cell = who * len(CHANNELS) + pd.Index(CHANNELS).get_indexer(pd.Index(orders["channel"]))
    time = orders["ordered_at"].to_numpy("datetime64[s]")
    by_time = np.argsort(time, kind="stable")
    first = np.full(shape[0] * shape[1], np.datetime64("NaT", "s"))
    last = first.copy()
    last[cell[by_time]] = time[by_time]  # of those that share a cell, the one written last stays
    first[cell[by_time[::-1]]] = time[by_time[::-1]]
    first, last = first.reshape(shape), last.reshape(shape)
    joined = customers["joined_on"].to_numpy("datetime64[s]")
    begin, stop = np.fmin.reduce(first, axis=1), np.fmax.reduce(last, axis=1)
    back = index.get_indexer(pd.Index(returns["customer_id"]))
    return Habits(
        orders=np.bincount(cell, minlength=first.size).reshape(shape),
        first=np.where(np.isnat(begin), joined, begin),
        last=np.where(np.isnat(stop), joined, stop),
        first_in=first,
        last_in=last,
        returned=np.bincount(back, minlength=shape[0]) > 0,
        of_order=who,
    )


def make_records(folk: pd.DataFrame, bought: Habits, season: Season, block: Block) -> pd.DataFrame:
    """Decide which records there are and when they were made and last touched.

    Returns
    -------
    pandas.DataFrame
        who (row of folk), source (code), again (bool: further records of a person), created, updated.
    """
    there = presence(folk, bought, block.rng("identity.presence"))
    who, source = np.nonzero(there)
    rng = block.rng("identity.again")
    more = np.flatnonzero(rng.random(len(who)) < SOURCES["again"].to_numpy()[source])
    row = np.concatenate([np.arange(len(who)), more])
    records = pd.DataFrame({"who": who[row], "source": source[row], "again": np.arange(len(row)) >= len(who)})
    return records.assign(**make_times(records, bought, season, block))


def presence(folk: pd.DataFrame, bought: Habits, rng: np.random.Generator) -> np.ndarray:
    """Who is known to which system, (customers, sources): by what they did; everybody to one at least."""
    desk = DESK_BASE + DESK_RETURN * bought.returned + DESK_ORDER * bought.orders.sum(axis=1).clip(max=10)
    social = SOCIAL_BASE + SOCIAL_MINI * (bought.orders[:, 3] > 0) + SOCIAL_YOUNG * folk["young"].to_numpy()
    everyone = np.ones(len(folk))
    chance = np.column_stack([*(bought.orders[:, :3] > 0).T, desk, social, everyone])
    there = rng.random(chance.shape) < chance * SOURCES["known"].to_numpy()
    there[~there.any(axis=1), ERP] = True
    return there


def make_times(records: pd.DataFrame, bought: Habits, season: Season, block: Block) -> dict[str, np.ndarray]:
    """When each record was made, mostly with the first order there, and last touched."""
    rng, m = block.rng("identity.times"), len(records)
    who, source = records["who"].to_numpy(), records["source"].to_numpy()
    start, end = (np.datetime64(t, "s") for t in (season.start, season.end + pd.Timedelta("23:59:59")))
    own = np.minimum(source, APP)  # the first three systems are the first three channels
    first = np.where(source < DESK, bought.first_in[who, own], bought.first[who])
    last = np.where(source < DESK, bought.last_in[who, own], bought.last[who])
    since = np.where(source == SOCIAL, start, first)  # people follow a brand before they buy from it
    anywhere = some_time(since, end, rng.random(m), rng)
    created = np.where((source == DESK) | (source == SOCIAL) | records["again"], anywhere, first)
    late = (rng.random(m) < LATE) & np.isin(source, (POS, DESK, ERP))
    delayed = created + seconds(late * rng.exponential(LATE_DAYS * 86400, m) + rng.integers(20, 900, m))
    created = np.where(delayed <= end, delayed, created)
    kept = rng.random(m) < SOURCES["kept"].to_numpy()[source]
    visited = some_time(created, end, rng.beta(1.2, 1.6, m), rng)
    touched = np.where(rng.random(m) < 0.5, np.maximum(last, created), visited)
    return {"created": created, "updated": np.where(kept, touched, created)}


def between(start: np.ndarray, end: np.datetime64, share: np.ndarray) -> np.ndarray:
    """Return the time when ``share`` of the way from start to end is gone."""
    return start + seconds(share * (end - start).astype(float))


def some_time(
    start: np.ndarray, end: np.datetime64, share: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return a time of the day that lies there, at an hour when people shop, and never before ``start``."""
    day = between(start, end, share).astype("datetime64[D]").astype("datetime64[s]")
    clock = pick(HOUR, len(share), rng) * 3600 + rng.integers(0, 3600, len(share))
    return np.maximum(start, day + seconds(clock))


def seconds(number: np.ndarray) -> np.ndarray:
    """Whole seconds as a duration."""
    return number.astype(np.int64).astype("timedelta64[s]")


def write(
    records: pd.DataFrame, folk: pd.DataFrame, bought: Habits, season: Season, block: Block
) -> pd.DataFrame:
    """Write down what each record says; see `tables.contracts.identity.SourceRecords`."""
    source = records["source"].to_numpy()
    person = folk.take(records["who"]).reset_index(drop=True)
    gift = gifts(source, person, bought.online[records["who"]], block.rng("identity.gifts"))
    other = np.where(gift, block.rng("identity.recipients").permutation(len(person)), np.arange(len(person)))
    shown = person.assign(**{c: person[c].to_numpy()[other] for c in ("born", "size")})
    flipped = block.rng("identity.gift_gender").random(len(source)) < np.where(
        gift, GIFT_OTHER_GENDER, OTHER_GENDER
    )
    return pd.DataFrame(
        {
            "source": texts(plain(SOURCES["source"]).take(pa.array(source))),
            "name": texts(record_names(person, source, block.rng("identity.spelling"))),
            "phone": texts(record_phones(records, person, bought, season, block.rng("identity.dialling"))),
            "email": texts(record_emails(person, source, block.rng("identity.addresses"))),
            "gender": texts(record_genders(person["male"] ^ flipped, source, block.rng("identity.genders"))),
            "birth_date": texts(record_births(shown, source, gift, block.rng("identity.births"))),
            "city": texts(record_cities(person, source, block.rng("identity.cities"))),
            "created_at": records["created"],
            "updated_at": records["updated"],
            **profiles(shown, source, gift, bought.online[records["who"]], block),
            "gift": gift,
        }
    )


def filled(field: str, source: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether a field of SOURCES is filled in."""
    return rng.random(len(source)) < SOURCES[field].to_numpy()[source]


def gifts(
    source: np.ndarray, person: pd.DataFrame, online: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Whether a profile was filled in for a gift: likelier by the young and by those who buy much online."""
    logit = GIFT_LOGIT + GIFT_ORDER * online.clip(max=10) + GIFT_YOUNG * person["young"].to_numpy()
    return np.isin(source, (ESHOP, APP)) & (rng.random(len(source)) < 1 / (1 + np.exp(-logit)))


def record_names(person: pd.DataFrame, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Names as each system's customers and staff write them."""
    script = (rng.random(len(source))[:, None] >= WRITTEN.cumsum(axis=1)[source, :-1]).sum(axis=1)
    slips = filled("name_slip", source, rng)
    names = spelling.write_names(person, np.array(spelling.SCRIPTS)[script], slips, rng)
    return spelling.spaced(names, rng.random(len(source)) < SPACED, rng)


def record_phones(
    records: pd.DataFrame, person: pd.DataFrame, bought: Habits, season: Season, rng: np.random.Generator
) -> Text:
    """Numbers as of the record's last change, mistyped here and there, in many notations."""
    source, m = records["source"].to_numpy(), len(records)
    end = np.datetime64(season.end + pd.Timedelta("23:59:59"), "s")
    moved = person["moved"].to_numpy()
    moved_at = between(bought.first[records["who"]], end, np.nan_to_num(moved))
    stale = (moved >= 0) & (records["updated"].to_numpy() < moved_at)
    number = np.where(stale, person["old_phone"], person["phone"])
    number = spelling.misdial(number, filled("contact_slip", source, rng), rng)
    staff = np.isin(source, (POS, DESK)) & (rng.random(m) < DESK_PHONES)
    number = np.where(staff, DESK_PHONE + person["city"], number)
    text = spelling.dial(number, pick(PHONE_WAYS, m, rng))
    return spelling.blank(text, ~filled("phone", source, rng))


def record_emails(person: pd.DataFrame, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Addresses, one of a person's two, now and then mistyped."""
    m = len(source)
    other = pa.array(rng.random(m) < 0.5)
    first, second = (plain(person[c]) for c in ("email", "other_email"))
    text = pc.if_else(other, second, first)
    text = spelling.mistype_emails(text, filled("contact_slip", source, rng), EMAIL_WAYS, rng)
    return spelling.blank(text, ~filled("email", source, rng))


def record_genders(male: pd.Series, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Female or male in each system's own code."""
    codes = pa.array([code for pair in GENDER_CODES for code in pair])
    return spelling.blank(codes.take(pa.array(source * 2 + male.to_numpy())), ~filled("gender", source, rng))


def record_births(
    person: pd.DataFrame, source: np.ndarray, gift: np.ndarray, rng: np.random.Generator
) -> Text:
    """Birth dates in each system's format: some swapped, some a year off, some the system's default."""
    m, born = len(source), person["born"].to_numpy("datetime64[D]")
    born = np.where(rng.random(m) < SWAPPED_BIRTH, spelling.swap_day_and_month(born), born)
    born = born + np.where(rng.random(m) < OTHER_BIRTH, rng.choice([-365, 365], m), 0)
    unasked = np.isin(source, (POS, ERP)) & (rng.random(m) < DEFAULT_BIRTH)
    text = spelling.dates(np.where(unasked, np.datetime64("1900-01-01"), born), source, DATE_FORMATS)
    kept = rng.random(m) < np.where(gift, GIFT_KEEPS["birth_date"], 1.0)
    return spelling.blank(text, ~(filled("birth_date", source, rng) & kept))


def record_cities(person: pd.DataFrame, source: np.ndarray, rng: np.random.Generator) -> Text:
    """Cities in characters, in full, in pinyin or as a code; some of another store or an old address."""
    m, other = len(source), rng.integers(0, len(spelling.CITIES), len(source))
    city = np.where(rng.random(m) < OTHER_CITY, other, person["city"])
    way = (rng.random(m)[:, None] >= CITY_WAYS.cumsum(axis=1)[source, :-1]).sum(axis=1)
    return spelling.blank(spelling.cities(city, way), ~filled("city", source, rng))


def profiles(
    person: pd.DataFrame, source: np.ndarray, gift: np.ndarray, online: np.ndarray, block: Block
) -> dict[str, pd.Series]:
    """Size, favourite colour and preference tags; who leaves which of them empty is no accident."""
    m, rng = len(source), block.rng("identity.profiles")
    size, colour = person["size"].to_numpy(), pick(COLOUR_SHARE, m, rng)
    values = {
        "size": pa.array(SIZES).take(pa.array(size)),
        "favourite_colour": pa.array(COLOURS).take(pa.array(colour)),
        "preference_tags": tags(m, block.rng("identity.tags")),
    }
    reluctant = {
        "size": np.where(size >= SIZES.index("XL"), LARGE_KEEPS, 1.0),
        "favourite_colour": np.where(person["male"], MEN_KEEP, 1.0),
        "preference_tags": np.where(online <= 1, FEW_KEEP, 1.0),
    }
    chance = {
        f: np.array(PROFILE[f])[source] * reluctant[f] * np.where(gift, GIFT_KEEPS[f], 1) for f in values
    }
    return {f: texts(spelling.blank(values[f], rng.random(m) >= chance[f])) for f in values}


def tags(m: int, rng: np.random.Generator) -> Text:
    """One to three preference tags in the order in which they were ticked, such as ``minimal|sale``."""
    start, words = rng.integers(0, len(TAGS), m), pa.array(TAGS)
    step, number = rng.integers(1, 4, (2, m))
    one, two, three = (words.take(pa.array((start + k * step) % len(TAGS))) for k in range(3))
    return pc.choose(pa.array(number - 1), one, join(one, two, sep="|"), join(one, two, three, sep="|"))


def keys(records: pd.DataFrame, bought: Habits, orders: pd.DataFrame, block: Block) -> pd.Series:
    """Each system's own key; the ERP often keeps a member number of the POS or an order instead."""
    m, rng = len(records), block.rng("identity.keys")
    who, source = records["who"].to_numpy(), records["source"].to_numpy()
    letters = plain(SOURCES["letter"]).take(pa.array(source))
    number = plain(numbered("", m, 7, first=block.number * 10**6 + 1))
    key = join(letters, number.take(pa.array(rng.permutation(m))))
    card, at_till = np.full(len(bought.orders), -1), np.flatnonzero(source == POS)[::-1]
    card[who[at_till]] = at_till  # the last to be written is the first record
    u = rng.random(m)
    member = (source == ERP) & (u < ERP_MEMBER) & (card[who] >= 0)
    key = key.take(pa.array(np.where(member, card[who], np.arange(m))))
    count = np.bincount(bought.of_order, minlength=len(bought.orders))
    ordered = (source == ERP) & ~member & (u < ERP_ORDER) & (count[who] > 0)
    which = np.cumsum(count) - count + (rng.random(len(count)) * count).astype(int)
    row = np.argsort(bought.of_order, kind="stable")[which[who[ordered]]]
    return texts(edit(key, ordered, plain(orders["order_id"]).take(pa.array(row))))


def publish(
    written: pd.DataFrame, made: pd.DataFrame, ids: pd.Series, block: Block
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the exact copies, order by time, number the records, and note whose they are."""
    chance = SOURCES["copied"].to_numpy()[made["source"]]
    copies = np.flatnonzero(block.rng("identity.copies").random(len(made)) < chance)
    row = np.concatenate([np.arange(len(made)), copies])
    row = row[np.argsort(made["created"].to_numpy()[row], kind="stable")]
    record_id = block.ids("X", len(row))
    whose = made[["who", "source"]].take(row)
    identities = pd.DataFrame(
        {
            "record_id": record_id,
            "customer_id": ids.take(whose["who"]).to_numpy(),
            "duplicate": whose.duplicated().to_numpy(),
        }
    )
    records = written.take(row).reset_index(drop=True)
    records.insert(0, "record_id", record_id)
    records.insert(2, "source_key", records.pop("source_key"))
    return records, identities
