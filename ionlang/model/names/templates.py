"""Templates: which there are, what each instance means by its name, and whether its arguments fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from ionlang.diagnostics import Label, Problems
from ionlang.model.kinds import KINDS
from ionlang.model.names.libraries import Library, library_names
from ionlang.model.names.patterns import PATTERN, check_members, kind_of_template, members_of
from ionlang.model.names.suggest import article, closest, listing
from ionlang.records import dataclass
from ionlang.syntax import ast
from ionlang.units import UnitError, parse_unit

_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(slots=True)
class Shelf:
    """All templates by their full names, in source order; libraries after the file's own. `own` are the file's.
    `circular` are those that lead back to themselves: nothing can be made from them. `lost` are the words of what
    could not be read: a template that is missing may be there."""

    templates: dict[str, ast.Template]
    own: tuple[str, ...]
    libraries: tuple[str, ...]
    circular: dict[str, bool] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    def found(self, instance: ast.Instance, kind: str) -> ast.Template | None:
        """The template that an instance means; for a misspelt one that which was probably meant."""
        name = instance.template.text
        if name not in self.templates:
            name = self.guess(name, kind) or name
        template = self.templates.get(name)
        wanted = kind_of_template(kind)
        fits = template is not None and template.block.kind.text == wanted and name not in self.circular
        return template if fits else None

    def guess(self, name: str, kind: str) -> str | None:
        names = [n for n, t in self.templates.items() if t.block.kind.text == kind_of_template(kind)]
        by_last = [n for n in names if n.rpartition(".")[2] == name]
        return by_last[0] if len(by_last) == 1 else closest(name, names)

    def named(self, template: ast.Template) -> str:
        return next(name for name, other in self.templates.items() if other is template)


def shelf_of(model: ast.Model, libraries: dict[str, Library], problems: Problems) -> Shelf:
    """The templates of the file and of its libraries; one that is declared twice is reported."""
    templates: dict[str, ast.Template] = {}
    for template in (item for item in model.items if isinstance(item, ast.Template)):
        name = template.block.name
        first = templates.setdefault(name.text, template)
        if first is not template:
            problems.error(
                "ION102", f"the template `{name.text}` is declared twice", name.span, "here again",
                secondary=(Label(first.block.name.span, "first here"),), help="give one of them another name",
            )  # fmt: skip
        _check_template(template, problems)
    own = tuple(templates)
    for library in libraries.values():
        templates |= {f"{library.name}.{t.block.name.text}": t for t in library.templates}
    broken = (item.span.text for item in model.items if isinstance(item, ast.Broken))
    lost = tuple(word for text in broken for word in _WORD.findall(text))
    shelf = Shelf(templates, own, tuple(libraries), lost=lost)
    _find_circles(shelf, problems)
    return shelf


def _check_template(template: ast.Template, problems: Problems) -> None:
    block = template.block
    if block.instance is not None:
        problems.error(
            "ION125", f"the template `{block.name.text}` is made from another template", block.instance.span,
            "a template has a body of its own",
            help="make an instance of the other template where it is needed, and say there what differs",
        )  # fmt: skip
    if template.formals and not takes_parameters(block.kind.text):
        homes = [k for k, v in KINDS.items() if ast.Parameter in v.sentences]
        problems.error(
            "ION125", f"a template of {article(block.kind.text)} takes no parameters", template.formals[0].span,
            f"{article(block.kind.text)} holds no `param`", notes=(f"those of {listing(homes)} do",),
            help="leave the parameters out, and say in the instance what differs",
        )  # fmt: skip
    _check_formals(template, problems)


def takes_parameters(kind: str) -> bool:
    """Whether a block of this kind may hold the `param` that each parameter of a template becomes."""
    return kind not in KINDS or ast.Parameter in KINDS[kind].sentences


def _check_formals(template: ast.Template, problems: Problems) -> None:
    seen: dict[str, ast.Formal] = {}
    for formal in template.formals:
        first = seen.setdefault(formal.name.text, formal)
        if first is not formal:
            problems.error(
                "ION102", f"`{formal.name.text}` is declared twice", formal.name.span, "here again",
                secondary=(Label(first.name.span, "first here"),), help="give one of them another name",
            )  # fmt: skip
        try:
            parse_unit(formal.unit.text) if formal.unit is not None else None
        except UnitError as error:
            assert formal.unit is not None
            guesses = listing(error.suggestions, "or") if error.suggestions else ""
            problems.error(
                "ION201", str(error), formal.unit.span, "not a unit that is known",
                help=f"did you mean {guesses}?" if guesses else "units are written as `mM`, `mS/cm2`, `/ms`",
            )  # fmt: skip


def _find_circles(shelf: Shelf, problems: Problems) -> None:
    """Report every circle of templates once, and note who is in one."""
    ways = {
        name: {shelf.named(t): i for b, i in instances_in(template.block.body)
               if (t := shelf.found(i, b.kind.text)) is not None}
        for name, template in shelf.templates.items()
    }  # fmt: skip
    for start in shelf.templates:
        circle = _way_back(start, ways) if start not in shelf.circular else ()
        if not circle:
            continue
        shelf.circular |= dict.fromkeys(circle, True)
        steps = [ways[a][b] for a, b in zip(circle, (*circle[1:], start), strict=True)]
        alone = len(circle) == 1
        problems.error(
            "ION124", f"the template `{start}` is made from itself", steps[0].span,
            "here it stands in itself" if alone else "a circle of templates",
            secondary=tuple(Label(step.span, "and here") for step in steps[1:]),
            notes=() if alone else (" → ".join((*circle, start)),),
            help="a template may hold instances of others, but no circle of them",
        )  # fmt: skip


def _way_back(start: str, ways: dict[str, dict[str, ast.Instance]]) -> tuple[str, ...]:
    """The templates on a shortest way from one back to itself; none if there is no such way."""
    reached: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[str, ...]] = [(start,)]
    while waiting:
        trail = waiting.pop(0)
        for following in ways[trail[-1]]:
            if following == start:
                return trail
            if following not in reached:
                reached[following] = (*trail, following)
                waiting.append(reached[following])
    return ()


def instances_in(sentences: tuple[ast.Sentence, ...]) -> Iterator[tuple[ast.Block, ast.Instance]]:
    """Every block in the text that is made from a template."""
    for sentence in sentences:
        if isinstance(sentence, ast.Block):
            if sentence.copies is not None:
                yield from ((sentence, member) for member in members_of(sentence.copies))
            elif sentence.instance is not None:
                yield sentence, sentence.instance
            yield from instances_in(sentence.body)
        elif isinstance(sentence, ast.Template):
            yield from instances_in(sentence.block.body)
        elif isinstance(sentence, ast.Extend):
            yield from instances_in(sentence.body)


def check_instances(model: ast.Model, shelf: Shelf, problems: Problems) -> tuple[str, ...]:
    """Look at every instance, in templates and in the file; gives the file's templates that none of them means."""
    used: dict[str, None] = {}
    for block, instance in instances_in(model.items):
        template = shelf.templates.get(instance.template.text)
        if template is None:
            _report_unknown(block, instance, shelf, problems)
        elif template.block.kind.text != kind_of_template(block.kind.text):
            _report_kind(block, instance, template, problems)
        else:
            _check_arguments(instance, template, problems)
        meant = shelf.found(instance, block.kind.text) if template is None else template
        used |= {shelf.named(meant): None} if meant is not None else {}
    for line in (item for item in model.items if isinstance(item, ast.Block)):
        if line.copies is not None:
            found = [shelf.found(member, line.kind.text) for member in members_of(line.copies)]
            check_members(line, found, problems)
    return tuple(name for name in shelf.own if name not in used)


def _report_unknown(block: ast.Block, instance: ast.Instance, shelf: Shelf, problems: Problems) -> None:
    name, kind = instance.template.text, block.kind.text
    if name in shelf.lost:
        return
    prefix, _, rest = name.partition(".")
    if rest and prefix in library_names() and prefix not in shelf.libraries:
        help_text = f"say `use {prefix}` at the top of the file"
    else:
        guess = shelf.guess(name, kind)
        declared = f"{PATTERN} {name}" if block.copies else f"template {kind} {name}"
        help_text = f"did you mean `{guess}`?" if guess else f"declare it: `{declared} {{ … }}`"
    fitting = [n for n, t in shelf.templates.items() if t.block.kind.text == kind]
    what = PATTERN if block.copies else "template"
    problems.error(
        "ION121", f"there is no {what} `{name}`", instance.template.span, "not declared",
        notes=(f"{article(kind)} can be made from {listing(fitting, 'or')}",) if fitting else (), help=help_text,
    )  # fmt: skip


def _report_kind(
    block: ast.Block, instance: ast.Instance, template: ast.Template, problems: Problems
) -> None:
    kind, other = block.kind.text, template.block.kind.text
    problems.error(
        "ION122", f"the template `{instance.template.text}` is {article(other)}, not {article(kind)}",
        instance.template.span, f"{article(kind)} cannot be made from it",
        secondary=(Label(template.block.head, f"a template of {article(other)}"),),
        help=f"write `{other} {block.name.text} is {instance.template.text}`, or take another template",
    )  # fmt: skip


def _check_arguments(instance: ast.Instance, template: ast.Template, problems: Problems) -> None:
    known = {formal.name.text: formal for formal in template.formals}
    declared = Label(template.block.head, "the template")
    given: dict[str, ast.Argument] = {}
    for argument in instance.arguments:
        _check_argument(instance, argument, known, declared, problems)
        word = argument.keyword.text if argument.keyword is not None else ""
        first = given.setdefault(word, argument)
        if first is not argument and word:
            problems.error(
                "ION123", f"`{word}` is given twice", argument.span, "here again",
                secondary=(Label(first.span, "first here"),), help="keep one of the two",
            )  # fmt: skip
    misspelt = any(word not in known for word in given)
    missing = [f for f in template.formals if f.default is None and f.name.text not in given]
    if missing and not misspelt:
        f = missing[0]
        unit = f.unit.text if f.unit is not None else "…"
        problems.error(
            "ION123", f"`{instance.template.text}` needs {listing(m.name.text for m in missing)}", instance.span,
            "not given here", secondary=(Label(f.span, "declared here without a default"),),
            help=f"write for instance `{instance.template.text}({f.name.text} = 1 {unit})`",
        )  # fmt: skip


def _check_argument(
    instance: ast.Instance,
    argument: ast.Argument,
    known: dict[str, ast.Formal],
    declared: Label,
    problems: Problems,
) -> None:
    name, takes = instance.template.text, f"it takes {listing(known)}" if known else "it takes none"
    if argument.keyword is None or argument.ratio is not None:
        first = next(iter(known), "p")
        problems.error(
            "ION123", f"an argument of `{name}` without its name", argument.span, "which one is this?",
            secondary=(declared,), notes=(takes,), help=f"write `{first} = {argument.value.span.text}`",
        )  # fmt: skip
    elif argument.keyword.text not in known:
        guess = closest(argument.keyword.text, known)
        problems.error(
            "ION123", f"`{name}` takes no `{argument.keyword.text}`", argument.keyword.span, "not a parameter of it",
            secondary=(declared,), notes=(takes,),
            help=f"did you mean `{guess}`?" if guess else "what else differs is said in the braces behind it",
        )  # fmt: skip
