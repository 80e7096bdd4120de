"""What a checking program says: one JSON object a line, read by the suite that runs it."""

import json
import sys
import time
import traceback


def _print(line):
    print(json.dumps(line), flush=True)


def say(text):
    _print({"say": text})


def check(sentence, holds, found=None):
    line = {"check": sentence, "holds": bool(holds)}
    if not holds:
        line["found"] = repr(found)[-1500:]
    _print(line)


def equal(sentence, found, expected):
    """`found` must be `expected`; both are shown when it is not."""
    check(f"{sentence}, expected {expected!r}"[:1000], found == expected, found)


def refused(sentence, error_name, call):
    """The call must fail with an error whose type, name or text holds `error_name`."""
    try:
        found = call()
    except Exception as error:  # every client has its own kinds
        found = f"{type(error).__name__}: {error!r}"
        check(f"{sentence}: {error_name}", error_name in found, found)
        return
    check(f"{sentence}: {error_name}", False, found)


def eventually(holds, limit=20.0):
    """Asks again until the answer is true; the last answer."""
    deadline = time.monotonic() + limit
    while True:
        answer = holds()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.05)


def by_key(pairs):
    """Values by key, in order. A producer with acks=0 may be overtaken by the next one, so only a key has an order."""
    found = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def run(stories):
    """Tells each story with the bootstrap address of the command line; a story that fails does not stop the others."""
    bootstrap = sys.argv[1]
    for story in stories:
        try:
            story(bootstrap)
            say(story.__name__)
        except Exception:
            check(f"{story.__name__} comes to its end", False, traceback.format_exc(limit=-3))
    _print({"done": True})
