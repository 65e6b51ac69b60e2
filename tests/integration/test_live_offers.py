"""Live offers with cards, out of a real database: which rows are live, whose are hidden, and what a
card shows.
"""
import datetime
import json
import sys

import devenv

VIEWER = "11111111-1111-4111-8111-111111111111"
# Candidates: the last digits are the order of ids.
PEOPLE = {name: f"22222222-2222-4222-8222-{number:012d}" for number, name in enumerate((
    "ann", "ben", "cat", "blocked", "blocker", "banned", "ban_over", "deleted", "leaving",
    "suspended", "expired", "passed", "bare"))}


def offer(name, status="offered", score=70, more="", values=""):
    return (f"insert into public.match_offers (user_id, offered_user_id, batch_date, "
            f"compatibility_score, status, offered_at{more}) values ('{VIEWER}', "
            f"'{PEOPLE[name]}', '2026-11-22', {score}, '{status}', '2026-11-22T09:00Z'{values})")


def ban(name, expires):
    return (f"insert into public.enforcement_actions (user_id, action_type, reason, enacted_by, "
            f"expires_at) values ('{PEOPLE[name]}', 'temporary_suspension', 'x', '{VIEWER}', "
            f"{expires})")


def person(user, name="'Someone'", born="1990-06-15", status="active"):
    return (f"insert into public.users (id, phone_hash, phone_last_four, display_name, bio, "
            f"date_of_birth, status, onboarding_step) values ('{user}', '{user}', '0000', {name}, "
            f"'Caf\u00e9 \u2615', '{born}', '{status}', 'complete')")


def fill(env):
    statements = [person(VIEWER)]
    for name, user in PEOPLE.items():
        statements.append(person(user, "null" if name == "bare" else f"'{name}'",
                                 status="suspended" if name == "suspended" else "active"))
        if name not in ("cat", "expired", "passed"):
            statements.append(offer(name, score=60))
    statements += [
        f"update public.match_offers set compatibility_score = 90, physical_preference_score = 88, "
        f"compatibility_themes = '{{ready_to_date,similar_lifestyle}}' "
        f"where offered_user_id = '{PEOPLE['ben']}'",
        offer("cat", "not_now", 80, ", cooldown_until", ", '2026-12-22T09:00Z'"),
        offer("expired", more=", expires_at", values=", '2020-01-01'"),
        offer("passed", "passed"),
        f"insert into public.match_offers (user_id, offered_user_id, batch_date, "
        f"compatibility_score, status) values ('{VIEWER}', '{PEOPLE['ann']}', '2026-11-23', 10, "
        f"'accepted')",
        f"insert into public.blocks (blocker_id, blocked_id, reason) values "
        f"('{VIEWER}', '{PEOPLE['blocked']}', 'no_reason'), "
        f"('{PEOPLE['blocker']}', '{VIEWER}', 'no_reason')",
        ban("banned", "null"), ban("ban_over", "'2020-01-01'"),
        f"update public.users set deleted_at = now() where id = '{PEOPLE['deleted']}'",
        f"insert into public.data_deletion_requests (user_id, request_type, status) values "
        f"('{PEOPLE['leaving']}', 'full_deletion', 'in_grace_period')",
        f"insert into public.profiles (user_id, city, timezone) values "
        f"('{VIEWER}', 'Oslo', 'Europe/Oslo')",
        f"insert into public.photos (user_id, url, thumbnail_url, is_primary, is_verified, "
        f"position) values ('{PEOPLE['ben']}', 'https://x/2', null, false, true, 2), "
        f"('{PEOPLE['ben']}', 'https://x/0', 'https://x/0t', true, false, 0)",
    ]
    connection = env.connect(user="postgres")
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update public.match_offers set expires_at = 'infinity'")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("update public.match_offers set expires_at = '2099-01-01T00:00Z' "
                       "where expires_at > '2021-01-01'")
    connection.close()


def offers(env, user=VIEWER, *date):
    ran = env.run("tests/probe_store", "offers", user, *date)
    return json.loads(ran.stdout)


def names(answer):
    return [one["card"]["name"] for one in answer["offers"]]


def check_live(env):
    answer = offers(env)
    assert answer["timezone"] == "Europe/Oslo", answer
    # By batch date, score, candidate.
    assert names(answer) == ["ann", "ben", "cat", "ann", "ban_over", None], names(answer)
    assert names(offers(env, VIEWER, "2026-11-23")) == ["ann"]
    assert names(offers(env, VIEWER, "2026-11-21")) == []


def check_card(env):
    first, ben, cat = offers(env)["offers"][:3]
    today = datetime.datetime.now(datetime.timezone.utc).date()
    age = today.year - 1990 - ((today.month, today.day) < (6, 15))
    card = ben["card"]
    assert (card["user"], card["age"]) == (PEOPLE["ben"], age), card
    assert card["bio"] == "Caf\u00e9 \u2615", card
    assert [(p["url"], p["thumbnail"], p["primary"], p["verified"], p["position"])
            for p in card["photos"]] == [("https://x/0", "https://x/0t", True, False, 0),
                                         ("https://x/2", None, False, True, 2)], card
    assert (ben["score"], ben["physical"]) == (90, 88), ben
    assert ben["themes"] == ["ready_to_date", "similar_lifestyle"], ben
    assert ben["batch_date"] == "2026-11-22" and ben["cooldown_until"] is None, ben
    assert ben["offered_at"].startswith("2026-11-22T09:00:00"), ben
    assert ben["expires_at"].startswith("2099-01-01"), ben
    assert (first["status"], cat["status"]) == (1, 3), (first, cat)
    assert cat["cooldown_until"].startswith("2026-12-22T09:00:00"), cat
    assert (cat["physical"], cat["themes"], cat["card"]["photos"]) == (-1, [], []), cat


def check_hidden_viewer(env):
    """A suspension hides the person's own offers while it lasts."""
    connection = env.connect(user="postgres")
    with connection.cursor() as cursor:
        cursor.execute(f"insert into public.enforcement_actions (user_id, action_type, reason, "
                       f"enacted_by, expires_at) values ('{VIEWER}', 'temporary_suspension', 'x', "
                       f"'{VIEWER}', now() + interval '1 day') returning id")
        (action,) = cursor.fetchone()
        answer = offers(env)
        assert answer == {"timezone": "Europe/Oslo", "offers": []}, answer
        cursor.execute("delete from public.enforcement_actions where id = %s", (action,))
    connection.close()
    assert len(offers(env)["offers"]) == 6


def check_nobody(env):
    nobody = offers(env, "99999999-9999-4999-8999-999999999999")
    assert nobody == {"timezone": None, "offers": []}, nobody
    lonely = offers(env, PEOPLE["cat"])
    assert lonely == {"timezone": "UTC", "offers": []}, lonely


def main():
    with devenv.Environment() as env:
        fill(env)
        for check in (check_live, check_card, check_hidden_viewer, check_nobody):
            check(env)
            print(f"{check.__name__}: ok", flush=True)


if __name__ == "__main__":
    sys.exit(main())
