#include "bench/sql.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/match/reference.h"
#include "storage/pg_conn.h"

/* A little more distance than asked for, so that rounding loses nobody. */
static const char QUERY[] =
    "with me as (select u.id, u.gender, u.seeking_gender,"
    "   extract(year from age($2::date::timestamp, u.date_of_birth::timestamp)) as years,"
    "   radians(p.latitude::float8) as lat, radians(p.longitude::float8) as lon,"
    "   p.max_distance_km, p.min_age_preference, p.max_age_preference,"
    "   v.preference_embedding as taste, f.visual_features as looks"
    " from public.users u join public.profiles p on p.user_id = u.id"
    " left join public.visual_preference_profiles v on v.user_id = u.id"
    " left join public.photos f on f.user_id = u.id and f.is_primary where u.id = $1::uuid)"
    " select c.id, count(*) over () from me, public.users c"
    " join public.profiles q on q.user_id = c.id"
    " left join public.visual_preference_profiles w on w.user_id = c.id"
    " left join public.photos g on g.user_id = c.id and g.is_primary,"
    " lateral (select extract(year from age($2::date::timestamp, c.date_of_birth::timestamp))"
    "   as years, 2 * 6371.0088 * asin(least(1, sqrt("
    "     sin((radians(q.latitude::float8) - me.lat) / 2) ^ 2 + cos(me.lat)"
    "     * cos(radians(q.latitude::float8))"
    "     * sin((radians(q.longitude::float8) - me.lon) / 2) ^ 2))) as km) d"
    " where c.id <> me.id and c.status = 'active' and c.onboarding_step = 'complete'"
    " and c.gender = any (me.seeking_gender) and me.gender = any (c.seeking_gender)"
    " and d.years between coalesce(me.min_age_preference, 18)"
    "   and coalesce(me.max_age_preference, 120)"
    " and me.years between coalesce(q.min_age_preference, 18)"
    "   and coalesce(q.max_age_preference, 120)"
    " and coalesce(d.km <= 1.0001 * coalesce(least(me.max_distance_km, q.max_distance_km), 500),"
    "   true)"
    " order by coalesce((select sum(a * b) from unnest(me.taste, g.visual_features) t (a, b)), 0)"
    "   + coalesce((select sum(a * b) from unnest(w.preference_embedding, me.looks) t (a, b)), 0)"
    " desc limit 64";

struct asking {
    const struct scene *scene;
    struct pg_conn *conn;
};

/* One viewer's rows; *passed is how many passed the limits. */
static bool ask(const struct asking *a, uint32_t viewer, int64_t *passed, struct err *err) {
    const struct view *view = a->scene->view;
    uint32_t date = htonl((uint32_t)view->batch.date);
    const struct uuid *id = population_id(view->population, viewer);
    struct pg_param params[] = {{PG_UUID, id->bytes, sizeof id->bytes},
                                {PG_DATE, &date, sizeof date}};
    struct pg_result *rows =
        pg_conn_query_prepared(a->conn, "bench", QUERY, params, ARRAY_LEN(params), err);
    if (rows == NULL)
        return false;
    *passed = 0;
    bool ok = pg_result_rows(rows) == 0 || pg_int8(pg_result_field(rows, 0, 1), passed) == NULL;
    pg_result_free(rows);
    return ok || err_set(err, "the SQL query gives no count");
}

static bool check(const struct asking *a, uint32_t viewer, struct err *err) {
    struct ranked ranked[1];
    uint32_t eligible, offerable;
    reference_preview(a->scene->view, viewer, 1, ranked, &eligible, &offerable);
    int64_t passed;
    if (!ask(a, viewer, &passed, err))
        return false;
    if (passed >= (int64_t)eligible)
        return true;
    return err_set(err, "WRONG ANSWER: SQL lets %lld pass, the reference has %u eligible",
                   (long long)passed, eligible);
}

static bool ask_all(const struct asking *a, const struct genders *genders, uint32_t viewers,
                    struct sql_times *out, struct err *err) {
    struct spent *times = mem_array(viewers, sizeof *times);
    double sum = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < viewers; i++) {
        uint32_t viewer = genders->rows[(uint64_t)i * genders->people / viewers];
        int64_t passed;
        ok = check(a, viewer, err);
        struct spent start = spent_now();
        ok = ok && ask(a, viewer, &passed, err);
        times[i] = spent_since(start);
        sum += times[i].wall;
    }
    if (ok) {
        double threads = (double)a->scene->options->threads;
        out->viewers = viewers;
        out->median = spent_median(times, viewers);
        out->everybody.wall = sum / viewers * genders->people / threads;
    }
    free(times);
    return ok;
}

bool sql_time(const struct scene *scene, const struct genders *genders, uint32_t viewers,
              struct sql_times *out, struct err *err) {
    *out = (struct sql_times){0};
    if (genders->people == 0)
        return true;
    struct pg_settings settings = {.url = scene->options->database,
                                   .application = "matchd-bench compare"};
    enum pg_failure failure;
    struct asking asking = {scene, pg_conn_open(&settings, &failure, err)};
    if (asking.conn == NULL)
        return false;
    bool ok = ask_all(&asking, genders, viewers, out, err);
    pg_conn_close(asking.conn);
    return ok;
}
