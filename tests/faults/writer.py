"""A process that writes through the whole product and says after each answer what was acknowledged: the one that is
watched while the power goes. python -m tests.faults.writer PLAN.json COUNT SEED ACKS"""

import json
import os
import sys
import uuid
from pathlib import Path


def main(plan: str, count: str, seed: str, acks: str) -> None:
    import django

    django.setup()
    from .load import Somebody, Tally
    from .nursery import post
    from .stage import Stage

    told = json.loads(Path(plan).read_text(encoding="utf-8"))
    stage = Stage("sqlite", Path(plan).parent, "", tokens=told["tokens"], facts=told["facts"])
    who = Somebody(stage, Tally(), f"writer{seed}")
    handle = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _number in range(int(count)):
        name, path, body = who.next()
        key = uuid.UUID(int=who.chance.getrandbits(128)).hex
        answer = post(stage.tokens[name], path, body, key)
        assert answer.status_code in (200, 201), answer.content
        said = answer.json()
        os.write(handle, f"{key} {said['event']}\n".encode())
        who.case, who.state, who.version = said["id"], said["state"], said["version"]
        who.moves += 1
        if who.state == "void":
            who.case = ""


if __name__ == "__main__":
    main(*sys.argv[1:])
