/* Text that goes to other programs and to terminals. */
#ifndef MATCHD_API_WIRE_TEXT_H
#define MATCHD_API_WIRE_TEXT_H

/* Makes a text valid UTF-8 without control characters, in place: each byte that is neither (also of
 * a character that was cut off at the end) becomes '?'. Texts that quote what a stranger sent, or
 * that were cut to a size, are not safe to put into a message otherwise. Returns `text`. */
char *text_clean(char *text);

#endif
