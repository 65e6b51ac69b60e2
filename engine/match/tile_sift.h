/* What the rough bound (kernel/sift.h) reads: a layout for all, planes for a tile of candidates,
 * tables for a viewer. All of it follows from the slots, codes and tables of the exact one. */
#ifndef MATCHD_ENGINE_MATCH_TILE_SIFT_H
#define MATCHD_ENGINE_MATCH_TILE_SIFT_H

#include "engine/match/tile.h"

/* Sets tiles->sift_layout; its unit_bits stay 0 if the questionnaire has no such form. */
void tiles_lay_sift(struct tiles *tiles);
/* Bytes of a tile: the planes of the kernel, then the answered bits as a viewer; 0 without a form.
 */
size_t tiles_sift_bytes(const struct tiles *tiles);
/* The planes of a tile, once its answers are packed. */
void tiles_pack_sift(struct tiles *tiles, uint32_t tile);
/* A position as a row against other tiles, from its tables. */
void tiles_sift_row(const struct tiles *tiles, const struct kernels *kernels, uint32_t position,
                    const struct answer_row *tables, struct sift_row *out);

#endif
