"""What a spreadsheet formula gives: enough of it to see that a stored result is stale.

Arithmetic, references within the sheet, SUM, AVERAGE, MIN, MAX, ROUND and IF-free percentages: what indicator workbooks
hold. Anything else has no answer here, and the stored result is taken with a warning.
"""

import ast
import operator
import re
from collections.abc import Callable
from typing import Final

_CELL: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]*)")
_RANGE: Final = re.compile(rf"{_CELL.pattern}:{_CELL.pattern}")
_FUNCTIONS: Final = {
    "SUM": lambda *v: sum(v),
    "AVERAGE": lambda *v: sum(v) / len(v),
    "MIN": min,
    "MAX": max,
    "ROUND": lambda value, digits: round(value, int(digits)),
}
_OPERATORS: Final = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
LONGEST: Final = 200  # characters: a longer formula is not an indicator's


def result_of(formula: str, value_at: Callable[[str, int], float | None]) -> float | None:
    """Return the result of a formula, as far as it can be worked out here.

    Parameters
    ----------
    formula : str
        With its ``=``.
    value_at : callable
        Takes column letters and row; returns the number in that cell of the same sheet, None for anything else.

    Returns
    -------
    float or None
        None where the formula holds more than is understood here.

    """
    if len(formula) > LONGEST or "!" in formula or "[" in formula:
        return None
    values: list[float | None] = []

    # references become places in `values`, so that the rest is an expression that Python's own parser takes apart
    def one(match: re.Match) -> str:
        values.append(value_at(match[1], int(match[2])))
        return f"v[{len(values) - 1}]"

    def many(match: re.Match) -> str:
        first, last = int(match[2]), int(match[4])
        cells = [(match[1], row) for row in range(first, min(last, first + 10_000) + 1)] if match[1] == match[3] else []
        start = len(values)
        values.extend(value for cell in cells if (value := value_at(*cell)) is not None)
        return ",".join(f"v[{place}]" for place in range(start, len(values))) or "None"

    body = formula.removeprefix("=").replace(";", ",").replace("%", "/100")
    text = _CELL.sub(one, _RANGE.sub(many, body))
    try:  # nothing is evaluated but the few kinds of node below
        return _evaluate(ast.parse(text.strip(), mode="eval").body, values)
    except (SyntaxError, TypeError, ValueError, ArithmeticError, KeyError, RecursionError, MemoryError):
        return None


def _evaluate(node: ast.expr, values: list[float | None]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Subscript(value=ast.Name(id="v"), slice=ast.Constant(value=place)) if values[place] is not None:
            return values[place]
        case ast.BinOp():
            return _OPERATORS[type(node.op)](_evaluate(node.left, values), _evaluate(node.right, values))
        case ast.UnaryOp():
            return _OPERATORS[type(node.op)](_evaluate(node.operand, values))
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            return float(_FUNCTIONS[name.upper()](*(_evaluate(argument, values) for argument in node.args)))
    raise ValueError("more than is understood here")
