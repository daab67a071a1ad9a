"""The mutants of one source file: mutmut's operators, and three that declarative code needs besides.

mutmut itself leaves out decorated functions, decorators, classes and modules, where this project states its rights and
transitions; so its operators are driven here over the whole file. Left out are: words for the user (inside `_()`),
docstrings, annotations, and columns of models (migrations hold those: `run.py check`).
Imported only inside .venv (libcst, mutmut).
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

# Calls whose arguments are words, types or counts.
NO_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "TypeVar", "cast", "len", "isinstance", "getLogger"}
NO_BASES = {"TextChoices", "IntegerChoices"}
SEALED_OR_STATE = {"FSMField", "SealedTextField"}
NO_CLASSES = {"Meta", "AppConfig"}


@dataclass(frozen=True)
class Mutant:
    """`function` is the dotted name of the outermost function it stands in, "" for the module's own statements (there
    also decorators and defaults); `first` and `last` are its lines."""

    function: str
    first: int
    last: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.first}: {_short(self.before)} -> {_short(self.after)}"


def _short(code: str) -> str:
    text = " ".join(code.split())
    return text if len(text) <= 110 else f"{text[:107]}..."


def one_string(node: cst.BaseString) -> Iterable[cst.BaseString]:
    """mutmut changes the case of a string too; where one change of a string shows, all do."""
    yield from list(operator_string(node))[:1]


def shorter(node: cst.List | cst.Tuple | cst.Set | cst.Dict) -> Iterable[cst.CSTNode]:
    """Leaves one element out: a scope, a role, a source of a transition."""
    for index in range(len(node.elements)):
        rest = [*node.elements[:index], *node.elements[index + 1 :]]
        if not rest and isinstance(node, cst.Set):
            yield cst.Call(cst.Name("set"))
        elif len(rest) == 1 and isinstance(node, cst.Tuple):
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            yield node.with_changes(elements=[rest[0].with_changes(comma=comma)])
        else:
            yield node.with_changes(elements=rest)


def nothing(node: cst.BaseSmallStatement) -> Iterable[cst.CSTNode]:
    """Leaves out a call, a refusal or an answer."""
    call = isinstance(node, cst.Expr) and isinstance(node.value, cst.Call | cst.Yield)
    if call or isinstance(node, cst.Raise):
        yield cst.Pass()
    if isinstance(node, cst.Return) and node.value is not None and not isinstance(node.value, cst.Name):
        yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))


def other_way(node: cst.If | cst.IfExp | cst.CompIf | cst.While) -> Iterable[cst.CSTNode]:
    """Turns a plain condition round (a comparison, `not`, `and` and `or` have operators of their own)."""
    if isinstance(node.test, cst.Name | cst.Attribute | cst.Call | cst.Subscript):
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), node.test.with_changes()))


OPERATORS: list[tuple[Any, Callable[[Any], Iterable[cst.CSTNode]]]] = [
    *((kind, one_string if operator is operator_string else operator) for kind, operator in mutation_operators),
    (cst.List | cst.Tuple | cst.Set | cst.Dict, shorter),
    (cst.Expr | cst.Raise | cst.Return, nothing),
    (cst.If | cst.CompIf | cst.While, other_way),
]


class Finder(cst.CSTVisitor):
    """Walks a file and keeps (node, its replacement, function)."""

    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, str]] = []
        self.classes: list[str] = []
        self.function = ""

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            self._walk_function(node)
            return False
        if isinstance(node, cst.ClassDef) and not _left_out_class(node):
            self.classes.append(node.name.value)
            for decorator in node.decorators:
                decorator.visit(self)
            node.body.visit(self)
            self.classes.pop()
            return False
        if isinstance(node, cst.ClassDef) or _left_out(node):
            return False
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self.found.extend((node, mutated, self.function) for mutated in operator(node))
        if isinstance(node, cst.Assign):  # what stands left of `=` is no value
            node.value.visit(self)
            return False
        return True

    def _walk_function(self, node: cst.FunctionDef) -> None:
        for part in (*node.decorators, node.params):
            part.visit(self)
        outer = self.function
        self.function = outer or ".".join([*self.classes, node.name.value])
        node.body.visit(self)
        self.function = outer


def _left_out_class(node: cst.ClassDef) -> bool:
    bases = {base.value.attr.value for base in node.bases if isinstance(base.value, cst.Attribute)}
    bases |= {base.value.value for base in node.bases if isinstance(base.value, cst.Name)}
    return node.name.value in NO_CLASSES or bool(bases & (NO_BASES | NO_CLASSES))


def _left_out(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.AssignTarget | cst.Subscript):
        return not isinstance(node, cst.Subscript) or isinstance(node.value, cst.Name) and node.value.value[0].isupper()
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString):
        return True
    if isinstance(node, cst.If):
        return isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"
    if isinstance(node, cst.Assign | cst.AnnAssign):
        return node.value is None or _is_column(node.value) or _is_named(node.value, NO_CALLS)
    return _is_named(node, NO_CALLS)


def _is_named(node: cst.CSTNode, names: set[str]) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in names


def _is_column(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.Call):
        return False
    if isinstance(node.func, cst.Attribute):
        owner, name = node.func.value, node.func.attr.value
        return name in SEALED_OR_STATE or (isinstance(owner, cst.Name) and owner.value == "models")
    return isinstance(node.func, cst.Name) and node.func.value in SEALED_OR_STATE


class File:
    """A parsed file that writes itself again with one node replaced."""

    def __init__(self, code: str):
        self.code = code
        self.wrapper = MetadataWrapper(cst.parse_module(code))
        self.places = self.wrapper.resolve(PositionProvider)
        self.starts = [0]
        for line in code.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def text(self, node: cst.CSTNode) -> str:
        return self.wrapper.module.code_for_node(node)

    def replaced(self, node: cst.CSTNode, by: cst.CSTNode) -> str:
        place, old = self.places[node], self.text(node)
        start = self.starts[place.start.line - 1] + place.start.column
        if self.code.startswith(old, start):  # most often; writing the whole tree anew takes a hundred times longer
            return self.code[:start] + self.text(by) + self.code[start + len(old) :]
        module = self.wrapper.module.deep_replace(node, by)
        assert isinstance(module, cst.Module)
        return module.code


def mutants_of(code: str) -> Iterator[Mutant]:
    """Every mutant of the file that is still Python; those that read alike come once."""
    file, finder = File(code), Finder()
    file.wrapper.visit(finder)
    seen = {code}
    for node, mutated, function in finder.found:
        source = file.replaced(node, mutated)
        if source in seen:
            continue
        seen.add(source)
        try:
            ast.parse(source)
        except SyntaxError:
            continue
        place = file.places[node]
        yield Mutant(function, place.start.line, place.end.line, file.text(node), file.text(mutated), source)
