"""What 反馈汇总简报 says."""

from __future__ import annotations

from .message import Message, stop, warning

MESSAGES: dict[str, Message] = {
    "brief.period": stop(
        "期间“{value}”读不懂。请写成 2024-05-01至05-07(从哪天到哪天,两天都算)、2024-05-06(一天)或 2024-W18(一周)。"
    ),
    "brief.order": stop("期间“{value}”的开始日期在结束日期之后。请把前后两个日期对调。"),
    "brief.future": warning(
        "还没到", "“{sheet}”的期间还没有开始(现在是 {now})。请核对日期;要看近 7 天,请在别的工作表上点“反馈汇总简报”(命令:不写 --period)。"
    ),
    "brief.outside": warning(
        "",
        "“{sheet}”还有 {count} 条标记为高频的评价不在这份简报的期间里({rows}),没有记简报时间。"
        "请再做一份包括它们的(不写期间时会包括),或在“{column}”填上已提交的时间。",
    ),
}
