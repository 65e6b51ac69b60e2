"""Holds what matchctl prints against the oracle: counts, orders and values.

Values may differ by less than 2e-6. Where an order or a floor hung on less than that, the oracle
says so (Viewer.near), and a difference of that viewer's lists alone is no fault.
"""
import random

NEAR = 2e-6
SHOWN = 3  # of what one viewer differs in, or of people who are missing
EXACT = ["score", "physical", "mode", "themes"]


def few(things):
    """The first ones and how many there are: one wrong rank moves all that follow."""
    things = list(things)
    more = len(things) - SHOWN
    return things[:SHOWN] + ([f"and {more} more"] if more > 0 else [])


def differs(one, other):
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= NEAR


def compare_offer(where, wanted, got):
    if (wanted is None) != (got is None):
        return [f"{where}: expected {wanted}, got {got}"]
    if wanted is None:
        return []
    if wanted["candidate"] != got["candidate"]:
        return [f"{where}: expected {wanted}, got {got}"]
    wrong = [f"{where} {name}: expected {wanted[name]}, got {got[name]}"
             for name in EXACT if wanted[name] != got[name]]
    return wrong + [f"{where} {name}: expected {wanted[name]!r}, got {got[name]!r}"
                    for name in ("raw", "final") if differs(wanted[name], got[name])]


def compare_viewer(wanted, got):
    """Sentences, one for each difference."""
    wrong = [f"{name}: expected {wanted[name]}, got {got[name]}"
             for name in ("eligible", "offerable") if wanted[name] != got[name]]
    if len(wanted["pool"]) != len(got["pool"]):
        wrong.append(f"pool: expected {len(wanted['pool'])}, got {len(got['pool'])} candidates")
    for place, (one, other) in enumerate(zip(wanted["pool"], got["pool"])):
        if one[0] != other[0] or differs(one[1], other[1]):
            wrong.append(f"pool[{place}]: expected {one}, got {other}")
    if len(wanted["offers"]) != len(got["offers"]):
        wrong.append(f"offers: expected {len(wanted['offers'])}, got {len(got['offers'])}")
    for place, (one, other) in enumerate(zip(wanted["offers"], got["offers"])):
        wrong += compare_offer(f"offers[{place}]", one, other)
    return wrong + compare_offer("anchor", wanted["anchor"], got["anchor"])


def compare_rematch(oracle, lines):
    """(differences, excused): of all viewers of the population, who must come in UUID order."""
    wrong, excused = [], 0
    viewers = list(oracle.viewers())
    order = [oracle.people.ids[viewer.row] for viewer in viewers]
    if order != [line["viewer"] for line in lines]:
        missing = set(order) - {line["viewer"] for line in lines}
        extra = {line["viewer"] for line in lines} - set(order)
        return [f"viewers: expected {len(order)} in the order of their ids, got {len(lines)}: "
                f"missing {few(sorted(missing))}, unexpected {few(sorted(extra))}"], 0
    for viewer, got in zip(viewers, lines):
        found = compare_viewer(viewer.line(), got)
        if found and viewer.near:
            excused += 1
        else:
            wrong += [f"viewer {got['viewer']}: {sentence}" for sentence in few(found)]
    return wrong, excused


def compare_preview(wanted, relaxations, got):
    """relaxations: the names of those that add equally much, which is most."""
    wrong = [f"{name}: expected {wanted[name]}, got {got[name]}"
             for name in ("in_population", "eligible", "offerable") if wanted[name] != got[name]]
    for name in ("gates", "unranked", "floors", "relaxation_adds"):
        if wanted["funnel"][name] != got["funnel"][name]:
            wrong.append(f"funnel {name}: expected {wanted['funnel'][name]}, "
                         f"got {got['funnel'][name]}")
    if got["funnel"]["relaxation"] not in (relaxations or {None}):
        wrong.append(f"relaxation: expected {relaxations}, got {got['funnel']['relaxation']}")
    if len(wanted["candidates"]) != len(got["candidates"]):
        wrong.append(f"candidates: expected {len(wanted['candidates'])}, "
                     f"got {len(got['candidates'])}")
    for place, (one, other) in enumerate(zip(wanted["candidates"], got["candidates"])):
        wrong += compare_offer(f"candidates[{place}]", one, other)
    return few(wrong)


def sample_pairs(oracle, count, seed):
    """Pairs of all users, most of them inside the population; the first is of one person alone."""
    rng = random.Random(seed)
    ids = oracle.people.ids
    inside = [oracle.people.ids[i] for i in oracle.members]
    pairs = [(ids[0], ids[0])] if ids else []
    while pairs and len(pairs) < count:
        source = inside if rng.random() < 0.8 and inside else ids
        pairs.append((rng.choice(source), rng.choice(source)))
    return pairs


def compare_score(wanted, got):
    wrong = []
    for name, value in wanted.items():
        if name not in got:
            wrong.append(f"{name}: is missing")
        elif name == "constructs":
            if set(value) != set(got[name]):
                wrong.append(f"constructs: expected {sorted(value)}, got {sorted(got[name])}")
            wrong += [f"construct {c}: expected {value[c]!r}, got {got[name][c]!r}"
                      for c in value if c in got[name] and differs(value[c], got[name][c])]
        elif isinstance(value, float):
            if differs(value, got[name]):
                wrong.append(f"{name}: expected {value!r}, got {got[name]!r}")
        elif value != got[name]:
            wrong.append(f"{name}: expected {value!r}, got {got[name]!r}")
    return wrong


def sample_people(oracle, count, seed):
    """(person, k): anybody, most of them inside the population."""
    rng = random.Random(seed)
    inside = [oracle.people.ids[i] for i in oracle.members] or oracle.people.ids
    return [(rng.choice(inside if rng.random() < 0.85 else oracle.people.ids),
             rng.choice([1, 5, 40, 500])) for _ in range(count if inside else 0)]
