"""Formulas of the weekly tab that follow an edit of the ledger at once: volumes, problem types, scores.

A typed cell counts where a formula reads it as the product does (a date, a word of the list, a whole score from 1 to 5);
where it does not (a repaired text, another spelling) the 统计 column counts, which holds what was read last. A figure is a
sum of signed counts over groups of rows: `Group` is a sign and the criteria of one count. After an update the typed cells
and the 统计 columns agree, and so do these formulas and xlsvc.weekly_figures, to the last row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from ..schema import Sheet
from ..sheets import weekly_summary as weekly
from ..sheets.evaluations import EVALUATIONS
from ..sheets.process_log import PROCESS_LOG
from ..sheets.profiles import DIMENSION_KEYS
from ..sheets.response_log import RESPONSE_LOG
from ..values.dates import FIRST_YEAR, LAST_YEAR
from .weekly_counting import COUNTED, MAIN, NOBODY, VALID, Address, Criterion, arguments, carried

Group = tuple[int, Sequence[Criterion]]

DOUBLED, NO_START, REVERSED = weekly.EXCLUSIONS[0], weekly.EXCLUSIONS[1], weekly.EXCLUSIONS[2]
HALF_A_SECOND = "1/172800"
"""Moments are read to the nearest second: 23:59:59.9999 is midnight."""
POINTS, SATISFIED = "{1,2,3,4,5}", "{4,5}"
WEEKS = {"本周": "周始", "上周": "周始-7"}


def readable(typed: str) -> list[Criterion]:
    """Cells of a typed column that hold a date of the years which are believed without asking."""
    return [(typed, f'">="&DATE({FIRST_YEAR},1,1)'), (typed, f'"<"&DATE({LAST_YEAR + 1},1,1)')]


def moments(typed: str, read: str, end: str, first: str = "") -> list[Group]:
    """Rows whose moment lies before `end`, and not before `first` if that is given.

    LibreOffice cuts all ranges to where the first one ends: the first criterion is never met by a blank cell.
    """
    by_cell: list[Criterion] = [readable(typed)[0], (typed, f'"<"&{end}-{HALF_A_SECOND}')]
    by_reading: list[Criterion] = [(read, f'"<"&{end}')]
    if first:
        by_cell[0] = (typed, f'">="&{first}-{HALF_A_SECOND}')
        by_reading.insert(0, (read, f'">="&{first}'))
    return [(1, by_cell), (1, [*by_reading, (typed, '"<>"')]), (-1, [*by_reading, *readable(typed)])]


def accepted(end: str, first: str = "") -> list[Group]:
    """Counted tickets accepted in a span; one that lacked its 受理时间 counts as soon as it is typed."""
    cell, *readings = moments("accepted_at", "stat_start", end, first)
    left_out: list[Criterion] = [("excluded", f'"<>{reason}"') for reason in (DOUBLED, REVERSED)]
    return [(cell[0], [*cell[1], *left_out]), *((sign, [*criteria, COUNTED]) for sign, criteria in readings)]


def closed(end: str, first: str = "") -> list[Group]:
    """Counted tickets closed in a span."""
    begun: list[Group] = [
        (1, [("accepted_at", '"<>"'), COUNTED]),
        (1, [*readable("accepted_at"), ("excluded", f'"{NO_START}"')]),
    ]
    return both(moments("resolved_at", "stat_end", end, first), begun)


def both(some: Iterable[Group], others: Iterable[Group]) -> list[Group]:
    """The rows that are in one of `some` and in one of `others`."""
    return [(a * b, [*mine, *theirs]) for (a, mine), (b, theirs) in product(some, others)]


def narrowed(groups: Iterable[Group], *criteria: Criterion) -> list[Group]:
    return both(groups, [(1, criteria)])


def counted(sheet: Sheet, groups: Iterable[Group], column: str = "", *aside: str) -> str:
    """How many rows the groups hold, or the sum of a column (an expression) over them; `aside` are further pairs of a
    column and what it is held against, as they stand in the formula."""
    made = ""
    for sign, criteria in groups:
        inside = ",".join([*([column] if column else []), arguments(sheet, criteria), *aside])
        made += f"{'-' if sign < 0 else '+' if made else ''}{'SUMIFS' if column else 'COUNTIFS'}({inside})"
    return made


def tickets(groups: Iterable[Group]) -> str:
    groups = list(groups)
    return "+".join(counted(log, groups) for log in (RESPONSE_LOG, PROCESS_LOG))


def open_before(moment: str) -> str:
    """Accepted before `moment` and not closed before it: nobody closes a ticket before it is accepted (REVERSED)."""
    return f"{tickets(accepted(moment))}-({tickets(closed(moment))})"


# --- problem types ----------------------------------------------------------------------------------------
def edited_types(at: Address) -> dict[str, str]:
    """For each listed word of 问题类型: tickets of the week whose cell says it while another class was read last."""
    made: dict[str, str] = {}
    for n in range(1, weekly.LIVE_WORDS + 1):
        word = at(f"即时词{n}_条件")
        now: list[Criterion] = [("problem_type", f'"="&{word}'), ("stat_class", f'"<>"&{at(f"即时词{n}_类")}')]
        for week, start in WEEKS.items():
            number = tickets(narrowed(accepted(f"{start}+7", start), *now))
            made[f"即时词{n}_{week}"] = f"IF({word}={NOBODY},0,{number})"
    return made


def of_class(at: Address, week: str, read: Sequence[Criterion], label: str) -> str:
    """Tickets accepted in the week of one class: those read so last (`read`), those whose cell says so now, less those whose
    cell now says another word. `label` is the class as a criterion."""
    return _moved(at, week, read, f'SUMIFS({_words(at, week)},{_words(at, "类")},"="&{label})', f'{_words(at, "类")}<>{label}')


def of_other_classes(at: Address, week: str, read: Sequence[Criterion], labels: Sequence[str]) -> str:
    gained = "".join(f'-SUMIFS({_words(at, week)},{_words(at, "类")},"="&{label})' for label in labels)
    return _moved(at, week, read, f"SUM({_words(at, week)}){gained}", "")


def _moved(at: Address, week: str, read: Sequence[Criterion], gained: str, other: str) -> str:
    start = WEEKS[week]
    groups = accepted(f"{start}+7", start)
    now: list[Criterion] = [("problem_type", f'"="&{_words(at, "条件")}'), ("stat_class", f'"<>"&{_words(at, "类")}')]

    def lost(part: Sequence[Group]) -> str:
        number = tickets(narrowed(part, *read, *now))
        return f"SUMPRODUCT(({other})*({number}))" if other else f"SUMPRODUCT({number})"

    # every word is looked for: among rows whose 受理时间 only Python could read only where there are any
    by_reading = f"IF(({tickets(groups[1:2])})-({tickets([(1, groups[2][1])])})=0,0,{lost(groups[1:])})"
    moved = f"IF(SUM({_words(at, week)})=0,0,{gained}-{lost(groups[:1])}-{by_reading})"
    return f"{tickets(narrowed(groups, *read))}+{moved}"


def _words(at: Address, field: str) -> str:
    return f"{at(f'即时词1_{field}')}:{at(f'即时词{weekly.LIVE_WORDS}_{field}')}"


# --- scores -----------------------------------------------------------------------------------------------
def _judged(start: str) -> list[Group]:
    """Answers of the week to the main profile that were found valid."""
    return narrowed(moments("evaluated_at", "stat_at", f"{start}+7", start), VALID, MAIN)


def _fresh(start: str) -> list[Group]:
    """Rows typed since the last scoring."""
    cell = moments("evaluated_at", "stat_at", f"{start}+7", start)[0]
    return narrowed([cell], ("valid", '""'), ("profile", '主档案&"*"'))


def fresh_answers() -> dict[str, str]:
    return {f"即时新评_{week}": counted(EVALUATIONS, _fresh(start)) for week, start in WEEKS.items()}


def _over_judged(start: str, formula: str) -> str:
    """`formula` ({} stands for the criteria) over the judged answers; those whose 评价时间 only Python could read are looked
    for only where there are any."""
    cell, *readings = (arguments(EVALUATIONS, criteria) for _, criteria in _judged(start))
    number, parts = (tuple(text.replace("{}", each) for each in readings) for text in ("COUNTIFS({})", f"({formula})"))
    return f"{formula.replace('{}', cell)}+IF({number[0]}={number[1]},0,{parts[0]}-{parts[1]})"


def _columns(index: str, stat: str = "") -> str:
    return f"CHOOSE({index},{_listed(stat)})"


def _listed(stat: str) -> str:
    return ",".join(f"{EVALUATIONS.table}[{EVALUATIONS.heading(stat + key)}]" for key in DIMENSION_KEYS)


def scores(index: str, week: str, fresh: str, points: str = POINTS, add: bool = False) -> str:
    """How many of the week's answers give one of `points` to a question, or the sum of what they give. `index` is the address of
    the question's place, `fresh` that of the number of rows typed since the last scoring."""
    start = WEEKS[week]
    place = f"SUM({index})"  # a number, not a cell: within SUMPRODUCT Excel might make an array of the column it chooses
    typed, read = _columns(place), _columns(place, "stat_")
    times, what = (f"{points}*", f"SUMIFS({read},") if add else ("", "COUNTIFS(")
    least = f'{read},">={points[1]}"'
    by_cell = f"SUMPRODUCT({times}COUNTIFS({{}},{_exactly(typed, points)}))"
    by_reading = f'{what}{{}},{least},{typed},"<>")-SUMPRODUCT({what}{{}},{least},{_exactly(typed, POINTS)}))'
    new = arguments(EVALUATIONS, _fresh(start)[0][1])
    return f"{_over_judged(start, f'{by_cell}+{by_reading}')}+IF({fresh}=0,0,{by_cell.replace('{}', new)})"


def _exactly(column: str, points: str) -> str:
    """Criteria: numbers that are one of `points` (a text that says so is none, and for LibreOffice "*" is no sign of a text)."""
    return f'{column},">="&{points},{column},"<="&{points}'


def moved_scores(at: Address) -> dict[str, str]:
    """For each question of the main profile, the sum of what its scores have changed by since the last scoring, in answers
    that have a composite; the scores of new answers that are complete count whole."""
    composite = f"{EVALUATIONS.table}[{EVALUATIONS.heading('composite')}]"
    made: dict[str, str] = {}
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        index, weight = at(f"维度{n}_列"), at(f"即时维度{n}_权重")
        typed, read = _columns(index), _columns(index, "stat_")
        whole = f'{{}},{composite},">0",{typed},">=1",{typed},"<=5"'
        moved = f'SUMIFS({typed},{whole},{read},">0")-SUMIFS({read},{whole})'
        for week, start in WEEKS.items():
            new = f"SUMIFS({typed},{_complete(at, start)})"
            fresh = at(f"即时新评_{week}")
            made[f"即时维度{n}_{week}"] = f"IF({weight}=0,0,{_over_judged(start, moved)}+IF({fresh}=0,0,{new}))"
    return made


def _complete(at: Address, start: str) -> str:
    """Criteria: new answers to every question that has a weight."""
    said = [arguments(EVALUATIONS, _fresh(start)[0][1])]
    anything = f"{EVALUATIONS.table}[{EVALUATIONS.heading('evaluated_at')}]"
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        weight = at(f"即时维度{n}_权重")
        column = f"CHOOSE(IF({weight}>0,{at(f'维度{n}_列')},{len(DIMENSION_KEYS) + 1}),{_listed('')},{anything})"
        said.append(f'{column},">=1",{column},"<="&IF({weight}>0,5,10^6)')
    return ",".join(said)


def composite(at: Address, week: str) -> tuple[str, str]:
    """Number of valid answers to the main profile that have a composite, and the sum of the composites: exact as scored last,
    and moved by weight with each score changed since. Exact again after 计算得分 where weights change within the week."""
    start = WEEKS[week]
    column = f"{EVALUATIONS.table}[{EVALUATIONS.heading('composite')}]"
    weights, moved = (
        f"{at(f'即时维度1_{field}')}:{at(f'即时维度{weekly.DIMENSION_ROWS}_{field}')}" for field in ("权重", week)
    )
    main: Criterion = ("profile", "主档案")
    fresh = f"IF(OR({at(f'即时新评_{week}')}=0,SUM({weights})=0),0,COUNTIFS({_complete(at, start)}))"
    counts = _over_judged(start, f'COUNTIFS({{}},{column},">0")')
    sums = _over_judged(start, f"SUMIFS({column},{{}})")
    return (
        f"{counts}+{fresh}+{carried('score_count', start, main)}",
        f"{sums}+IF(SUM({weights})=0,0,SUMPRODUCT({weights},{moved})/SUM({weights}))+{carried('score_sum', start, main)}",
    )
