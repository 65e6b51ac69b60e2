"""What people do with offers, over ZeroMQ: decisions and their refusals, a match and its end,
idempotency keys, offers that count as presented once; and the events of all that on the PUB
socket, at least once each, with an id.
"""
import json
import sys
import threading
import time

import matchd_pb2
import zmq

import devenv
import service

NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"
ACCEPT, PASS, NOT_NOW = (matchd_pb2.ACTION_ACCEPT, matchd_pb2.ACTION_PASS,
                         matchd_pb2.ACTION_NOT_NOW)


class Listener(threading.Thread):
    """Subscribes to everything and keeps it."""

    def __init__(self, env):
        super().__init__(daemon=True)
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SUBSCRIBE, b"")
        self.socket.connect(env.env["MATCHD_ENDPOINTS"].split()[0] + ".events")
        self.events, self._ended = [], threading.Event()
        self.start()

    def run(self):
        while not self._ended.is_set():
            if self.socket.poll(50):
                topic, body = self.socket.recv_multipart()
                event = matchd_pb2.Event.FromString(body)
                assert topic.decode() == event.type, topic
                self.events.append(event)

    def of(self, kind):
        return [event for event in self.events if event.type == kind]

    def wait_for(self, kind, count, seconds=15):
        deadline = time.monotonic() + seconds * devenv.PATIENCE
        while len(self.of(kind)) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.of(kind)) == count, (kind, count, len(self.of(kind)))
        return self.of(kind)

    def close(self):
        self._ended.set()
        self.join()
        self.socket.close()
        self.context.term()


def mutual_offers(env, count):
    """Offers that both have of each other: (user, offer, other, other's offer)."""
    rows = env.sql("""
        select o.user_id::text, o.id::text, r.user_id::text, r.id::text
        from public.match_offers as o join public.match_offers as r
          on r.user_id = o.offered_user_id and r.offered_user_id = o.user_id
        where o.batch_date = %s and r.batch_date = %s and o.user_id < r.user_id
          and o.status = 'offered' and r.status = 'offered'
        order by o.id""", (service.DATE, service.DATE))
    used, found = set(), []
    for row in rows:
        if row[0] not in used and row[2] not in used:
            used.update((row[0], row[2]))
            found.append(row)
    assert len(found) >= count, len(found)
    return found[:count]


def act(peer, user, offer, action, **more):
    return peer.ask(act_on_offer={"user": user, "offer": offer, "action": action, **more})


def check_match(env, peer, pair):
    user, offer, other, theirs = pair
    first = act(peer, user, offer, ACCEPT).act_on_offer
    assert first.status == "accepted" and not first.is_mutual and first.candidate == other, first
    again = act(peer, user, offer, ACCEPT).act_on_offer
    assert again == first, (again, first)
    second = act(peer, other, theirs, ACCEPT).act_on_offer
    assert second.status == "matched" and second.is_mutual and second.match, second
    listed = peer.ask(list_matches={"user": user}).list_matches.matches
    assert [m.id for m in listed if m.id == second.match] == [second.match], listed
    mine = next(m for m in listed if m.id == second.match)
    assert mine.card.user == other and mine.card.display_name and mine.status == "active", mine
    audits = env.sql("select count(*) from public.match_offer_audits where offer_id in (%s, %s)",
                     (offer, theirs))
    assert audits == [(2,)], audits
    return second.match


def check_unmatch(peer, pair, match):
    user, _, other, _ = pair
    assert service.code(peer.ask(unmatch={"user": NOBODY, "match": match})) == "NOT_FOUND"
    ended = peer.ask(unmatch={"user": user, "match": match, "reason": "other"}).unmatch
    assert ended.status == "closed" and ended.closed_reason == "unmatched", ended
    assert service.code(peer.ask(unmatch={"user": other, "match": match})) == "CONFLICT"
    active = peer.ask(list_matches={"user": user}).list_matches.matches
    assert match not in [m.id for m in active]
    closed = peer.ask(list_matches={"user": other, "status": "closed"}).list_matches.matches
    mine = next(m for m in closed if m.id == match)
    assert not mine.HasField("card") and mine.closed_reason == "unmatched", mine


def check_refusals(env, peer, pair):
    user, offer, other, _ = pair
    assert service.code(act(peer, other, offer, ACCEPT)) == "NOT_FOUND"
    assert service.code(act(peer, user, NOBODY, ACCEPT)) == "NOT_FOUND"
    assert service.code(act(peer, user, offer, 0)) == "INVALID_ARGUMENT"
    later = act(peer, user, offer, NOT_NOW).act_on_offer
    assert later.status == "not_now" and later.cooldown_until, later
    refused = act(peer, user, offer, PASS)
    assert service.code(refused) == "CONFLICT" and "not_now" in refused.error.message, refused
    ran = env.run("matchctl", "act", user, offer, "accept", check=False)
    assert ran.returncode == 1 and "CONFLICT" in ran.stderr, ran
    ran = env.run("matchctl", "act", user, offer, "marry", check=False)
    assert ran.returncode == 2, ran


def check_keys(peer, pair):
    """The same key and request: the same answer. The same key with another request: a conflict."""
    user, offer, other, theirs = pair
    first = act(peer, user, offer, PASS, idempotency_key="k1").act_on_offer
    assert first.status == "passed"
    assert act(peer, user, offer, PASS, idempotency_key="k1").act_on_offer == first
    assert service.code(act(peer, user, offer, ACCEPT, idempotency_key="k1")) == "CONFLICT"
    assert act(peer, other, theirs, PASS, idempotency_key="k1").act_on_offer.status == "passed"


def check_presented(env, peer, listener, pair):
    user = pair[0]
    offers = peer.ask(get_offers={"user": user}).get_offers.offers
    assert len(offers) > 0
    peer.ask(get_offers={"user": user})
    rows = env.sql("""select event_properties ->> 'offer_id' from public.analytics_events
        where user_id = %s and event_type = 'match_offer_presented'""", (user,))
    assert sorted(row[0] for row in rows) == sorted(offer.id for offer in offers), rows
    told = listener.wait_for("match_offer_presented", len(offers))
    assert {event.user for event in told} == {user}


def check_race(env, peer, pairs):
    """Both sides accept at the same instant, many times: one match each."""
    def accept(user, offer):
        with service.Peer(env) as mine:
            answer = act(mine, user, offer, ACCEPT)
            assert service.code(answer) == "", answer

    for user, offer, other, theirs in pairs:
        sides = [threading.Thread(target=accept, args=side)
                 for side in ((user, offer), (other, theirs))]
        for side in sides:
            side.start()
        for side in sides:
            side.join()
        rows = env.sql("""select count(*) from public.matches
            where user_id_1 = least(%s::uuid, %s::uuid)
              and user_id_2 = greatest(%s::uuid, %s::uuid)""", (user, other, user, other))
        states = env.sql("select distinct status from public.match_offers where id in (%s, %s)",
                         (offer, theirs))
        assert (rows, states) in (([(1,)], [("matched",)]), ([(0,)], [("accepted",)])), \
            (rows, states)
    assert service.code(peer.ask(health={})) == ""


def check_events(env, listener):
    """What was published was announced; every event once as long as nobody dies."""
    ledger = env.sql("""select user_id::text, offers from public.matchmaking_jobs
        where offers <> '[]'""")
    told = listener.wait_for("offers_published", len(ledger))
    assert sorted((event.user, json.dumps(json.loads(event.payload)["offers"], sort_keys=True))
                  for event in told) == sorted((user, json.dumps(offers, sort_keys=True))
                                               for user, offers in ledger)
    ids = [event.id for event in listener.events]
    assert len(set(ids)) == len(ids)
    assert env.sql("select count(*) from matching.outbox") == [(0,)]


def main():
    with service.populated(people=400) as env, service.daemon(env), service.Peer(env) as peer:
        env.sql("update public.system_config set value = '10' "
                "where key = 'MAX_ACTIVE_MATCHES_BETA'")
        env.sql("update public.match_offers set status = 'expired' where status = 'offered'")
        listener = Listener(env)
        try:
            env.run("matchctl", "rematch", "--wait", "--date", service.DATE, "--now", service.NOW)
            check_events(env, listener)
            pairs = mutual_offers(env, 10)
            check_presented(env, peer, listener, pairs[0])
            match = check_match(env, peer, pairs[0])
            listener.wait_for("match_mutual_created", 1)
            listener.wait_for("match_offer_action", 2)
            check_unmatch(peer, pairs[0], match)
            check_refusals(env, peer, pairs[1])
            check_keys(peer, pairs[2])
            check_race(env, peer, pairs[3:])
        finally:
            listener.close()


if __name__ == "__main__":
    sys.exit(main())
