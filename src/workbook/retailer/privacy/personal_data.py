"""What is true of each person: name, birth date, city, phone, e-mail and size; some of it changes, some is shared."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.retailer.core.streams import Block
from workbook.retailer.customers import names as spelling
from workbook.retailer.customers.names import Text, join, pick

YOUNG_FROM = 1996  # year of birth
HOUSEHOLD = 0.042  # share of customers who share a phone with one or two others of their city
SAME_SURNAME = 0.5  # of those others
RECYCLED = 0.008  # share of customers whose number was another customer's before
MOVED = 0.08  # share who change their number in the period
SECOND_EMAIL = 0.2  # share who use two addresses
PREFIXES = (121, 123, 126, 128)  # no mobile number in China begins with 12
SIZES = ("XS", "S", "M", "L", "XL", "XXL")
SIZE_SHARE = {False: (0.10, 0.28, 0.32, 0.19, 0.08, 0.03), True: (0.01, 0.09, 0.28, 0.33, 0.20, 0.09)}


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
        email=as_column(emails),
        other_email=as_column(pc.if_else(second, others, emails)),
        size=np.where(male, pick(SIZE_SHARE[True], n, size), pick(SIZE_SHARE[False], n, size)),
    )


def as_column(text: Text) -> pd.Series:
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
