"""今日待办: what is due, by urgency, each with a link to its row and a mark of the person who has done it."""

from ..schema import Column, Sheet

TODAY = Sheet(
    key="today",
    title="今日待办",
    table="今日待办",
    note="由“一键更新”或“今日待办”重写;办完的在“完成”选 是,标记和备注会保留到这件事了结。",
    optional=True,
    landscape=True,
    columns=(
        Column("no", "序号", "integer", "computed", width=6, number_format="0"),
        Column("level", "紧要", role="computed", width=10),
        Column("kind", "事项", role="computed", width=14),
        Column("subject", "对象", role="computed", width=34),
        Column("due", "应完成", "datetime", "computed", width=17, number_format="yyyy-mm-dd hh:mm"),
        Column("left", "还剩/已过", role="computed", width=15),
        Column("owner", "负责人", role="computed", width=11),
        Column("place", "位置", "link", "computed", width=18),
        Column("done", "完成", "choice", choices="一次解决", width=8, note="办完选 是;台账里的时间补上后,这一行自己消失。"),
        Column("remark", "备注", width=26),
        Column("mark", "识别码", role="issued", width=14, folded=True),
    ),
    tab_color="C0392B",
)
"""`mark` tells one task from another from one run to the next; 完成 and 备注 are the person's and move with it."""

HOME_SUMMARY = "待办_概况"
HOME_LINES = tuple(f"待办_{number}" for number in range(1, 6))
"""Named cells of 首页: one sentence, and a link to each of the most urgent tasks."""
