/* What a run proves of itself, as JSON: for its record, RematchStatus and Stats.
 *
 *   gender_pairs        unordered pairs that pass the gender rule
 *   eligible            ordered pairs
 *   bounded_answers     discarded by the bound after the questionnaire, _bytes after 8-bit and
 *                       _words after 16-bit dot products
 *   pushed, canonical   ordered pairs that reached a list, that were scored exactly
 *   repaired            viewers searched twice because a guess was too high
 *   witnesses           viewers whose whole pool was scored exactly, to hold bounds against values
 *   least_margin        of the witness whose K-th best lies least above what was discarded:
 *                       {"viewer", "kth", "discarded"}, raw; `discarded` is above the bound of
 * every candidate that was discarded. null: no witness had K candidates */
#ifndef MATCHD_API_MATCHD_CERTIFICATE_H
#define MATCHD_API_MATCHD_CERTIFICATE_H

#include "engine/match/run.h"

enum { CERTIFICATE_TEXT = 640 };

void certificate_json(const struct certificate *certificate, const struct view *view,
                      char text[CERTIFICATE_TEXT]);

#endif
