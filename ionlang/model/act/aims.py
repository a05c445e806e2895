"""What an action is about: the path that it names, and of a line the copies."""

from __future__ import annotations

from ionlang.syntax import ast


def aim_of(doing: ast.Doing | ast.Comment) -> ast.Path | None:
    """The path of what is changed; None where an action names nothing that could stand in a line."""
    match doing:
        case (
            ast.Set()
            | ast.Scale()
            | ast.Shift()
            | ast.Ramp()
            | ast.Relax()
            | ast.Hold()
            | ast.Clamp()
            | ast.Add()
        ):
            return doing.target
        case ast.Inject():
            return doing.membrane
        case ast.BlockCarrier():
            return doing.carrier
        case ast.Fire():
            return doing.event
        case ast.Apply():
            return doing.on
        case _:
            return None
