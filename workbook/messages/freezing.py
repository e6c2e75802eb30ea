"""定稿导出: what stops it, and what its reader has to know."""

from __future__ import annotations

from .message import Message, error, stop, warning

MESSAGES: dict[str, Message] = {
    "freeze.future": stop("{week} 还没有开始,不能定稿,台账没有改动。要定稿的是哪一周,请打开那一周的周报再点。"),
    "freeze.not_over": warning(
        "周未结束",
        "“{sheet}”这一周要到 {until} 才结束,现在定稿的数只到 {now};之后发生的不再算进去。要等周末再定稿,请点“撤销上次”。",
    ),
    "freeze.no_recipient": warning(
        "没有收件人", "“设置”里没有填“{name}”,邮件草稿没有收件人:发送前请在邮件里填,或先在“设置”填好再点“撤销上次”和“定稿导出”。"
    ),
    "freeze.file_gone": warning(
        "只有数字",
        "“{sheet}”定稿后文件“{file}”不见了,已照定稿的数字补做一份;这一份没有“数据”页,数字都是固定的。",
    ),
    "settings.mails": error(
        "邮箱有误", "“{sheet}”第 {row} 行“{name}”里的“{wrong}”不是邮箱。请写成 name@company.com,几个之间用分号隔开,或留空。"
    ),
}
