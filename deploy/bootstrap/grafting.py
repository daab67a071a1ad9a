"""Puts a mutant into the running process: the same functions and tables, with other contents."""

import gc
import importlib
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mutants import Mutant


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from codes(const)


def of_function(code: types.CodeType, name: str) -> list[types.CodeType]:
    """The code of a function and of all that stands in it."""
    return [one for one in codes(code) if one.co_qualname == name or one.co_qualname.startswith(f"{name}.<locals>.")]


class Living:
    """The functions of the project as they live in this process; `become()` is for a forked copy only."""

    def __init__(self, root: Path):
        self.root = root
        self.functions: dict[tuple[str, str, int], list[types.FunctionType]] = defaultdict(list)
        self.caches = []
        for one in gc.get_objects():
            if type(one) is types.FunctionType and one.__code__.co_filename.startswith(str(root)):
                self.functions[key(one.__code__)].append(one)
            elif type(one) is _lru_cache_wrapper:
                inner = getattr(one, "__wrapped__", None)
                if isinstance(inner, types.FunctionType) and inner.__code__.co_filename.startswith(str(root)):
                    self.caches.append(one)

    def become(self, path: str, code: str, mutant: "Mutant") -> None:
        name = str(self.root / path)
        old, new = compile(code, name, "exec"), compile(mutant.source, name, "exec")
        for cache in self.caches:
            cache.cache_clear()
        if not mutant.function or not self.exchange(old, new, mutant.function):
            graft(path, code, new)

    def exchange(self, old: types.CodeType, new: types.CodeType, name: str) -> bool:
        """Whether every living function of that name could take the new code."""
        olds, news = of_function(old, name), of_function(new, name)
        if [one.co_qualname for one in olds] != [one.co_qualname for one in news]:
            return False
        found = False
        for before, after in zip(olds, news, strict=True):
            for function in self.functions.get(key(before), ()):
                try:
                    function.__code__ = after
                except ValueError:  # it closes over other names now
                    return False
                found = True
        return found


def key(code: types.CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def graft(path: str, source: str, code: types.CodeType) -> None:
    """Run the mutated module and give what is in it to the living one, registers included."""
    name = path.removesuffix(".py").replace("/", ".")
    living = sys.modules[name]
    with_registers(living, compile(source, code.co_filename, "exec"), record=True)
    made = with_registers(living, code, record=False)
    for attribute, value in made.items():
        if not attribute.startswith("__"):
            merge(living, attribute, value)


DECLARED: dict[tuple[str, str], set[str]] = defaultdict(set)


def with_registers(living: types.ModuleType, code: types.CodeType, record: bool) -> dict[str, Any]:
    """Run a module's code while its declarations take the place of those that it made when it was imported.

    With `record` nothing is declared: it is only noted what the module declares.
    """
    access = importlib.import_module("core.access.engine")
    actions = importlib.import_module("core.lifecycle.actions")
    declare, extend, action = access.declare, access.extend, actions.action

    def redeclare(label: str, table: Any, *rest: Any, **more: Any) -> Any:
        if record:
            DECLARED["declare", label] |= set(table)
            return access._registry[label]
        before = access._registry.pop(label)
        rules = declare(label, table, *rest, **more)
        others = {name: row for name, row in before.actions.items() if name not in DECLARED["declare", label]}
        if others:
            extend(label, others)
        return rules

    def reextend(label: str, table: Any) -> None:
        if record:
            DECLARED["extend", label] |= set(table)
            return
        rules = access._registry[label]
        kept = {name: row for name, row in rules.actions.items() if name not in DECLARED["extend", label]}
        access._registry[label] = access.Rules(label, kept, rules.fields)
        extend(label, table)

    def reaction(model: Any, name: str, **options: Any) -> Callable[..., Any]:
        if record:
            return lambda effect: effect
        actions._registry[model._meta.label].pop(name)
        return action(model, name, **options)

    made: dict[str, Any] = {each: vars(living)[each] for each in ("__name__", "__file__", "__package__", "__spec__")}
    swapped = [(access, "declare", redeclare), (access, "extend", reextend), (actions, "action", reaction)]
    if living not in (access, actions):
        for module, attribute, value in swapped:
            setattr(module, attribute, value)
    try:
        exec(code, made)  # noqa: S102 - the project's own file
    finally:
        for module, attribute, value in [
            (access, "declare", declare),
            (access, "extend", extend),
            (actions, "action", action),
        ]:
            setattr(module, attribute, value)
    return made


def merge(living: types.ModuleType, name: str, new: Any) -> None:
    old = vars(living).get(name)
    if getattr(new, "__module__", living.__name__) != living.__name__ and callable(new):
        return  # imported
    if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
        merge_functions(old, new)
    elif isinstance(old, type) and isinstance(new, type):
        merge_classes(old, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        old.clear()
        old.update(new)
    elif isinstance(old, list) and isinstance(new, list):
        old[:] = new
    else:
        for module in list(sys.modules.values()):
            if module is living or vars(module).get(name, living) is old:
                setattr(module, name, new)


def merge_functions(old: Any, new: Any) -> None:
    if hasattr(old, "_django_fsm") and hasattr(new, "_django_fsm"):
        # One that names no field is not collected by it.
        old._django_fsm.transitions = new._django_fsm.transitions if new._django_fsm.field is not None else {}
        return
    if old.__code__.co_freevars == new.__code__.co_freevars:
        old.__code__ = new.__code__
    old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    vars(old).update(vars(new))


PLAIN = (dict, list, set, frozenset, tuple, str, int, types.NoneType)
GENERATED = ("__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__")  # by @dataclass


def merge_classes(old: type, new: type) -> None:
    if hasattr(new, "__dataclass_fields__"):
        for name in GENERATED:
            if name in vars(new):
                setattr(old, name, vars(new)[name])
            elif name in vars(old):
                delattr(old, name)
    for name, value in vars(new).items():
        before = vars(old).get(name)
        if isinstance(value, types.FunctionType) and isinstance(before, types.FunctionType):
            if value.__code__.co_freevars != before.__code__.co_freevars:  # `super()` has gone from it, or come
                setattr(old, name, value)
            else:
                merge_functions(before, value)
        elif isinstance(value, property | classmethod | staticmethod) and type(before) is type(value):
            inner = "fget" if isinstance(value, property) else "__func__"
            merge_functions(getattr(before, inner), getattr(value, inner))
        elif isinstance(value, PLAIN) and not name.startswith("__"):
            setattr(old, name, value)
