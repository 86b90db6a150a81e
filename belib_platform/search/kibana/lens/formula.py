"""Lens formulas, expanded into the columns from which Lens computes them: one per operation, and one for arithmetic."""

import ast
from dataclasses import dataclass, field
from typing import Final

from belib_platform.search.kibana.data_view import DataView
from belib_platform.search.kibana.lens.column import RECORDS, lens_column, metric_column
from belib_platform.search.kibana.saved_object import Json

OPERATORS = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}

PERCENT: Final[Json] = {"id": "percent", "params": {"decimals": 1}}
"""Format: a share between 0 and 1 as a percentage."""

FIELD_OPERATIONS = frozenset({"sum", "average", "max", "min", "unique_count"})


class FormulaError(ValueError):
    """The formula is not arithmetic over operations of Lens; the message contains it."""


@dataclass(frozen=True)
class Formula:
    """Arithmetic over operations such as `sum(field)` and `count(kql='…')`."""

    text: str
    label: str
    format: Json = field(default_factory=lambda: PERCENT)

    def expand(self, column_id: str, view: DataView) -> dict[str, Json]:
        """The formula's column, one column per operation (`…X0`, `…X1`, …), and last one for the arithmetic."""
        parts: dict[str, Json] = {}
        tree = self._tree(_parsed(self.text), column_id, parts)
        for part in parts.values():
            name = part["sourceField"]
            if name != RECORDS and view.data_type(name) != "number":
                raise FormulaError(f"{name} in the formula {self.text!r} is not a number in {view.alias}.")
        if isinstance(tree, str):
            raise FormulaError(f"The formula {self.text!r} is a single operation: use a Metric.")
        math = lens_column("math", f"Part of {self.label}", {"tinymathAst": tree}) | {"references": list(parts)}
        root = f"{column_id}X{len(parts)}"
        params = {"formula": self.text, "isFormulaBroken": False, "format": self.format}
        formula = lens_column("formula", self.label, params) | {"references": [root]}
        return {column_id: formula, **parts, root: math}

    def _tree(self, node: ast.expr, column_id: str, parts: dict[str, Json]) -> Json | str | float:
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return {
                    "type": "function",
                    "name": OPERATORS[type(op)],
                    "args": [self._tree(left, column_id, parts), self._tree(right, column_id, parts)],
                    "location": {"min": node.col_offset, "max": node.end_col_offset},
                    "text": ast.get_source_segment(self.text, node),
                }
            case ast.Constant(value=int() | float() as constant):
                return constant
            case ast.Call(func=ast.Name(id=operation)):
                part = f"{column_id}X{len(parts)}"
                parts[part] = self._operation(operation, node)
                return part
        raise FormulaError(f"{ast.unparse(node)!r} in the formula {self.text!r} is not arithmetic over operations.")

    def _operation(self, operation: str, call: ast.Call) -> Json:
        kql = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        names = [ast.unparse(argument) for argument in call.args]
        is_sound = (operation in FIELD_OPERATIONS and len(names) == 1) or (operation == "count" and not names)
        if not is_sound or not set(kql) <= {"kql"}:
            raise FormulaError(f"{ast.unparse(call)!r} in the formula {self.text!r} is not a supported operation.")
        name = names[0] if names else RECORDS
        return metric_column(operation, name, f"Part of {self.label}", kql.get("kql", ""))


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"The formula {text!r} cannot be read: {error.msg}.") from error
