"""A province in bulk: as many people as a province has, with histories that the rules themselves have written.

    python -m benchmarks.province --persons 1100000 --seed 1

A *story* (`stories/`) is played some times by `perform()` with the clock set back, in transactions rolled back.
What those runs wrote is laid side by side: each cell that differs between them must follow from the cast, the person,
the numbers given out or a deadline of `core.clock` (`learning.py`). Of two explanations that would differ on a day on
which the story may begin, a further run decides. The template is then *stamped* for every person (`stamping.py`), and
all events are put in the order of time and chained in one pass (`chaining.py`). A cell that nothing explains stops the
work: nothing is guessed.

`build()` is what other programs call. Nothing here runs on a database that already has persons.
"""
