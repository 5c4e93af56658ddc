"""Which of a file's columns is which of ours: guessed from its header, told by ``--map``, or a TOML file."""

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from workbook.tables.errors import DataError, choose

REQUIRED = ("customer_id", "ordered_at")

# Spellings are normalised as `plain` does; the first one that a header has is taken.
SPELLINGS = {
    "customer_id": """customerid customerno customernumber customercode customerkey custid custno clientid
        clientno clientnumber memberid memberno membernumber membercode membercardno userid userno buyerid
        shopperid consumerid accountid customeruniqueid cardno cardnumber loyaltyid uid openid customer client
        member user buyer shopper cust
        客户编号 客户id 客户号 客户代码 会员编号 会员id 会员号 会员卡号 会员代码 会员号码 会员卡 顾客编号 顾客id 顾客号
        用户编号 用户id 用户号 买家id 买家编号 买家会员名 卡号 客户 会员 顾客 用户 买家""",
    "order_id": """orderid orderno ordernumber ordercode orderref orderkey invoiceid invoiceno invoicenumber
        invoice receiptid receiptno receiptnumber receipt transactionid transactionno transactionnumber
        transid transno ticketno ticketid basketid salesid saleid salesorder salesordernumber billno
        order transaction 订单编号 订单号 订单id 子订单编号 主订单编号 单据编号 单据号 单号 小票号 小票编号 小票
        流水号 交易号 交易编号 交易流水号 发票号 销售单号 订单""",
    "ordered_at": """orderedat orderdatetime orderdate ordertime ordertimestamp orderpurchasetimestamp
        invoicedate invoicedatetime purchasedate purchasedat purchasedatetime purchasetime transactiondate
        transactiondatetime transactiontime transdate saledate salesdate receiptdate billdate paidat
        paymentdate createdat createddate creationdate datetime timestamp date day time
        下单时间 下单日期 订单时间 订单日期 订单创建时间 付款时间 支付时间 订单付款时间 付款日期 支付日期 交易时间 交易日期
        成交时间 成交日期 购买时间 购买日期 消费时间 消费日期 销售时间 销售日期 开单日期 开票日期 单据日期 创建时间
        日期 时间""",
    "quantity": """quantity qty quantitysold quantityordered orderquantity units unitssold pieces numberofitems
        items itemcount count 数量 购买数量 商品数量 宝贝数量 销售数量 件数 销量 购买件数""",
    "unit_price": """unitprice priceperunit priceeach itemprice sellingprice saleprice salesprice
        productprice price 单价 销售单价 成交单价 商品单价 实付单价 成交价 售价 商品价格 价格""",
    "amount": """linetotal lineamount lineprice netamount amountpaid paidamount totalpaid amount totalamount
        orderamount salesamount saleamount invoiceamount transactionamount totalprice totalsales totalsale
        total revenue netsales sales sale turnover spend spent payment paymentvalue dollars dollarvalue
        monetary value ordertotal ordervalue
        实付金额 实付款 实收金额 买家实际支付金额 实际支付金额 支付金额 付款金额 成交金额 交易金额 销售金额 消费金额
        购买金额 小计 金额 总金额 订单金额 合计 总价 销售额""",
    "product_id": """productid productno productnumber productcode productkey productsku sku skuid skucode
        stockcode itemid itemno itemnumber itemcode articleid articleno article styleno barcode ean upc
        商品编码 商品编号 商品id 商品代码 商品货号 货号 款号 产品编号 产品编码 产品id 条码 条形码 sku编码 宝贝id""",
    "product_name": """productname productdescription productitle itemname itemdescription articlename
        description product item title 商品名称 商品名 商品标题 宝贝标题 宝贝名称 产品名称 品名 商品 产品""",
    "category": """productcategory category categoryname itemcategory productcategoryname department
        productline producttype 商品类别 商品类目 商品分类 品类 类目 类别 分类 大类 产品类别""",
    "store_id": """storeid storeno storenumber storecode shopid shopno shopcode branchid branch locationid
        outletid outlet store shop storename shopname
        门店编号 门店编码 门店代码 门店id 店铺编号 店铺id 门店 店铺 门店名称 店铺名称 分店""",
    "channel": """channel saleschannel salechannel orderchannel ordersource platform
        渠道 销售渠道 订单渠道 下单渠道 订单来源 平台 购买渠道""",
    "country": "country countryname countrycode customercountry shipcountry nation 国家 国家地区",
    "city": "city customercity shipcity town 城市 所在城市 收货城市",
    "acquisition_channel": """acquisitionchannel acquisitionsource firstchannel signupchannel
        registrationchannel referralsource leadsource 获客渠道 来源渠道 注册渠道 客户来源 会员来源""",
}
COLUMNS = tuple(SPELLINGS)


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read; what is left empty is found out.

    Attributes
    ----------
    format : delimited, whitespace, fixed-width, spreadsheet or parquet
    separator : one character
    encoding : a Python codec, such as gb18030
    header : whether the first line names the columns
    sheet : name of a spreadsheet's sheet
    date_format : as in strptime, such as %d/%m/%Y
    decimal : "." or ","
    """

    format: str = ""
    separator: str = ""
    encoding: str = ""
    header: bool | None = None
    sheet: str = ""
    date_format: str = ""
    decimal: str = ""


@dataclass(frozen=True)
class Rules:
    """What is a purchase.

    Attributes
    ----------
    cancelled : regular expression that the id of a cancelled order matches; empty for none
    negatives : "reject" lines below zero, or take them as "returns"
    zero_amount : "keep" lines of amount zero as purchases, or "reject" them
    """

    cancelled: str = ""
    negatives: str = "reject"
    zero_amount: str = "keep"


@dataclass(frozen=True)
class Mapping:
    """A file's columns by our names, how to read it, and what counts as a purchase."""

    name: str = ""
    description: str = ""
    currency: str = ""
    columns: Dict[str, str | int] = field(default_factory=dict)
    file: FileOptions = field(default_factory=FileOptions)
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True)
class Found:
    """One of our columns in a file: their name for it, how it was found, and what else would have fitted."""

    column: str
    theirs: str
    how: str
    also: tuple[str, ...] = ()


ALLOWED: Dict[tuple[str, str], tuple[str, ...]] = {
    ("file", "format"): ("", "delimited", "whitespace", "fixed-width", "spreadsheet", "parquet"),
    ("file", "decimal"): ("", ".", ","),
    ("rules", "negatives"): ("reject", "returns"),
    ("rules", "zero_amount"): ("keep", "reject"),
}
SOME_TIME = dt.datetime(2024, 11, 23, tzinfo=dt.UTC)  # its year, month and day can't be taken for each other
TABLE = (dict, "a table of keys")
KINDS = {"header": (bool, "true or false"), "columns": TABLE, "file": TABLE, "rules": TABLE}


def ready_mappings() -> list[str]:
    """Names of the mappings that come with the package."""
    folder = resources.files("workbook.tables.importing") / "mappings"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def load_mapping(mapping: str | Path) -> Mapping:
    """Read a ready mapping by its name, or a TOML file.

    Raises
    ------
    DataError
        if there is none, or it holds an unknown key or value.
    """
    if str(mapping) in ready_mappings():
        text = (resources.files("workbook.tables.importing") / "mappings" / f"{mapping}.toml").read_text(
            "utf-8"
        )
    elif Path(mapping).is_file():
        text = Path(mapping).read_text(encoding="utf-8-sig", errors="replace")
    else:
        error = choose("--mapping", str(mapping), [*ready_mappings(), "(a TOML file)"])
        raise DataError(f"{error} Files are looked for in {str(Path(mapping).absolute().parent)!r}.")
    try:
        return from_toml(tomllib.loads(text), Path(mapping).name)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"The mapping {Path(mapping).name!r} isn't TOML: {error}.") from None


def from_toml(content: Dict[str, Any], where: str) -> Mapping:
    """Turn a TOML file's content into a mapping; anything unknown in it is an error."""
    checked(content, Mapping, where, "")
    file = FileOptions(**checked(content.get("file", {}), FileOptions, where, "file"))
    rules = Rules(**checked(content.get("rules", {}), Rules, where, "rules"))
    columns = content.get("columns", {})
    for column, theirs in columns.items():
        known_column(column)
        if not isinstance(theirs, str | int) or isinstance(theirs, bool):
            raise DataError(f"{where}: [columns] {column} must be a name or a position; got {theirs!r}.")
    try:
        re.compile(rules.cancelled)
    except re.error as error:
        raise DataError(f"{where}: [rules] cancelled isn't a regular expression: {error}.") from None
    currency = known_currency(content.get("currency", ""), f"{where}: currency")
    known_format(file.date_format, f"{where}: [file] date_format")
    return Mapping(**{"name": where, **content, "currency": currency, "file": file, "rules": rules})


def checked(given: Dict[str, Any], part: type, where: str, section: str) -> Dict[str, Any]:
    """Return a section's keys after holding names, types and values against what is allowed."""
    types = {f.name: f.type for f in fields(part)}
    for name, value in given.items():
        label = f"{where}: [{section}] {name}" if section else f"{where}: {name}"
        if name not in types:
            raise choose(f"{where}: a key of " + (f"[{section}]" if section else "the mapping"), name, types)
        kind, words = KINDS.get(name, (str, "text"))
        if not isinstance(value, kind):
            raise DataError(f"{label} must be {words}; got {value!r}.")
        allowed = ALLOWED.get((section, name))
        if allowed and value not in allowed:
            raise choose(label, str(value), filter(None, allowed))
    return given


def known_currency(code: str, label: str) -> str:
    """Return a currency's code in capitals; refuse what isn't three letters."""
    if not re.fullmatch(r"([A-Za-z]{3})?", code.strip()):
        raise DataError(f"{label} must be an ISO code of three letters, such as CNY; got {code!r}.")
    return code.strip().upper()


def known_format(date_format: str, label: str) -> str:
    """Return a format of dates; refuse one that doesn't give a day of a year."""
    try:
        read = dt.datetime.strptime(SOME_TIME.strftime(date_format), date_format)
    except (ValueError, re.error):
        read = None
    if date_format and (read is None or read.date() != SOME_TIME.date()):
        raise DataError(
            f"{label} must give year, month and day as in strptime, such as %d.%m.%Y; got {date_format!r}."
        )
    return date_format


def known_column(column: str) -> None:
    """Refuse a column that isn't ours."""
    if column not in COLUMNS:
        raise choose("A column to map", column, COLUMNS)


def told(pairs: Sequence[str]) -> dict[str, str]:
    """Read ``column=THEIRS`` pairs; an empty THEIRS leaves the column out.

    Raises
    ------
    DataError
        for a pair without "=" or an unknown column.
    """
    for pair in pairs:
        if "=" not in pair:
            raise DataError(f"--map must be column=THEIRS; got {pair!r}.")
        known_column(pair.partition("=")[0].strip())
    return {p.partition("=")[0].strip(): p.partition("=")[2].strip() for p in pairs}


def plain(name: str) -> str:
    """Return a column name without case, spaces, punctuation, or a unit in brackets."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]", "", re.sub(r"[(\[{].*?[)\]}]", "", text))


def find_columns(
    header: Sequence[str], named: bool, mapping: Mapping, pairs: Dict[str, str], example: Sequence[str] = ()
) -> list[Found]:
    """Say which of a file's columns is which of ours.

    Parameters
    ----------
    header : the file's columns, in its order
    named : whether the file itself names them; if not, nothing can be guessed
    mapping : where it has columns, nothing is guessed beside them
    pairs : what `told` read; it goes before the mapping and the guesses
    example : the first row, to be shown where the columns have no names

    Raises
    ------
    DataError
        if the file lacks a column that was told, or no column is found for a required one.
    """
    fixed = {c: (t, "mapping") for c, t in mapping.columns.items()} | {
        c: (t, "told") for c, t in pairs.items()
    }
    found = {c: Found(c, their_column(header, c, t), how) for c, (t, how) in fixed.items() if t != ""}
    if named and not mapping.columns:
        free = [name for name in header if name not in {f.theirs for f in found.values()}]
        found |= guess(free, [c for c in COLUMNS if c not in fixed])
    missing = [c for c in REQUIRED if c not in found]
    if missing:
        raise lacking(header if named else example, named, missing)
    return [found[c] for c in COLUMNS if c in found]


def guess(free: Sequence[str], wanted: Sequence[str]) -> dict[str, Found]:
    """Take the first known spelling of each column that a header has."""
    found: dict[str, Found] = {}
    for column in wanted:
        order = {spelling: i for i, spelling in enumerate(SPELLINGS[column].split())}
        taken = {f.theirs for f in found.values()}
        fits = [name for name in free if plain(name) in order and name not in taken]
        if fits:
            first, *also = sorted(fits, key=lambda name: order[plain(name)])
            found[column] = Found(column, first, "guessed", tuple(also))
    return found


def their_column(header: Sequence[str], column: str, theirs: str | int) -> str:
    """Find the column that was told by its name, or by its position from 0 (from the end if negative)."""
    same = [name for name in header if plain(name) == plain(str(theirs))]
    if theirs in header:
        return str(theirs)
    if isinstance(theirs, str) and len(same) == 1:
        return same[0]
    if isinstance(theirs, int) or re.fullmatch(r"-?\d+", theirs):
        if -len(header) <= int(theirs) < len(header):
            return header[int(theirs)]
        raise DataError(
            f"the column for {column} must be from 0 to {len(header) - 1} (or from the end, -1 to -{len(header)}); "
            f"got {theirs}."
        )
    raise choose(f"the column for {column}", theirs, header)


def lacking(shown: Sequence[str], named: bool, missing: Sequence[str]) -> DataError:
    """Build the error for required columns that were not found; shown are the names or the first row."""
    some = ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")
    say = " ".join(f"--map {c}={'COLUMN' if named else 'POSITION'}" for c in missing)
    what = "its columns are" if named else "it has no header line, and its first row (positions from 0) is"
    return DataError(f"no column was found for {' and '.join(missing)}; {what} {some}. Say {say}.")
