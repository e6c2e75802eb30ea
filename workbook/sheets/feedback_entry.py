"""登记反馈: answers that came by phone, chat or on paper, one a row; read, shown, and entered once a person agrees."""

from ..schema import Column, Sheet

FEEDBACK_ENTRY = Sheet(
    key="feedback_entry",
    title="登记反馈",
    table="登记反馈",
    note="电话、微信、短信、纸质的评价写在这里:点“登记反馈”先看“读作”,无误的在“确认”选 是,再点一次就记入“评价记录”。",
    optional=True,
    columns=(
        Column("reference", "工单号或回执码", width=17, aliases=("工单号", "回执码"), needed=True,
               note="表单上的回执码,或工单号。不记名的 S001 留空。"),
        Column("customer", "客户姓名", width=10, note="可不填,填了就与工单核对。"),
        Column("profile", "评价档案", "choice", choices="评价档案", width=22, note="留空为“设置”里的主评价档案。", needed=True),
        Column("channel", "渠道", "choice", choices="评价渠道", strict=False, width=10, aliases=("评价渠道",), needed=True),
        Column("words", "原话", width=38, needed=True,
               note="客户怎么写就怎么粘贴,如:55455 师傅准时;都5分;速度四分,其他都是5。"),
        Column("received_at", "收到时间", "datetime", width=17, note="留空按登记的时刻。", needed=True),
        Column("proxy_by", "代填人", width=10, note="谁接的电话、谁录入的。", needed=True),
        Column("reading", "读作", role="computed", width=46),
        Column("doubt", "待核对", role="computed", width=40),
        Column("corrected", "改记为", width=16, needed=True,
               note="读不准时,向客户问清后按顺序写全分数,如 5545;原话保留不动。"),
        Column("confirm", "确认", "yesno", width=8, needed=True, note="读作无误选 是,再点“登记反馈”。"),
        Column("result", "结果", role="issued", width=20, needed=True, note="由程序填写;有内容的行不会再登记。"),
    ),
    tab_color="2E9E6B",
)  # fmt: skip
