"""Forms as files: made, missing, made again, and what of a template does not go out."""

from __future__ import annotations

from .message import Message, stop, warning

MESSAGES: dict[str, Message] = {
    "files.unwritable": stop(
        "文件夹“{folder}”里不能新建文件,什么文件都没有生成,台账没有改动。请换一个文件夹(“设置”的“表单文件夹”或“周报文件夹”,命令:--out),"
        "或请管理员开通写入权限。"
    ),
    "files.taken": stop("“{folder}”里已经有“{file}”,没有覆盖它,台账没有改动。请把它移走或改名,再试一次。"),
    "files.too_long": stop(
        "文件夹“{folder}”的路径太长,放不下“{file}”这样的文件名。请把“设置”的“表单文件夹”或“周报文件夹”改成短一些的位置,如 D:\\表单。"
    ),
    "files.not_placed": warning(
        "文件没放好",
        "台账已登记,但有 {count} 个文件没有放进“{folder}”(如“{file}”)。请关闭正在打开的同名文件,"
        "再点一次刚才的按钮(“生成表单”或“定稿导出”),会补上。",
    ),
    "files.template_part": warning(
        "模板内容未带出",
        "模板工作表“{template}”里的 {what} 没有放进发给客户的文件:它们要用到台账的其他内容,或不宜外发。请看一份生成的文件是否合用。",
    ),
    "form.facts_changed": warning(
        "内容已变",
        "工单“{ticket}”的表单“{file}”(回执码 {token})不见了,而台账里它的内容后来改过,不能照原样补做。"
        "请从备份或已发的邮件里找回;不再需要的,在“表单台账”的备注写“作废”。",
    ),
    "form.cells_gone": warning(
        "模板缺格子",
        "模板工作表“{template}”里找不到这些格子的名称:{names}。生成的表单缺这几格,收回时可能读不到。"
        "请从“新建台账”得到的台账里把这张模板复制回来。",
    ),
}
