"""Everything the contract speaks of, read by plain SQL: one list of rows a table.

Instants become microseconds since 1970 and dates days since 1970, both as integers or as infinities
of either sign, so that "compares as such" is what Python's comparison does. JSON numbers become
Decimals: whether an answer lies on a grid is decided exactly.
"""
import decimal
import functools
import json
import math

import psycopg2
import psycopg2.extensions
import psycopg2.extras

MICROS_PER_DAY = 86400 * 1000000


def instant(column):
    return f"extract(epoch from {column}) * 1000000 as {column}"


def day(column):
    return (f"case when isfinite({column}) then ({column} - date '1970-01-01')::numeric "
            f"when {column} > '2000-01-01' then 'Infinity' else '-Infinity'::numeric end "
            f"as {column}")


def whole(value):
    """A Decimal of SQL as an integer, or an infinity, or None."""
    if value is None or isinstance(value, int):
        return value
    if value.is_infinite():
        return math.inf if value > 0 else -math.inf
    return int(value.to_integral_value(rounding=decimal.ROUND_HALF_EVEN))


TABLES = {
    "users": ["id", day("date_of_birth"), "gender", "seeking_gender", "status", "onboarding_step",
              instant("last_active_at"), instant("deleted_at"), "display_name", "bio"],
    "profiles": ["user_id", "city", "region", "country", "latitude", "longitude",
                 "max_distance_km", "min_age_preference", "max_age_preference",
                 "relationship_intent", "education", "occupation", "height_cm", "drinking",
                 "smoking", "exercise"],
    "photos": ["id", "user_id", "is_primary", "is_verified", "visual_features",
               "visual_model_version"],
    "questions": ["id", "version_id", "type", "options", "config", "position"],
    "compatibility_responses": ["user_id", "question_id", "answer", instant("answered_at")],
    "visual_preference_profiles": ["user_id", "status", "confidence", "preference_embedding",
                                   "model_version"],
    "verification_sessions": ["id", "user_id", "status", "liveness_score", instant("created_at"),
                              instant("completed_at")],
    "match_offers": ["id", "user_id", "offered_user_id", day("batch_date"), "compatibility_score",
                     "status", instant("offered_at"), instant("expires_at"),
                     instant("cooldown_until"), instant("action_at")],
    "matches": ["user_id_1", "user_id_2", "status"],
    "blocks": ["blocker_id", "blocked_id"],
    "reports": ["reporter_id", "reported_user_id", "status", instant("created_at")],
    "enforcement_actions": ["user_id", "action_type", "is_active", instant("expires_at")],
    "data_deletion_requests": ["user_id", "status"],
    "system_config": ["key", "value"],
    "user_segments": ["id", "key"],
    "user_segment_members": ["segment_id", "user_id"],
    "segment_config_overrides": ["segment_id", "config_key", "override_value", "priority"],
    "matching.user_config_overrides": ["user_id", "config_key", "override_value"],
    "matching.policy_segments": ["user_id", "segment"],
}

WHOLE = {"date_of_birth", "last_active_at", "deleted_at", "answered_at", "created_at",
         "completed_at", "batch_date", "offered_at", "expires_at", "cooldown_until", "action_at"}


def read_table(cursor, table, columns):
    name = table if "." in table else f"public.{table}"
    cursor.execute(f"select {', '.join(columns)} from {name}")
    names = [column.name for column in cursor.description]
    whole_at = [i for i, column in enumerate(names) if column in WHOLE]
    rows = []
    for values in cursor:
        values = list(values)
        for i in whole_at:
            values[i] = whole(values[i])
        rows.append(dict(zip(names, values)))
    return rows


def read(dsn):
    """{table: [row]} of one snapshot."""
    connection = psycopg2.connect(dsn)
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    exact = functools.partial(json.loads, parse_int=decimal.Decimal, parse_float=decimal.Decimal)
    psycopg2.extras.register_default_jsonb(connection, loads=exact)
    try:
        with connection.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'")
            return {table: read_table(cursor, table, columns)
                    for table, columns in TABLES.items()}
    finally:
        connection.close()


def by(rows, column):
    """{value: [rows]}"""
    found = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
