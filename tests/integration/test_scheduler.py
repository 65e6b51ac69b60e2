"""When batches are due: gaps and folds of clocks, dates that a zone never had, a late start on the
same local day, no day that has passed; then a daemon with its scheduler on, by a clock that the
test sets: it runs what is due, once, takes over what was left, and sweeps what has expired.
"""
import sys
import time

import devenv
import service

# zone, local time, local date, instant at which it is due (None: never)
DUE = [
    ("Europe/London", "09:00", "2026-11-22", "2026-11-22T09:00:00Z"),
    ("Europe/London", "09:00", "2026-07-01", "2026-07-01T08:00:00Z"),
    ("Asia/Kathmandu", "09:00", "2026-11-22", "2026-11-22T03:15:00Z"),
    # a gap: the first instant after it
    ("America/New_York", "02:30", "2026-03-08", "2026-03-08T07:00:00Z"),
    ("Europe/Berlin", "02:00", "2026-03-29", "2026-03-29T01:00:00Z"),
    ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:30:00Z"),
    ("Africa/Cairo", "00:00", "2026-04-24", "2026-04-23T22:00:00Z"),
    ("Europe/Athens", "09:00", "1979-04-01", "1979-04-01T07:00:00Z"),
    # a gap over midnight: the date was there, its 23:45 was not
    ("America/Toronto", "23:45", "1919-03-30", "1919-03-31T04:30:00Z"),
    # a fold: the first of the two
    ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30:00Z"),
    ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25T00:30:00Z"),
    ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04T14:45:00Z"),
    # dates that never were
    ("Pacific/Apia", "09:00", "2011-12-30", None),
    ("Pacific/Apia", "09:00", "2011-12-29", "2011-12-29T19:00:00Z"),
    ("Pacific/Apia", "09:00", "2011-12-31", "2011-12-30T19:00:00Z"),
    ("Pacific/Kwajalein", "09:00", "1993-08-21", None),
    ("Pacific/Kiritimati", "09:00", "1994-12-31", None),
]

# zone, local time, now, dates due then
AT = [
    ("Europe/London", "09:00", "2026-11-22T08:59:59Z", []),
    ("Europe/London", "09:00", "2026-11-22T09:00:00Z", ["2026-11-22"]),
    ("Europe/London", "09:00", "2026-11-22T23:59:59Z", ["2026-11-22"]),  # late, the same day
    ("Europe/London", "09:00", "2026-11-23T00:00:00Z", []),              # a day that has passed
    ("Pacific/Auckland", "09:00", "2026-11-21T20:00:00Z", ["2026-11-22"]),
    ("Pacific/Auckland", "09:00", "2026-11-21T19:59:59Z", []),
    ("America/New_York", "02:30", "2026-03-08T06:59:59Z", []),
    ("America/New_York", "02:30", "2026-03-08T07:00:00Z", ["2026-03-08"]),
    ("America/New_York", "01:30", "2026-11-01T05:30:00Z", ["2026-11-01"]),
    ("America/New_York", "01:30", "2026-11-01T06:30:00Z", ["2026-11-01"]),
    ("America/Toronto", "23:45", "1919-03-31T04:30:00Z", ["1919-03-30"]),
    ("Pacific/Apia", "09:00", "2011-12-30T18:00:00Z", []),
    ("Pacific/Apia", "09:00", "2011-12-30T20:00:00Z", ["2011-12-31"]),
]


def superuser(env, statement, arguments=None):
    connection = env.connect(user="postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def check_instants(env):
    for zone, clock, date, expected in DUE:
        row, = superuser(env, """select to_char(private.local_due(%s::date, %s::time, %s)
            at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""", (date, clock, zone))
        assert row[0] == expected, (zone, clock, date, row[0], expected)


def set_batch_time(env, clock):
    superuser(env, "update public.system_config set value = %s where key = 'MATCH_BATCH_TIME'",
              (clock,))


def check_due(env):
    for zone, clock, now, expected in AT:
        superuser(env, "update public.profiles set timezone = %s", (zone,))
        set_batch_time(env, clock)
        rows = superuser(env, "select batch_date::text from matching.batches_due(%s)", (now,))
        assert [row[0] for row in rows] == expected, (zone, clock, now, rows)
    set_batch_time(env, "09:00")
    # Several zones, an unknown name, none: each once; unknown ones count as UTC.
    superuser(env, """
        alter table public.profiles disable trigger user;
        with n as (select user_id, row_number() over (order by user_id) as i from public.profiles)
        update public.profiles as p set timezone = case n.i % 4
            when 0 then 'Europe/London' when 1 then 'Mars/Olympus' when 2 then 'Asia/Tokyo'
            else 'America/New_York' end
        from n where n.user_id = p.user_id;
        alter table public.profiles enable trigger user""")
    rows = superuser(env, "select timezone, batch_date::text from matching.batches_due(%s) "
                          "order by 1", ("2026-11-22T10:00:00Z",))
    assert rows == [("Asia/Tokyo", "2026-11-22"), ("Europe/London", "2026-11-22"),
                    ("UTC", "2026-11-22")], rows


def set_clock(env, now):
    superuser(env, f"""create or replace function matching.scheduler_clock() returns timestamptz
        language sql stable set search_path = '' as $$ select timestamptz '{now}' $$""")


def runs(env):
    return superuser(env, "select timezone, batch_date::text, status from matching.runs "
                          "order by 1, 2")


def wait_for_runs(env, expected, seconds=40):
    deadline = time.monotonic() + seconds * devenv.PATIENCE
    while runs(env) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    assert runs(env) == expected, (runs(env), expected)


def check_daemon(env):
    """Off: nothing. On: what is due, with t at the clock, and the anchor on its weekday."""
    set_clock(env, "2026-11-23T10:00:00Z")  # a Monday
    with service.daemon(env):
        time.sleep(1.5)
        assert runs(env) == []
    done = [(zone, "2026-11-23", "completed") for zone in ("Asia/Tokyo", "Europe/London", "UTC")]
    with service.daemon(env, MATCHD_SCHEDULER="on"):
        wait_for_runs(env, done)
        set_clock(env, "2026-11-23T10:00:05Z")
        time.sleep(1.5)
        assert runs(env) == done, "a batch ran twice"
        set_clock(env, "2026-11-23T14:00:00Z")
        done = sorted(done + [("America/New_York", "2026-11-23", "completed")])
        wait_for_runs(env, done)
        # No catch-up: the next day that is looked at is two days on.
        set_clock(env, "2026-11-25T09:30:00Z")
        done = sorted(done + [(zone, "2026-11-25", "completed")
                              for zone in ("Asia/Tokyo", "Europe/London", "UTC")])
        wait_for_runs(env, done)
    kinds = superuser(env, "select batch_date::text, job_type, count(*) > 0 from "
                           "public.matchmaking_jobs group by 1, 2 order by 1, 2")
    assert kinds == [("2026-11-23", "daily_offers", True), ("2026-11-23", "weekly_anchor", True),
                     ("2026-11-25", "daily_offers", True)], kinds
    twice = superuser(env, "select user_id from public.matchmaking_jobs "
                           "group by user_id, batch_date, job_type having count(*) > 1")
    assert twice == [], twice


def check_expiry(env):
    superuser(env, "update public.system_config set value = '5' "
                   "where key = 'MATCH_EXPIRY_SWEEP_SECONDS'")
    superuser(env, """update public.match_offers set offered_at = now() - interval '8 days',
        expires_at = now() - interval '1 hour' where status = 'offered'""")
    due, = superuser(env, "select count(*) from public.match_offers where status = 'offered'")
    assert due[0] > 0
    with service.daemon(env, MATCHD_SCHEDULER="on") as process:
        process.wait_for("event=offers.swept")
        deadline = time.monotonic() + 20 * devenv.PATIENCE
        left = due
        while left[0] > 0 and time.monotonic() < deadline:
            time.sleep(0.1)
            left, = superuser(env, "select count(*) from public.match_offers "
                                   "where status = 'offered' and expires_at < now()")
        assert left[0] == 0, left


def main():
    with service.populated(people=200) as env:
        check_instants(env)
        check_due(env)
        check_daemon(env)
        check_expiry(env)


if __name__ == "__main__":
    sys.exit(main())
