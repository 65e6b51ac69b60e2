"""A block, a report, a ban and a deletion committed at every stage of publishing: no offer of such
a pair is left, and everybody else's stand.
"""
import sys

import rig

PEOPLE = 700  # one chunk
STAGES = ("batch.loaded", "batch.scored", "publish.begin", "publish.jobs_staged",
          "publish.staged", "publish.written", "publish.committed", "batch.finished")
PAIRS = 3

# For pairs that would be offered; %(ones)s and %(others)s are arrays.
COMMITS = {
    "block": """insert into public.blocks (blocker_id, blocked_id, reason)
        select other, one, 'no_reason' from unnest(%(ones)s::uuid[], %(others)s::uuid[])
            as p (one, other)""",
    "report": """insert into public.reports
            (reporter_id, reported_user_id, type, category, status)
        select one, other, 'user', 'harassment', 'pending'
        from unnest(%(ones)s::uuid[], %(others)s::uuid[]) as p (one, other)""",
    "ban": """insert into public.enforcement_actions
            (user_id, action_type, is_active, reason, enacted_by)
        select other, 'permanent_ban', true, 'test', other
        from unnest(%(others)s::uuid[]) as p (other)""",
    "deletion": """insert into public.data_deletion_requests (user_id, request_type, status)
        select one, 'full_deletion', 'in_grace_period'
        from unnest(%(ones)s::uuid[]) as p (one)""",
}


def future_pairs(r):
    """Pairs that an undisturbed batch offers: they are what the commits are about."""
    r.undisturbed()
    rows = r.sql("""
        select distinct on (o.user_id) o.user_id::text, o.offered_user_id::text
        from public.match_offers as o join matching.offer_details as d on d.offer_id = o.id
        order by o.user_id, o.offered_user_id""")
    used, pairs = set(), []
    for one, other in rows:
        if one not in used and other not in used:
            used.update((one, other))
            pairs.append((one, other))
    return pairs


def disturbed(r, stage, kind, pairs, program="tests/matchd_failing"):
    """Commits while the batch is held at a stage; what is left that must not be. One connection
    publishes: another would have published chunks that are not held."""
    r.fresh()
    gate = rig.Gate(r, stage)
    wanted = {"ones": [one for one, _ in pairs], "others": [other for _, other in pairs]}
    with r.daemon(program=program, MATCHD_PUBLISH_CONNECTIONS="1", **gate.rule) as process:
        r.rematch(process)
        gate.wait()
        aside = rig.Aside(r, COMMITS[kind], wanted)
        if stage != "publish.written":  # there it waits for the chunk's locks
            aside.finish()
        gate.open()
        aside.finish()
        assert r.wait_done() == ["completed"]
    return r.forbidden()


def main():
    with rig.Rig(PEOPLE) as r:
        pairs = future_pairs(r)
        whole = r.offers()
        assert len(pairs) >= PAIRS * len(COMMITS)
        for stage in STAGES:
            for number, kind in enumerate(COMMITS):
                some = pairs[number * PAIRS:(number + 1) * PAIRS]
                left = disturbed(r, stage, kind, some)
                assert left == [], (stage, kind, left)
                assert whole - r.offers() < 40 * PAIRS, (stage, kind, whole, r.offers())
            print(f"{stage}: nothing left of what a block, report, ban or deletion forbids",
                  flush=True)


if __name__ == "__main__":
    sys.exit(main())
