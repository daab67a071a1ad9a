#!/usr/bin/env python3
"""The project's few commands. They need python3 and pip only, so they work on a bare Debian 12.

python3 run.py demo [--port 8000] [--persons N]   the product on this machine, with demo data; Ctrl-C ends it
python3 run.py test [pytest's own arguments]      the whole suite on SQLite, and on PostgreSQL when there is one
python3 run.py check                              style, types, import contracts, migrations, generated files, language
python3 run.py bench [--small] [--persons N]      speed on a made-up province beside the bare SQL (docs/performance.md)
python3 run.py faults [--short] [--only NAME]     kill, cut, fill and race the product on both engines (docs/faults.md)
python3 run.py mutation [FILE...] [--again]       which changes of the rules no test would notice (docs/mutation.md)
python3 run.py lock [--upgrade]                   make deploy/requirements/*.txt again from *.in
"""

import argparse
import sys
from collections.abc import Sequence

from deploy.bootstrap import Refusal, bench, checks, demo, environment, faults, mutation, processes, suite


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The verb with its options; what `test` does not know goes on to pytest in the order given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="demo | test | check | bench | faults | mutation | lock"
    )
    of_demo = verbs.add_parser("demo", allow_abbrev=False)
    of_demo.add_argument("--port", type=int, default=8000)
    of_demo.add_argument("--persons", type=int, help="how many persons to make up when there are none yet")
    of_test = verbs.add_parser("test", allow_abbrev=False)
    of_test.add_argument("--require-postgresql", action="store_true", help="fail without PostgreSQL")
    of_test.add_argument("--require-browser", action="store_true", help="fail without browser tests")
    verbs.add_parser("check", allow_abbrev=False)
    bench.arguments(verbs.add_parser("bench", allow_abbrev=False))
    faults.arguments(verbs.add_parser("faults", allow_abbrev=False))
    mutation.arguments(verbs.add_parser("mutation", allow_abbrev=False))
    verbs.add_parser("lock", allow_abbrev=False).add_argument("--upgrade", action="store_true")
    options, rest = parser.parse_known_args(words)
    if rest and options.verb != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    return options, rest


def main(words: Sequence[str]) -> int:
    options, rest = parse(words)
    processes.catch_signals()
    try:
        if options.verb == "demo":
            demo.demo(options.port, options.persons)
        if options.verb == "bench":
            return bench.bench(bench.choices(options))
        if options.verb == "faults":
            return faults.faults(options)
        if options.verb == "mutation":
            return mutation.mutate(options)
        if options.verb == "test":
            return suite.test(rest, options.require_postgresql, options.require_browser)
        return checks.check() if options.verb == "check" else environment.make_locks(options.upgrade)
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
