/* What the files of room platforms share and nobody else sees. */
#ifndef PLATFORMS_PLATFORMS_PRIVATE_H
#define PLATFORMS_PLATFORMS_PRIVATE_H

#include "platforms/platforms.h"

/* N of "This ban will last for N more seconds" (TOP flow limits); 0 when the text has no such part.
 */
int64_t platforms_ban_seconds(base_str text);
/* base + path with exactly one slash between; path itself when it is an absolute URL. NULL when out
 * of memory. */
char *platforms_url(base_arena *arena, const char *base, const char *path);
/* A scalar member as text in the arena; empty when absent. */
base_str platforms_text(yyjson_val *object, const char *name, base_arena *arena);
/* "a: b", or the one that is not empty. */
base_str platforms_join(base_arena *arena, base_str a, base_str b);
/* A growing text inside the arena's life: copies out and frees buf. */
QD_NODISCARD qd_status platforms_settle(base_arena *arena, base_buf *buf, const char *what,
                                        base_str *out, qd_err *err);
/* Copies a token's text, or says that it does not fit. */
QD_NODISCARD qd_status platforms_token_text(yyjson_val *object, const char *name, bool needed,
                                            char out[QD_TOKEN_TEXT_MAX], qd_err *err);

#endif
