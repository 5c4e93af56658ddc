"""What a file may hold: order lines, or rows of any table under contract; and by which names its columns go.

Spellings are normalised as `mapping.plain` does; the first one that a header has is taken. A column that is not
listed goes by its own name.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook.tables import schema
from workbook.tables.contract import columns, key

ORDERS = {
    "customer_id": """customerid customerno customernumber customercode customerkey custid custno clientid
        clientno clientnumber memberid memberno membernumber membercode membercardno userid userno buyerid
        shopperid consumerid accountid customeruniqueid householdid householdno householdkey cardno cardnumber
        loyaltyid uid openid customer client member user buyer shopper household cust
        客户编号 客户id 客户号 客户代码 会员编号 会员id 会员号 会员卡号 会员代码 会员号码 会员卡 顾客编号 顾客id 顾客号
        用户编号 用户id 用户号 买家id 买家编号 买家会员名 卡号 客户 会员 顾客 用户 买家""",
    "order_id": """orderid orderno ordernumber ordercode orderref orderkey invoiceid invoiceno invoicenumber
        invoice receiptid receiptno receiptnumber receipt transactionid transactionno transactionnumber
        transid transno ticketno ticketid basketid salesid saleid salesorder salesordernumber billno
        order transaction 订单编号 订单号 订单id 子订单编号 主订单编号 单据编号 单据号 单号 小票号 小票编号 小票
        流水号 交易号 交易编号 交易流水号 发票号 销售单号 订单""",
    "ordered_at": """orderedat orderdatetime orderdate ordertime ordertimestamp orderpurchasetimestamp
        invoicedate invoicedatetime purchasedate purchasedat purchasedatetime purchasetime transactiondate
        transactiondatetime transactiontime transactiontimestamp purchasetimestamp transdate saledate salesdate
        receiptdate billdate paidat
        paymentdate createdat createddate creationdate datetime timestamp date day time
        下单时间 下单日期 订单时间 订单日期 订单创建时间 付款时间 支付时间 订单付款时间 付款日期 支付日期 交易时间 交易日期
        成交时间 成交日期 购买时间 购买日期 消费时间 消费日期 销售时间 销售日期 开单日期 开票日期 单据日期 创建时间
        日期 时间""",
    "quantity": """quantity qty quantitysold quantityordered orderquantity units unitssold pieces numberofitems
        items itemcount count 数量 购买数量 商品数量 宝贝数量 销售数量 件数 销量 购买件数""",
    "unit_price": """unitprice priceperunit priceeach itemprice sellingprice saleprice salesprice
        productprice price 单价 销售单价 成交单价 商品单价 实付单价 成交价 售价 商品价格 价格""",
    "amount": """linetotal lineamount lineprice netamount salesvalue salevalue amountpaid paidamount totalpaid amount totalamount
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
WHO, ORDER = ORDERS["customer_id"], ORDERS["order_id"]
OTHERS: dict[str, dict[str, str]] = {
    "customers": {
        "customer_id": WHO + " id",
        "joined_on": """joinedon joined joindate firstpurchase firstorder signupdate signedup registered registrationdate
            createdat created since 注册日期 注册时间 首购日期 入会日期""",
        "member_since": "membersince memberfrom enrolled enrolleddate enrollmentdate loyaltysince 会员日期 开卡日期",
        "acquisition_channel": ORDERS["acquisition_channel"],
        "gender": "gender sex 性别",
        "birth_year": "birthyear yearofbirth yob 出生年份 出生年",
        "city": ORDERS["city"],
        "country": ORDERS["country"],
    },
    "products": {
        "product_id": ORDERS["product_id"],
        "name": """productname name producttitle itemname articlename title product item 商品名称 商品名 商品标题 产品名称
            品名""",
        "category": ORDERS["category"],
        "list_price": "listprice recommendedprice retailprice rrp msrp price 吊牌价 标价 原价",
        "unit_cost": "unitcost cost costprice purchaseprice 成本 成本价 进价",
    },
    "stores": {
        "store_id": ORDERS["store_id"],
        "name": "storename shopname branchname 门店名称 店铺名称",
        "city": "city town storecity 城市 所在城市",
        "opened_on": "openedon opened openingdate opendate 开业日期 开店日期",
    },
    "contacts": {
        "contact_id": """contactid contactno ticketid ticketno ticketnumber ticket caseid caseno casenumber case incidentid
            incidentnumber incident requestid requestno callid number id 工单编号 工单号 服务单号 来电编号 编号""",
        "customer_id": WHO + " callerid caller requesterid requester 来电号码 客户姓名",
        "order_id": ORDER,
        "opened_at": """openedat opened openedon openeddate opentime createdat created createdon createddate creationdate
            createdtime reportedat receivedat received requestedat submittedat calltime callstart callstarted starttime
            startedat arrivedat datetime timestamp date time 创建时间 提交时间 受理时间 来电时间 发起时间 日期 时间""",
        "channel": "channel contactchannel contacttype contactmethod medium source origin 渠道 来源 受理渠道",
        "topic": """topic subject category issuetype issue reason contactreason tickettype requesttype queue type
            主题 问题类型 问题分类 类型 分类""",
        "severity": "severity priority urgency impact 严重程度 优先级 紧急程度",
        "first_response_at": """firstresponseat firstresponse firstresponsetime firstresponded firstreplyat firstreply
            respondedat responseat responsetime 首次响应时间 响应时间""",
        "first_response_by": "firstresponseby respondedby responder 响应人",
        "answered_at": "answeredat answered answertime answeredon pickedupat 接听时间 回复时间",
        "resolved_at": """resolvedat resolved resolvedon resolveddate resolutiontime resolution solvedat solved closedat
            closed closedon closeddate completedat endedat endtime callend 解决时间 完成时间 关闭时间 结束时间""",
        "hand_offs": "handoffs handovers transfers reassignments reassignmentcount escalations 转派次数 转接次数",
        "agent_minutes": "agentminutes handletime handlingtime talktime durationminutes minutes 处理时长 通话时长",
        "cost": "cost handlingcost costs 成本 费用",
        "self_served": "selfserved selfservice deflected 自助",
    },
    "complaints": {
        "complaint_id": """complaintid complaintno complaintnumber reviewid reviewno feedbackid caseid caseno casenumber case id 投诉编号 投诉单号
            评价编号 评论id 编号""",
        "customer_id": WHO + " reviewerid reviewer author username 评论人 投诉人",
        "order_id": ORDER,
        "product_id": ORDERS["product_id"],
        "complained_at": """complainedat complaintdate complaintdatetime datereceived receivedat receivedon received reviewdate
            reviewtime reviewedat createdat created submittedat postedat datetime timestamp date time
            投诉时间 投诉日期 评价时间 评论时间 创建时间 日期 时间""",
        "language": "language lang locale 语言",
        "category": "category complainttype issuetype type topic product department 类别 分类 投诉类型 问题类型",
        "grade": "grade level severity priority complaintgrade 等级 级别 投诉等级",
        "text": """text complainttext reviewtext review complaint consumercomplaintnarrative narrative body content
            comment comments message feedback description sentence 内容 投诉内容 评价内容 评论内容 评论 评价 文本""",
        "resolved_at": "resolvedat resolved resolveddate closedat closed settledat 解决时间 处理完成时间 结案时间",
        "first_response_at": "firstresponseat firstresponse firstreplyat firstreply respondedat responsetime 首次响应时间 响应时间",
        "remedy": "remedy compensation outcome companyresponse resolutiontype 处理结果 补偿方式",
        "remedy_cost": "remedycost compensationamount refundamount 赔付金额 补偿金额",
    },
    "experiments": {
        "experiment": "experiment experimentname experimentid test testname testid campaign 实验 实验名称",
        "unit_id": WHO + " unitid unit subjectid subject participantid visitorid sessionid deviceid id",
        "arm": """arm variant variation treatment treated treat group testgroup abgroup assignment bucket condition
            version segment 组别 分组 实验组""",
        "assigned_at": "assignedat assigned assignedon exposedat date day timestamp 分组时间 日期",
        "before": "before pre preperiod preexperiment prerevenue spendbefore covariate baseline 实验前",
        "ordered": """ordered converted conversion convert outcome purchase purchased bought response responded success
            clicked visit got 转化 是否转化 是否购买""",
        "revenue": "revenue spend spent amount sales value orderamount 收入 金额 消费金额",
        "cost": "cost treatmentcost incentive 成本",
    },
    "consents": {
        "consent_id": "consentid consentno recordid id 同意编号 编号",
        "customer_id": WHO,
        "purpose": "purpose purposes consenttype consentfor topic channel 目的 处理目的 用途",
        "asked_at": """askedat asked consentdate consentedat givenat grantedat capturedat createdat created datetime
            timestamp date time 同意时间 授权时间 日期 时间""",
        "how": "how method source capturemethod collectedvia form mechanism 方式 授权方式 来源",
        "granted": "granted consent consented optin optedin given status agreed 是否同意 同意 授权",
        "policy_version": "policyversion version policy noticeversion 隐私政策版本 版本",
        "withdrawn_at": "withdrawnat withdrawn revokedat revoked optoutdate optedoutat unsubscribedat 撤回时间 取消时间",
    },
}
# Columns that make a file one of this table rather than of another.
TELLING = {
    "orders": ("customer_id", "ordered_at"),
    "customers": ("customer_id",),
    "contacts": ("opened_at",),
    "complaints": ("text",),
    "experiments": ("unit_id", "arm"),
    "consents": ("purpose", "granted"),
}
# What can be made up for a file that lacks it, and what is then true.
MADE_UP = {
    "customer_id": "no customer: every row counts as a customer of its own",
    "experiment": "no name of the experiment: the file's name is taken",
}


@dataclass(frozen=True)
class Target:
    """What a file is taken for.

    Attributes
    ----------
    table : orders, or another table under contract
    spellings : column → the names by which it goes, the likeliest first
    required : columns without which the file can't be used
    """

    table: str
    spellings: Mapping[str, str]
    required: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that can be mapped."""
        return tuple(self.spellings)

    def matches(self, header: Sequence[str]) -> set[str]:
        """Columns that some name of the header could be."""
        names = {plain(name) for name in header}
        return {c for c, words in self.spellings.items() if names & set(words.split())}


def plain(name: str) -> str:
    """Return a column name without case, spaces, punctuation, or a unit in brackets."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]", "", re.sub(r"[(\[{].*?[)\]}]", "", text))


def target(table: str) -> Target:
    """Return what a file of this table may hold; a key that is missing is made from the row's number."""
    if table == "orders":
        return Target(table, ORDERS, TELLING[table])
    contract = columns(schema.CONTRACTS[table])
    known = OTHERS.get(table, {})
    made_up = {*MADE_UP, *(key(schema.CONTRACTS[table])[-1:] if table != "customers" else ())}
    must = contract.loc[contract["required"], "column"]
    return Target(
        table,
        {c: f"{known.get(c, '')} {plain(c)}" for c in contract["column"]},
        tuple(c for c in must if c not in made_up or c in TELLING.get(table, ())),
    )


def likeliest(header: Sequence[str], told: Sequence[str] = ()) -> str:
    """The table that a file's header fits best: by the number of columns found, orders before others.

    Parameters
    ----------
    header : the file's columns
    told : our columns that the user has mapped; a table that lacks one is out of the question
    """
    scores = {}
    for table, telling in TELLING.items():
        aim = target(table)
        found = aim.matches(header) | set(told)
        fits = set(told) <= set(aim.columns) and found >= set(telling)
        scores[table] = len(found) if fits else 0
    best = max(scores, key=lambda table: scores[table])  # the first of equals
    return best if scores[best] else "orders"
