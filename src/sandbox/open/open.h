/*
 * What the faces of alliance, Qianchuan and Solinkup share: one call with a JSON body, query and
 * path, the catalogue's method behind its path, and the tokens of an app. Each face has its own
 * checks, envelope and codes.
 */
#ifndef SANDBOX_OPEN_OPEN_H
#define SANDBOX_OPEN_OPEN_H

#include "sandbox/generic/generic.h"
#include "sandbox/sandbox_private.h"

/* ---- tokens (apps.c) ---- */

typedef struct open_lives {
    int64_t access_s, refresh_s;
    const char *access_shape, *refresh_shape; /* of face_hex_shape() */
} open_lives;

/* Uses the code up. */
face_grant open_code_use(face_call *call, face_app_kind kind, base_str code);
/* A new pair; the one before dies at once. keep_refresh: it goes on with the same refresh token. */
face_pair *open_pair_new(face_call *call, face_app_kind kind, const open_lives *lives,
                         bool keep_refresh);
face_grant open_token_check(face_call *call, face_app_kind kind, base_str access);
/* OK when it is the current refresh token. */
face_grant open_refresh_check(face_call *call, face_app_kind kind, base_str refresh);

enum { OPEN_CLIENT_LIFE_S = 7200, OPEN_CLIENT_BUFFER_S = 300 };
/* Alliance: a new client token; the one before lives five minutes more, those before it die. */
const char *open_client_new(face_call *call);
face_grant open_client_check(face_call *call, base_str token);

/* ---- one call (call.c) ---- */

typedef struct open_call {
    face_call *face;
    face_app *app;
    face_app_kind kind;
    base_str path;           /* slashes collapsed, none at the end */
    base_str segment;        /* what stands for {name} in the method's path, decoded */
    const cat_method *known; /* NULL: not in the catalogue */
    base_str name;           /* of the known method, else the path: what limits count by */
    face_params query;       /* and the parts of a multipart body */
    bool has_parts;
    yyjson_doc *body_doc;
    yyjson_val *body;   /* an object; NULL when there is none */
    yyjson_doc *merged; /* the method's parameters from wherever they travel */
    face_fault fault;
    base_buf *out;
    /* the refusal */
    int code;
    char *why;
} open_call;

/* A whole call of a face: reading, faults, `run`, and `refuse` where it (or the reading, with the
 * code unreadable) failed. */
void open_serve(face_call *face, face_app_kind kind, base_str path, int unreadable,
                bool (*run)(open_call *call), void (*refuse)(open_call *call));
/* Is this the path, with or without a slash at the end? */
bool open_is(const open_call *call, const char *path);
/* Always false. */
QD_PRINTF(3, 4)
bool open_fail(open_call *call, int code, const char *fmt, ...);
/* Has this app called this method too often? Once a call: it is counted. */
bool open_is_limited(open_call *call);
/* A member of the body as text; empty when absent. */
base_str open_text(open_call *call, const char *name);
/* The parameters by the catalogue, each from its place (query, path, header, body). The problem is
 * for the face to tell. */
bool open_check(open_call *call, generic_problem *out);
bool open_is_get(const open_call *call);
/* "20231115061320" and 18 hex digits */
void open_add_log_id(open_call *call, base_buf *out);

#endif
