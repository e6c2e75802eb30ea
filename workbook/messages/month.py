"""What the monthly, quarterly and half-yearly review says."""

from __future__ import annotations

from .message import Message, stop, warning

MESSAGES: dict[str, Message] = {
    "month.period": stop(
        "期间“{value}”读不懂,没有生成。请写成 2026-10(月)、2026-Q3(季度)或 2026-H1(半年);不写就是上一个完整的月。"
    ),
    "month.unfinished": warning("还没过完", "“{sheet}”这一期还没有过完,数字只到 {now};过完后请再点一次“月度复盘”。"),
    "month.partial": warning(
        "结转以前",
        "“{sheet}”这一期有一部分记录留在上一本台账里,没有算进来(“结转记录”只有每周的数,拼不成月)。请打开上一本台账看这一期。",
    ),
    "month.half_filled": warning(
        "建议没填完",
        "“{sheet}”{cell}({column})还空着,“{about}”这条建议没有记入“改进跟踪”。请补上,再点一次“月度复盘”。",
    ),
    "month.due": warning(
        "日期读不懂",
        "“{sheet}”{cell} 的计划完成“{text}”读不出是哪一天,这条建议没有记入“改进跟踪”。请写成 2026-11-30 这样的日期,再点一次“月度复盘”。",
    ),
}
