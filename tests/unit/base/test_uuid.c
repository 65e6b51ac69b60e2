/* Protects: the written form, the order of unsigned bytes, and version 5 by the RFC's own example.
 */
#include "engine/base/uuid.h"

#include <criterion/criterion.h>

static struct uuid id(const char *text) {
    struct uuid out;
    cr_assert(uuid_from_text(text, &out), "%s", text);
    return out;
}

Test(uuid, text_round_trips_in_lower_case) {
    struct uuid upper = id("6F1D2F3E-6C1B-5D0A-9D5E-2B7C1B0A4E11");
    char text[UUID_TEXT];
    uuid_to_text(&upper, text);
    cr_assert_str_eq(text, "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e11");
    cr_assert_eq(upper.bytes[0], 0x6f);
    cr_assert_eq(upper.bytes[15], 0x11);
}

Test(uuid, anything_else_is_refused) {
    static const char *const refused[] = {
        "",
        "6f1d2f3e6c1b5d0a9d5e2b7c1b0a4e11",
        "{6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e11}",
        "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e1",
        "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e112",
        "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e1g",
        "6f1d2f3e-6c1b-5d0a-9d5e 2b7c1b0a4e11",
        "6f1d2f3e06c1b05d0a09d5e02b7c1b0a4e11",
    };
    struct uuid ignored;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        cr_assert_not(uuid_from_text(refused[i], &ignored), "'%s' was read", refused[i]);
    cr_assert_not(uuid_from_text(NULL, &ignored));
}

Test(uuid, order_is_of_unsigned_bytes) {
    struct uuid low = id("00000000-0000-0000-0000-0000000000ff");
    struct uuid middle = id("7f000000-0000-0000-0000-000000000000");
    struct uuid high = id("80000000-0000-0000-0000-000000000000");
    cr_assert_lt(uuid_order(&low, &middle), 0);
    cr_assert_lt(uuid_order(&middle, &high), 0);
    cr_assert_gt(uuid_order(&high, &low), 0);
    cr_assert_eq(uuid_order(&high, &high), 0);
    cr_assert(uuid_same(&low, &low));
    cr_assert_not(uuid_same(&low, &high));
}

/* RFC 9562, appendix A.4: version 5 of "www.example.com" in the namespace of DNS names. */
Test(uuid, version_5_by_the_rfc) {
    struct uuid dns = id("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), derived;
    char text[UUID_TEXT];
    uuid_derive(&dns, "www.example.com", &derived);
    uuid_to_text(&derived, text);
    cr_assert_str_eq(text, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}
