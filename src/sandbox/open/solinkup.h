/* Solinkup's signature, apart from its face so that tests can ask it by value. */
#ifndef SANDBOX_OPEN_SOLINKUP_H
#define SANDBOX_OPEN_SOLINKUP_H

#include "sandbox/sandbox_private.h"

/* What may be signed; empty = not sent. */
typedef struct solinkup_signed {
    base_str access_token, app_key, auth_code, method, open_id, redirect_url, sign_method,
        timestamp, version;
    base_str sign;
    const char *only; /* readings that are accepted, see below; NULL or "" = all */
} solinkup_signed;

/* NULL when one of the readings gives the signature; else what was expected by the default one,
 * the secret masked, in the arena. */
const char *solinkup_sign_check(base_arena *arena, base_str secret, const solinkup_signed *parts);
/* Is it a list of readings, joined by commas: java_demo, java_dispatch (the same text, hashed as
 * the Java sample's switch does), text_example, text_php, text_list; each alone or as
 * NAME/SIGNMETHOD?
 */
bool solinkup_readings_check(base_str list);

#endif
