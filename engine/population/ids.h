/* The index of ids; for the files of this folder only. */
#ifndef MATCHD_ENGINE_POPULATION_IDS_H
#define MATCHD_ENGINE_POPULATION_IDS_H

#include "engine/population/store.h"

void ids_init(struct population *p);
/* The id of the newest row. */
void ids_add(struct population *p, uint32_t row);
void ids_finish(struct population *p);

#endif
