"""Returned forms: what stops collecting, why a file is not taken in, and what is said of each file."""

from __future__ import annotations

from .message import Message, stop, warning

MESSAGES: dict[str, Message] = {
    # --- what stops the command ---
    "collect.no_folder": stop("找不到文件夹“{folder}”。请检查写法,或把收回的文件放进台账旁边的“{default}”文件夹再试。"),
    "collect.not_folder": stop("“{folder}”是一个文件,不是文件夹。请选放着收回文件的文件夹。"),
    "collect.unreadable": stop("文件夹“{folder}”打不开(没有权限,或网络盘断开了)。请检查后再试。"),
    "collect.too_many": stop(
        "“{folder}”里有 {count} 个以上的文件,不像是专放回收表单的文件夹。请把收回的文件单独放进一个文件夹再试。"
    ),
    "collect.no_log": stop("台账里没有“{sheet}”这张表,收过哪些文件无从记录。请先用“升级台账”补上,再回收。"),
    # --- why one file is not taken in (told in 回收记录) ---
    "collect.renamed": stop("“{file}”的扩展名与内容不符:内容是{kind}。请核实来源;无误的话把扩展名改为 {suffix} 再回收。"),
    "collect.disguised": stop("“{file}”的扩展名与内容不符:里面不是{kind}。请核实来源,不要打开它。"),
    "collect.packed": stop("“{file}”是 {kind} 压缩包。请解压后把里面的文件放进回收文件夹再试。"),
    "collect.nested": stop("“{file}”是压缩包里的压缩包。请先解压,再回收。"),
    # --- findings ---
    "collect.attention": warning("", "“{file}”:{result}。{remark}"),
    "collect.dropped": warning(
        "有没采用的项", "{name}:已回收,但 {count} 项没有采用:{what}。请向客户问清后,填到{place}那一行。"
    ),
    "collect.dropped_anonymous": warning(
        "有没采用的项", "{name}:已回收,但 {count} 项没有采用:{what}。不记名的问不回去,原话留在“备注”。"
    ),
    "collect.not_moved": warning("", "“{file}”没能移到归档(可能正打开着):{reason}。答案已记入台账;关闭文件后再回收一次即可移走。"),
}
