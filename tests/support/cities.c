#include "tests/support/cities.h"

#include <math.h>

#include "tests/support/kernel_case.h"

enum { CITIES = 5 };

static const char *const cities[CITIES] = {"Riga", "Lima", "Oslo", "Doha", "Bonn"};

struct fixture *cities_new(uint32_t people, uint64_t seed) {
    struct draws draws = {seed};
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "values", "H");
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    for (uint32_t i = 0; i < people; i++) {
        struct person p = person_default(f);
        uint32_t city = draw_below(&draws, CITIES);
        p.profile.city = cities[city];
        p.profile.latitude = 30.0 * city - 60.0 + draw_in(&draws, -0.5, 0.5);
        p.profile.longitude = 40.0 * city - 80.0 + draw_in(&draws, -0.5, 0.5);
        if (draw_chance(&draws, 1.0 / 6))
            p.profile.latitude = p.profile.longitude = NAN;
        p.profile.max_distance_km = (int32_t)draw_below(&draws, 80);
        p.user.date_of_birth += (int32_t)draw_below(&draws, 9000) - 8000;
        p.profile.min_age = draw_chance(&draws, 0.2) ? -1 : 18 + (int32_t)draw_below(&draws, 20);
        p.profile.max_age = p.profile.min_age < 0 ? -1 : p.profile.min_age + 12;
        p.user.gender = draw_chance(&draws, 0.5) ? GENDER_MALE : GENDER_FEMALE;
        if (draw_chance(&draws, 0.7))
            p.user.seeking =
                p.user.gender == GENDER_MALE ? GENDER_BIT(GENDER_FEMALE) : GENDER_BIT(GENDER_MALE);
        fixture_slide(f, fixture_add(f, &p), item, 1 + draw_below(&draws, 7));
    }
    return f;
}
