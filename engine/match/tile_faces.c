/* What choosing among candidates reads of one of them, together. */
#include <math.h>
#include <stddef.h>

#include "engine/base/mem.h"
#include "engine/match/tile.h"

void tiles_allocate_faces(struct tiles *tiles) {
    size_t bytes = offsetof(struct tile_face, codes) + tiles->slots.layout.groups * 4;
    tiles->face_size = (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    tiles->faces = mem_space(tiles->positions, tiles->face_size);
}

void tiles_pack_face(struct tiles *tiles, uint32_t position) {
    const struct answer_layout *layout = &tiles->slots.layout;
    struct tile_face *face =
        (struct tile_face *)(void *)(tiles->faces + position * tiles->face_size);
    uint32_t tile = position / TILE_LANES, row = tiles->row_of[position];
    face->row = row;
    face->confidence_root = (float)sqrt(COLUMN_OF(tiles->view->population, row, confidence));
    face->visual = tiles->groups[tiles->group_of[tile]].visual;
    face->features_scale = tiles->bytes.features_scale[position];
    face->features_rest = tiles->bytes.features_rest[position];
    size_t at = (size_t)tile * layout->words * TILE_LANES + position % TILE_LANES;
    for (uint32_t w = 0; w < layout->words; w++)
        face->answered[w] = tiles->answered[at + w * TILE_LANES];
    const uint8_t *record = tiles_record(tiles, position);
    for (uint32_t slot = 0; slot < layout->groups * 4; slot++)
        face->codes[slot] = tiles_code(record, slot);
}
