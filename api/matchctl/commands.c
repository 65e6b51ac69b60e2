#include "api/matchctl/commands.h"

const struct command commands[] = {
    {"health", "", "is the daemon ready, and with which data (exit 1 while it is not)", 0,
     TAKES_JSON, command_health},
    {"stats", "", "what it has counted since its start", 0, TAKES_JSON, command_stats},
    {"offers", "USER", "the live offers of a person, with cards", 1, TAKES_JSON | TAKES_CLOCK,
     command_offers},
    {"preview", "USER", "the first -k candidates of the exact order (10)", 1,
     TAKES_JSON | TAKES_CLOCK | TAKES_K, command_preview},
    {"score", "A B", "every part of the score of B for A; in words, both directions", 2,
     TAKES_JSON | TAKES_CLOCK, command_score},
    {"rematch", "", "everybody's offers of a batch, published; --dry-run: shown, nothing written",
     0,
     TAKES_JSON | TAKES_NDJSON | TAKES_CLOCK | TAKES_DRY_RUN | TAKES_USERS | TAKES_ZONE |
         TAKES_WAIT | TAKES_PARANOID,
     command_rematch},
    {"jobs", "", "the newest -k runs that publish (20): running, done, failed", 0,
     TAKES_JSON | TAKES_K, command_jobs},
    {"cancel", "RUN", "ends a run; what it has published stays", 1, TAKES_JSON, command_cancel},
    {"explain", "OFFER", "an offer computed again: every part, and what has changed since", 1,
     TAKES_JSON, command_explain},
    {"act", "USER OFFER ACTION", "accept, pass or not_now, in a person's name", 3,
     TAKES_JSON | TAKES_KEY, command_act},
    {"matches", "USER", "the matches of a person (--status active, closed or all)", 1,
     TAKES_JSON | TAKES_STATUS, command_matches},
    {"unmatch", "USER MATCH", "ends a match for good (--reason)", 2,
     TAKES_JSON | TAKES_KEY | TAKES_REASON, command_unmatch},
    {"reload", "", "load everything anew; answers when the new data is in use", 0, TAKES_JSON,
     command_reload},
};

const size_t command_count = ARRAY_LEN(commands);
