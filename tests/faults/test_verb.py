"""The table that `run.py faults` prints, and what it takes for a finding."""

import argparse

import pytest

from deploy.bootstrap import faults

from . import campaign
from .results import Result, quantile


def test_every_fault_that_is_named_is_there():
    assert tuple(campaign.faults()) == faults.NAMES


@pytest.mark.parametrize("word", ["sun", "kills=", "kills=many", "=5", "kills=-1"])
def test_only_what_there_is(word):
    with pytest.raises(argparse.ArgumentTypeError):
        faults.one_of(word)


def test_names_with_and_without_a_number():
    assert [faults.one_of(word) for word in ("kills", "kills=500")] == ["kills", "kills=500"]


def test_a_fault_that_ends_by_itself_is_a_finding(tmp_path):
    class Ended:
        engine = "sqlite"

        def stop(self):
            self.stopped = True

    def run(stage, count, seed):
        raise OSError("no such thing")

    stage = Ended()
    [result] = campaign.attempt("kills", run, stage, 1, 1)
    assert result.wrong == ["OSError: no such thing"] and stage.stopped


def test_the_table_says_what_failed_and_what_was_not_run(capsys):
    bad = Result("F1", "sqlite", "kill -9", count=3, figures={"acknowledged": 7})
    bad.blame(["one is lost", "one is lost"])
    faults.tell([bad.plain(), Result("F2", "sqlite", "kill -9 of the server", skipped="needs a PostgreSQL").plain()])
    said = capsys.readouterr().out
    assert "FAILED: kill -9" in said and said.count("! one is lost") == 1 and '"acknowledged": 7' in said
    assert "not run: needs a PostgreSQL" in said


def test_quantiles():
    assert (quantile([], 0.5), quantile([3.0, 1.0, 2.0], 0.5), quantile([3.0, 1.0], 1)) == (0.0, 2.0, 3.0)
