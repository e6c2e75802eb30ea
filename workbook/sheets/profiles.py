"""The five evaluation profiles: each document's own dimensions, in its order, with the canonical key.

Requirements §1 (S000.T2, S001.T1, S002.T2, S003.T2, S004.T1) and §2 C6. Weights here are the defaults
that 设置 starts with; only S003 gives weights, the others are equal until the office says otherwise. `version`
goes up whenever a form's questions, their words or their places change: a returned form names the one it was made
from, and one of another version is read as what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

WEIGHT_TOLERANCE = 0.01 + 1e-9  # percentage points; sums of fractions are never exact


@dataclass(frozen=True)
class Dimension:
    """`label` as the document prints it, `key` the column of 评价记录 it is stored in, `weight` in percent.

    Where the standard (`anchor`) names times: a response within `full_within` minutes is worth 5, one after more
    than `lowest_after` minutes 1.
    """

    label: str
    key: str
    weight: float
    anchor: str = ""
    full_within: float | None = None
    lowest_after: float | None = None


@dataclass(frozen=True)
class Profile:
    code: str
    title: str
    dimensions: tuple[Dimension, ...]
    version: str = "1"
    anonymous: bool = False
    internal: bool = False
    descending: bool = False  # boxes printed 5 to 1

    def __post_init__(self) -> None:
        if not re.fullmatch(r"S\d{3}", self.code):
            raise ValueError(f"profile code {self.code!r} is not S and three digits")
        if not re.fullmatch(r"[1-9]\d*", self.version):
            raise ValueError(f"profile {self.code}: version {self.version!r} is not a whole number")
        unknown = [d.key for d in self.dimensions if d.key not in DIMENSION_KEYS]
        if unknown:
            raise ValueError(f"profile {self.code}: no column for dimension {unknown[0]}")
        for what in ("key", "label"):
            values = [getattr(d, what) for d in self.dimensions]
            if len(set(values)) != len(values):
                raise ValueError(f"profile {self.code}: a dimension's {what} is used twice")
        total = sum(d.weight for d in self.dimensions)
        if abs(total - 100) > WEIGHT_TOLERANCE or any(d.weight < 0 for d in self.dimensions):
            raise ValueError(f"profile {self.code}: weights add up to {total:g} %, not 100 %")

    @property
    def name(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def stamp(self) -> str:
        """Profile and version as 表单版本 shows them: S002-1."""
        return f"{self.code}-{self.version}"

    def printed(self, dimension: Dimension) -> str:
        """The dimension as the document prints it: S003 prints the weight behind it, 响应及时性(20%)."""
        return f"{dimension.label}({dimension.weight:g}%)" if self.internal else dimension.label


DIMENSION_KEYS: Mapping[str, str] = {
    "response": "响应",
    "resolution": "解决",
    "expertise": "专业",
    "attitude": "态度",
    "process": "流程",
    "added_value": "增值",
    "overall": "整体",
}
"""Canonical key -> the short name reports use. Profiles are compared by key only, never by composite."""

PROFILES: Mapping[str, Profile] = {
    p.code: p
    for p in (
        Profile("S000", "顾客反馈收集表单", (
            Dimension("服务响应及时性", "response", 20),
            Dimension("问题解决效率", "resolution", 20),
            Dimension("服务人员专业性", "expertise", 20),
            Dimension("服务态度友好度", "attitude", 20),
            Dimension("整体满意度", "overall", 20),
        ), descending=True),
        Profile("S001", "售后服务客户评价表", (
            Dimension("响应及时性", "response", 20, "客户发起服务请求后,首次联系/处理的时间"),
            Dimension("问题解决能力", "resolution", 20, "服务人员对问题的判断准确性、解决彻底性"),
            Dimension("服务态度", "attitude", 20, "服务人员沟通语气、耐心程度、主动服务意识"),
            Dimension("流程便捷性", "process", 20, "预约、提交材料、问题处理等流程的顺畅度"),
            Dimension("售后增值体验", "added_value", 20, "如后续关怀、服务提醒、政策解读等附加价值"),
        ), anonymous=True),
        Profile("S002", "客户满意度调查表", (
            Dimension("服务响应速度", "response", 25),
            Dimension("问题解决效果", "resolution", 25),
            Dimension("服务人员态度", "attitude", 25),
            Dimension("专业能力水平", "expertise", 25),
        )),
        Profile("S003", "售后服务质量评估表", (
            Dimension("响应及时性", "response", 20, "5分=30分钟内响应,1分=超2小时", 30, 120),
            Dimension("服务专业性", "expertise", 30, "5分=准确判断故障并彻底解决,1分=反复维修未解决"),
            Dimension("客户沟通", "attitude", 25, "5分=耐心解答、主动告知进度,1分=态度冷漠、信息不透明"),
            Dimension("流程规范性", "process", 25, "5分=手续齐全、单据清晰,1分=流程混乱、无记录"),
        ), internal=True),
        Profile("S004", "服务反馈收集表单", (
            Dimension("服务响应速度", "response", 25),
            Dimension("问题解决效果", "resolution", 25),
            Dimension("专业性水平", "expertise", 25),
            Dimension("服务态度", "attitude", 25),
        )),
    )
}  # fmt: skip
