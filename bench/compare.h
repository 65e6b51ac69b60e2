/* matchd-bench compare: a whole rematch side by side with others' tools, which do less.
 *
 *   rematch    ours: every limit, questionnaire, two-sided score, exact pools, picks
 *   sgemm      the visual dot products in both directions of all pairs of the gender rule (sgemm.h)
 *   faiss      the top 64 of each direction of the same pairs (flat.h)
 *   reference  our own rules in plain C, one viewer after the other, on a sample
 *   sql        one viewer's gates and visual order as one statement, on a sample (sql.h)
 *
 * They take turns, so that whatever else the machine does meets them alike; medians are reported.
 * Before the clock starts there is what depends on one person alone: view and tiles for us, packed
 * float vectors for sgemm, built indexes for FAISS. */
#ifndef MATCHD_BENCH_COMPARE_H
#define MATCHD_BENCH_COMPARE_H

int compare_command(int argc, char **argv);

#endif
