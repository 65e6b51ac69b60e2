/* What may be shown of a setting: passwords of URLs and of libpq's keyword strings are masked. */
#ifndef MATCHD_API_MATCHD_SECRET_H
#define MATCHD_API_MATCHD_SECRET_H

/* A copy (malloc'ed) in which what follows "user:" in a URL up to the last '@',
 * and the value after "password=" (also "sslpassword=", in a URL's query too), is ***. */
char *secret_mask(const char *text);

#endif
