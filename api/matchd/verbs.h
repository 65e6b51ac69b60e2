/* What each verb of matchd.proto does. A verb reads a valid request, works on pinned data and fills
 * a reply; it never blocks on another request. Which thread runs it is in the table.
 *
 *   verbs_status.c   Health, Stats                    front thread, at once
 *   verbs_pair.c     ScorePair, PreviewOffers         workers
 *   verbs_explain.c  Explain                          workers
 *   verbs_offers.c   GetOffers                        workers (reads the database)
 *   verbs_actions.c  ActOnOffer, ListMatches, Unmatch workers (writes the database)
 *   verbs_run.c      StartRematch, RematchStatus, DryRunPage    workers
 *   verbs_jobs.c     the same of runs that publish, CancelRematch, ListJobs    workers
 *   reload.c         Reload                           the loading thread */
#ifndef MATCHD_API_MATCHD_VERBS_H
#define MATCHD_API_MATCHD_VERBS_H

#include "api/matchd/reply.h"
#include "api/matchd/service.h"

enum verb_place { VERB_INLINE, VERB_WORKER, VERB_LOADER };

typedef void verb_run(struct service *service, const struct request *request, struct reply *reply);

struct verb_info {
    enum verb_place place;
    verb_run *run; /* NULL for the loader's */
};
const struct verb_info *verb_info(enum verb verb);

verb_run verbs_health, verbs_stats;
verb_run verbs_score_pair, verbs_preview_offers, verbs_get_offers;
verb_run verbs_act_on_offer, verbs_list_matches, verbs_unmatch, verbs_explain;
verb_run verbs_start_rematch, verbs_rematch_status, verbs_dry_run_page;
verb_run verbs_start_jobs, verbs_job_status, verbs_cancel_rematch, verbs_list_jobs;

/* --- shared by verbs ------------------------------------------------------------------------- */

/* A generation and a view of it at the request's clock, pinned. */
struct scene {
    struct generation *generation;
    const struct frame *frame;
    const struct view *view; /* of the frame */
    const struct population *population;
};
/* False with an UNAVAILABLE reply before the first load. */
bool scene_open(struct scene *scene, struct service *service, const struct request *request,
                struct reply *reply) MUST_CHECK;
void scene_close(struct scene *scene, struct service *service);
/* The row of a person, or ROW_NONE with a NOT_FOUND reply that names them as `role`. */
uint32_t scene_person(const struct scene *scene, const char *role, const struct uuid *id,
                      struct reply *reply);

/* The clock of a view, as answers tell it. */
Matchd__V1__Clock *verbs_clock(struct reply *reply, const struct view *view);
Matchd__V1__Candidate *verbs_candidate(struct reply *reply, const struct view *view,
                                       const struct offer *offer);
/* Every part of the score of b for a. */
Matchd__V1__ScorePairResponse *verbs_score(const struct scene *scene, uint32_t a, uint32_t b,
                                           struct reply *reply);

/* A connection that answers, or NULL with an UNAVAILABLE reply; to be given back. */
struct pg_conn *verbs_reader(struct service *service, struct reply *reply);
struct pg_conn *verbs_writer(struct service *service, struct reply *reply);
/* `themes` and `n_themes` of a message. */
char **verbs_themes(struct reply *reply, const struct theme_list *themes);

#endif
