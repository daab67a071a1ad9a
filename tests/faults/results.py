"""What a fault has shown: counts and times as measured, and every sentence that contradicts the promise."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Result:
    fault: str
    engine: str
    what: str
    count: int = 0
    seconds: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    skipped: str = ""
    began: float = field(default_factory=time.monotonic, repr=False)

    def blame(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            if sentence not in self.wrong:
                self.wrong.append(sentence)

    def done(self) -> "Result":
        self.seconds = round(time.monotonic() - self.began, 1)
        return self

    def plain(self) -> dict[str, Any]:
        kept = asdict(self)
        kept.pop("began")
        return kept


def quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 2) if ordered else 0.0
