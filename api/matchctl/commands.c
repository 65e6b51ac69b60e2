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
    {"rematch", "", "--dry-run: everybody's offers, computed and shown, nothing written", 0,
     TAKES_JSON | TAKES_NDJSON | TAKES_CLOCK | TAKES_DRY_RUN | TAKES_USERS, command_rematch},
    {"reload", "", "load everything anew; answers when the new data is in use", 0, TAKES_JSON,
     command_reload},
};

const size_t command_count = ARRAY_LEN(commands);
