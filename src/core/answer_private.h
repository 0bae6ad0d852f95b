/* One attempt of a call from its request to what the answer means: request.c, answer.c, and what
 * answer.c asks. */
#ifndef CORE_ANSWER_PRIVATE_H
#define CORE_ANSWER_PRIVATE_H

#include "core/core.h"
#include "core/reply_private.h"

typedef struct core_call core_call;

/* ---- request.c: builds, signs, shows ---- */

/* Fills call->request and call->built for one attempt. */
QD_NODISCARD qd_status request_build(core_call *call, const char *token, qd_err *err);
/* The reply of a dry run. */
QD_NODISCARD qd_status request_show(core_call *call, qd_reply **out_reply, qd_err *err);
/* Appends what was signed, secret and token masked. */
void request_explain(core_call *call, base_buf *out);

/* ---- answer.c: what an exchange means ---- */

typedef enum verdict_kind {
    VERDICT_DONE = 0, /* success, or an error that stays */
    VERDICT_AGAIN,    /* after a pause that grows */
    VERDICT_LIMITED,  /* at ban_ms from now */
    VERDICT_TOKEN,    /* expired or revoked: renew, then again */
    VERDICT_CLOCK     /* we have just learned the platform's clock: again at once */
} verdict_kind;

typedef struct verdict {
    verdict_kind kind;
    qd_err err; /* status QD_OK on success */
    qd_reply *reply;
    int64_t ban_ms;
    bool revoked;
    bool inside; /* the failure lies inside a success of the envelope: the reply is kept */
} verdict;

void answer_judge(core_call *call, const qd_http_reply *http, verdict *out);

/* ---- key.c: keys of idempotent writes ---- */

/* Is the method idempotent by a key that the parameters (NULL = none) lack somewhere? */
bool key_lacks(const cat_method *method, yyjson_val *params);
/* Fills it in wherever it is missing; false when out of memory. For methods that key_lacks(). */
bool key_fill(const cat_method *method, const qd_app *app, yyjson_mut_doc *doc,
              yyjson_mut_val *root);
/* Is the method idempotent by a key, and is it there everywhere? */
bool key_carried(const cat_method *method, yyjson_val *params);
/* Appends the keys, with commas between. */
void key_write(const cat_method *method, yyjson_val *params, base_buf *out);

/* ---- outcome.c: failures inside a success of the envelope ---- */

typedef struct outcome_found {
    bool refused;      /* the answer as a whole failed, or every item of it */
    base_str code;     /* texts in the arena */
    base_str sub_code; /* where it lies: "data.code" */
    base_str message;
} outcome_found;
void outcome_judge(const cat_outcome *outcome, yyjson_val *data, base_arena *arena,
                   outcome_found *out);

/* ---- page.c ---- */

/* Keeps which page and how many rows were asked for. */
void page_note(qd_reply *reply, const cat_method *method, yyjson_val *params);

#endif
