/* A reply from inside: made by answer.c and request.c, read by reply.c and view.c. */
#ifndef CORE_REPLY_PRIVATE_H
#define CORE_REPLY_PRIVATE_H

#include "base/base.h"
#include "catalog/catalog.h"
#include "codec/codec.h"
#include "qiandian/call.h"

typedef struct reply_texts reply_texts; /* view.c: texts that views have made */
void reply_texts_free(reply_texts *texts);

struct qd_reply {
    char *body; /* NUL-terminated */
    size_t body_len;
    yyjson_doc *doc;
    yyjson_val *data;
    char *data_json;
    reply_texts *texts;           /* NULL = none yet */
    const cat_method *method;     /* NULL for raw calls */
    char *keys;                   /* of an idempotent write, with commas between; NULL = none */
    bool repeated;                /* an earlier attempt did the work */
    int64_t sent_page, sent_size; /* -1 = none; page.c */
    char page_next[24];           /* what qd_page_of() made */
    char request_id[72];
    int attempts;
    int http_status;
    int64_t total_us;
    int64_t seq;
};

/* Copies the body; NULL when out of memory. */
qd_reply *reply_new(base_str body);

#endif
