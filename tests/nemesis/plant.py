"""plant.py SOURCE OUT OLD NEW: a copy of a source file with a bug in it.

Fails if OLD is not there exactly once, so that a plant cannot outlive the code it breaks.
"""
import sys


def main():
    source, out, old, new = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    if text.count(old) != 1:
        sys.exit(f"plant.py: {source} has {old!r} {text.count(old)} times, expected once")
    with open(out, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


main()
