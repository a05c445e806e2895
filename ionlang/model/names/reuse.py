"""ast.Model → ast.Model without templates, instances, extensions and libraries: all written out.

It runs between `include` and `declare`; later passes meet plain blocks. What a template's text declares or does wrong
keeps its place in that text (see `copies.py`).
"""

from __future__ import annotations

from dataclasses import replace

from ionlang.diagnostics import Problems
from ionlang.model.names.declare import declare_alone
from ionlang.model.names.difference import Difference
from ionlang.model.names.extend import Extending
from ionlang.model.names.instances import Workshop
from ionlang.model.names.libraries import needed_cites, needed_names, used_libraries, with_prefixes
from ionlang.model.names.library_matter import needed_matter
from ionlang.model.names.patterns import with_patterns
from ionlang.model.names.templates import check_instances, shelf_of
from ionlang.records import dataclass
from ionlang.syntax import ast


@dataclass(frozen=True, slots=True)
class Reused:
    """The model written out, in what its instances and extensions differ from what they are made from, and the
    templates that nothing is made from."""

    model: ast.Model
    differences: tuple[Difference, ...]
    unused: tuple[ast.Template, ...]


def reuse(model: ast.Model, problems: Problems) -> Reused:
    """Write out everything that is made from something else."""
    libraries = used_libraries(model, problems)
    model = with_prefixes(model, libraries, problems)
    model = with_patterns(model, problems)
    shelf = shelf_of(model, libraries, problems)
    unused = tuple(shelf.templates[name] for name in check_instances(model, shelf, problems))
    for template in unused:
        declare_alone(template.block, problems)
    workshop = Workshop(shelf, [])
    items = tuple(workshop.sentence(item, "") for item in model.items)
    extends = tuple(
        replace(item, body=tuple(workshop.sentence(s, item.target.text) for s in item.body))
        for item in items
        if isinstance(item, ast.Extend)
    )
    declared = tuple(item for item in items if not isinstance(item, ast.Extend))
    extended = Extending(problems, workshop.differences).items(declared, extends)
    plain = tuple(item for item in extended if not isinstance(item, ast.Template | ast.Use))
    whole = (*needed_names(plain, libraries), *needed_matter(plain, libraries, problems), *plain)
    whole = (*needed_cites(whole, libraries), *whole)
    return Reused(replace(model, items=whole), tuple(workshop.differences), unused)
