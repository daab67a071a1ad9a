"""python -m benchmarks.province --persons 1100000 --seed 1: fill the empty database that DATABASE_URL names."""

import argparse
import os
import sys
import time


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.province", description=__doc__)
    parser.add_argument("--persons", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="0: one for 2,750 persons, 8 to 400")
    parser.add_argument("--facilities", type=int, default=300)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.demo")
    import django

    django.setup()
    from benchmarks.province.build import Occupied, build

    began = time.perf_counter()

    def say(text: str) -> None:
        print(f"{time.perf_counter() - began:7.1f} s  {text}", flush=True)

    try:
        report = build(
            asked.persons, asked.seed, asked.workers, asked.facilities, processes=asked.processes, say=say
        )  # fmt: skip
    except Occupied as error:
        print(error, file=sys.stderr)
        return 1
    for label, count in sorted(report.rows.items()):
        print(f"  {label:28} {count:12,}")
    print(
        f"{report.persons:,} persons, {report.names:,} names, {report.events:,} events, {report.runs} runs by the rules"
    )
    print(f"{report.total:.1f} s, {report.memory_mb} MB; head {report.head[:16]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
