"""The protocol as matchd.proto tells it: a client made of that file alone asks every verb, gets
every kind of error, and reads numbers that are the engine's own bits.
"""
import json
import struct

import zmq

import matchd_pb2
import service

NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"


def bits(x):
    return struct.pack("<d", x)


def check_status(peer):
    health = peer.ask(health={}).health
    assert health.readiness == matchd_pb2.READINESS_READY and health.people == 300, health
    assert health.generation == 1 and health.version, health
    stats = peer.ask(stats={}).stats
    assert {verb.name for verb in stats.verbs} == {
        field.name for field in matchd_pb2.Request.DESCRIPTOR.oneofs_by_name["verb"].fields}, stats
    health_count = [verb.requests for verb in stats.verbs if verb.name == "health"][0]
    assert health_count == 1, health_count


def check_req_socket(env):
    with service.Peer(env, zmq.REQ) as peer:
        assert service.code(peer.ask(health={})) == ""
        bad = peer.ask(score_pair={"a": "x"})
        assert service.code(bad) == "INVALID_ARGUMENT", bad


def check_pairs(env, peer, ids):
    """Numbers over the wire are the bits that matchctl prints with 17 digits."""
    for a, b in ((ids[0], ids[1]), (ids[1], ids[0]), (ids[5], ids[9]), (ids[3], ids[3])):
        pair = peer.ask(score_pair={"a": a, "b": b, "clock": service.CLOCK}).score_pair
        told = json.loads(env.run("matchctl", "score", a, b, "--json", "--date", service.DATE,
                                  "--now", service.NOW).stdout)
        for name in ("questionnaire_fit", "missing", "raw", "final", "side_ab", "mutuality",
                     "authenticity", "penalties", "affinity_ab", "confidence"):
            if pair.HasField(name):
                assert bits(getattr(pair, name)) == bits(told[name]), (name, told[name])
            else:
                assert told[name] is None, (name, told[name])
        assert pair.clock.now == service.NOW and pair.clock.date == service.DATE, pair.clock
    assert pair.gate == matchd_pb2.GATE_SELF, pair


def check_preview(peer, ids):
    """The answer for k is a prefix of the answer for k + 1, and the funnel adds up."""
    longest = peer.ask(preview_offers={"user": ids[0], "k": 500, "clock": service.CLOCK})
    longest = longest.preview_offers
    order = [candidate.candidate for candidate in longest.candidates]
    assert len(order) == min(500, longest.offerable) and len(set(order)) == len(order)
    for k in (1, 2, 7):
        short = peer.ask(preview_offers={"user": ids[0], "k": k, "clock": service.CLOCK})
        got = [candidate.candidate for candidate in short.preview_offers.candidates]
        assert got == order[:k], (k, got)
    funnel = longest.funnel
    gated = sum(gate.count for gate in funnel.gates)
    if longest.in_population:
        assert gated + funnel.unranked + funnel.eligible == 299, funnel
        assert funnel.eligible == funnel.offerable + sum(f.count for f in funnel.floors), funnel
    default = peer.ask(preview_offers={"user": ids[0]}).preview_offers
    assert len(default.candidates) <= 10 and default.clock.now.endswith(":00Z"), default.clock


def check_dry_run(peer, ids):
    """Pages hold every viewer once, in UUID order, none over 64 KiB, whichever way they are cut."""
    started = peer.ask(start_rematch={"dry_run": True, "clock": service.CLOCK}).start_rematch
    status = service.finished(peer, started.run)
    assert status.state == matchd_pb2.RUN_FINISHED and len(status.digest) == 32, status
    viewers, sizes = service.pages(peer, started.run)
    names = [viewer.viewer for viewer in viewers]
    assert names == sorted(names) and len(names) == started.viewers == status.viewers
    assert max(sizes) <= 65536 and len(sizes) > 1, sizes
    offers = sum(len(viewer.offers) + viewer.HasField("anchor") for viewer in viewers)
    assert offers == status.offers > 0, (offers, status)
    some = names[3:40:6]
    listed = peer.ask(start_rematch={"dry_run": True, "clock": service.CLOCK,
                                     "viewers": some[::-1] + some[:1]}).start_rematch
    assert listed.viewers == len(some), listed
    service.finished(peer, listed.run)
    again, _ = service.pages(peer, listed.run)
    assert again == [viewer for viewer in viewers if viewer.viewer in some]
    full = peer.ask(preview_offers={"user": some[0], "k": 10, "clock": service.CLOCK})
    assert [c.candidate for c in full.preview_offers.candidates] == [
        ranked.candidate for ranked in again[0].pool]
    last = peer.ask(dry_run_page={"run": listed.run, "after_viewer": ids[-1]}).dry_run_page
    assert last.last and not last.viewers, last


def check_in_flight(peer, ids):
    """Fifty requests at once: every id is answered once, whatever the order."""
    sent = [peer.send(preview_offers={"user": ids[i], "k": 3}) for i in range(50)]
    got = [peer.receive() for _ in sent]
    assert sorted(response.request_id for response in got) == sent
    assert all(service.code(response) == "" for response in got)


INVALID = (
    {"start_rematch": {"dry_run": True, "timezone": "UTC"}},
    {"start_rematch": {"timezone": "Mars/Base"}},
    {"score_pair": {"a": "not a uuid", "b": NOBODY}},
    {"score_pair": {"b": NOBODY}},
    {"preview_offers": {"user": NOBODY, "k": 0}},
    {"preview_offers": {"user": NOBODY, "k": 501}},
    {"preview_offers": {"user": NOBODY, "clock": {"date": "2026-02-30"}}},
    {"preview_offers": {"user": NOBODY, "clock": {"now": "yesterday"}}},
    {"preview_offers": {"user": NOBODY, "clock": {"now": "infinity"}}},
    {"start_rematch": {"dry_run": True, "viewers": ["x"]}},
    {"rematch_status": {"run": ""}},
    {"dry_run_page": {"run": NOBODY, "after_viewer": "x"}},
    {"get_offers": {"user": NOBODY, "date": "soon"}},
)
UNKNOWN = (
    {"score_pair": {"a": NOBODY, "b": NOBODY}},
    {"preview_offers": {"user": NOBODY}},
    {"get_offers": {"user": NOBODY}},
    {"start_rematch": {"dry_run": True, "viewers": [NOBODY]}},
    {"start_rematch": {"timezone": "Asia/Tokyo"}},
    {"rematch_status": {"run": NOBODY}},
    {"dry_run_page": {"run": NOBODY}},
)


def check_errors(peer):
    for expected, requests in (("INVALID_ARGUMENT", INVALID), ("NOT_FOUND", UNKNOWN)):
        for verb in requests:
            response = peer.ask(**verb)
            assert service.code(response) == expected, (verb, response)
            assert response.error.message, verb


def check_envelope(peer, ids):
    """Unknown fields are ignored; no verb, too many bytes and a wild trace id are refused."""
    good = service.build(77, score_pair={"a": ids[0], "b": ids[1]}).SerializeToString()
    peer.socket.send(good + b"\xfa\x3f\x03abc")
    response = peer.receive()
    assert response.request_id == 77 and service.code(response) == "", response
    peer.socket.send(matchd_pb2.Request(request_id=78).SerializeToString())
    response = peer.receive()
    assert response.request_id == 78 and service.code(response) == "INVALID_ARGUMENT", response
    # What was sent comes back in the sentence, made harmless.
    wild = b"\x08\x4e\xf2\x01\x06\x0a\x04\x1b\xff[1"
    peer.socket.send(wild)
    assert peer.receive().error.message.endswith('got "??[1"')
    peer.socket.send(matchd_pb2.Request(request_id=79, trace_id="x" * 70000).SerializeToString())
    response = peer.receive()
    assert service.code(response) == "INVALID_ARGUMENT" and "65536" in response.error.message
    traced = service.build(80, health={})
    traced.trace_id = "a\nb"
    peer.socket.send(traced.SerializeToString())
    response = peer.receive()
    assert response.request_id == 80 and service.code(response) == "INVALID_ARGUMENT", response


def check_offers(env, peer):
    """GetOffers gives what match_offers holds, with the card of each candidate."""
    env.sql("update public.match_offers set expires_at = now() + interval '5 days'"
            " where status = 'offered'")
    viewer, count = env.sql(
        "select user_id::text, count(*) from public.match_offers where status = 'offered'"
        " group by 1 order by 2 desc, 1 limit 1")[0]
    live = peer.ask(get_offers={"user": viewer}).get_offers
    assert live.user == viewer and live.user_timezone, live
    assert 0 < len(live.offers), (viewer, count)
    for offer in live.offers:
        row = env.sql(
            "select o.offered_user_id::text, o.compatibility_score, u.display_name"
            " from public.match_offers o join public.users u on u.id = o.offered_user_id"
            " where o.id = %s", (offer.id,))[0]
        assert (offer.card.user, offer.compatibility_score, offer.card.display_name) == row, row
    newest = live.offers[0].batch_date
    dated = peer.ask(get_offers={"user": viewer, "date": newest}).get_offers
    assert dated.offers and all(offer.batch_date == newest for offer in dated.offers)


def main():
    with service.populated(people=300) as env, service.daemon(env), service.Peer(env) as peer:
        ids = service.people(env)
        check_status(peer)
        check_req_socket(env)
        check_pairs(env, peer, ids)
        check_preview(peer, ids)
        check_dry_run(peer, ids)
        check_in_flight(peer, ids)
        check_errors(peer)
        check_envelope(peer, ids)
        check_offers(env, peer)


main()
