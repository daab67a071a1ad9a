"""Loaded by Python before anything else where this folder stands first in PYTHONPATH: the product's own processes, as
they are shipped, with the points at which they may be killed. Nothing in the product knows of it."""

import os
import sys
from pathlib import Path

if os.environ.get("DH_FAULT_ARM"):
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    from tests.faults import points

    points.install(points.by_file(Path(os.environ["DH_FAULT_ARM"])))
