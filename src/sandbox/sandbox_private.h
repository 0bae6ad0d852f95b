/*
 * What the files of room sandbox outside world/ share: the sandbox itself, one call to a face, its
 * parameters, hashing, canonical JSON and counters; faults.h has the faults and limits, tokens.h
 * the apps, codes and tokens.
 */
#ifndef SANDBOX_SANDBOX_PRIVATE_H
#define SANDBOX_SANDBOX_PRIVATE_H

#include <pthread.h>

#include "base/base.h"
#include "codec/codec.h"
#include "httpd/httpd.h"
#include "sandbox/faults.h"
#include "sandbox/sandbox.h"
#include "sandbox/tokens.h"
#include "sandbox/world/world.h"

/* ---- counters: what GET /_sandbox/stats tells ---- */

enum { FACE_COUNTERS = 256, FACE_COUNTER_NAME = 96 };

/* Names and how often; further names than fit are counted together under "other". */
typedef struct face_counters {
    struct {
        char name[FACE_COUNTER_NAME];
        uint64_t count;
    } rows[FACE_COUNTERS];
    size_t used;
    uint64_t total;
} face_counters;

void face_count(face_counters *counters, base_str name);
/* {"total":n,"<key>":{name:n,...}} */
void face_counters_write(const face_counters *counters, const char *key, base_buf *out);

/* ---- the sandbox ---- */

struct sandbox {
    uint64_t seed;
    int64_t skew_s;
    bool allow_offline; /* retired methods answer like the others */
    const qd_clock *clock;
    pthread_mutex_t lock; /* everything below */
    world *world;
    base_arena *arena; /* of the present call */
    int64_t start_ms;  /* the world's time at mono_start_ms, moved by advance */
    int64_t mono_start_ms;
    int64_t advanced_ms; /* what advance added to the world's time */
    bool frozen;
    int64_t frozen_ms;
    uint64_t calls; /* to the faces; numbers the present one */
    face_plan plan;
    face_limits limits;
    face_codes codes;
    face_tool tool;
    face_tokens *tokens; /* one a shop */
    face_dingtalk dingtalk;
    face_app apps[FACE_APPS];
    struct open_state *open;  /* what calls of those have changed; NULL = nothing yet */
    struct face_bills *bills; /* files that were asked for; NULL = none yet */
    face_counters methods, refusals, faults, grants;
};

/* ---- one call ---- */

struct face_call {
    sandbox *sb;
    const httpd_request *request;
    httpd_response *response;
    base_arena *arena;
    int64_t now; /* the world's, UTC seconds */
    uint64_t number;
    face_platform platform; /* whose face answers */
    face_limited limited;   /* set by face_fault_ban() */
};

/* Parameters by name, from the query and then the form body; the first of a name counts. */
typedef struct face_params {
    codec_pair *items;
    const bool *is_file; /* of each item: a part with a file name; NULL = none is */
    size_t count;
} face_params;

/* with_body: the body is a form. False when there are too many or memory is out. */
bool face_params_read(face_call *call, bool with_body, face_params *out);
/* Adds the parts of a multipart/form-data body to params (multipart.c); false with the reason when
 * the body is not strictly of that form. */
bool face_multipart_read(face_call *call, face_params *params, const char **out_why);
bool face_param(const face_params *params, const char *name, base_str *out);
/* Empty when absent. */
base_str face_param_text(const face_params *params, const char *name);

/* Appends a parsed value; a failure shows in out->failed. */
void face_add_json(base_buf *out, const yyjson_val *value);

/* Is the moment within skew of the world's now or of the machine's clock? */
bool face_time_near(const face_call *call, int64_t utc_s, int64_t skew_s);
/* "isv.x-y" and the like, counted as a refusal: "douyin 40003 isv.x-y". */
void face_count_refusal(face_call *call, const char *platform, int code, const char *sub_code);

/* ---- hashing (crypt.c) ---- */

typedef enum face_hash { FACE_MD5, FACE_SHA256, FACE_HMAC_MD5, FACE_HMAC_SHA256 } face_hash;
enum { FACE_HEX_MAX = 129 };
/* Writes hex digits and NUL, returns how many; 0 on failure. key counts for the HMACs. */
size_t face_digest_hex(face_hash hash, base_str key, base_str text, bool upper,
                       char out[FACE_HEX_MAX]);
/* Constant time in want; false for an empty one. Hex of either case is taken, as clients send it,
 * but not of both mixed. */
bool face_sign_equal(base_str got, const char *want, size_t want_len);
/* shape with every 'x' replaced by a digit that (a, b) decide; NULL when memory is out. */
char *face_hex_shape(uint64_t a, uint64_t b, base_arena *arena, const char *shape);
/* "***" where the secret stood, at most limit bytes of middle: "***app_key...***". */
char *face_masked(base_arena *arena, bool wrapped, base_str middle, size_t limit);

/* ---- canonical JSON (canonical.c) ---- */

typedef enum face_escape {
    FACE_ESCAPE_PLAIN, /* only what JSON demands, and U+2028/2029 */
    FACE_ESCAPE_LEAST, /* only what JSON demands */
    FACE_ESCAPE_GO,    /* and < > & */
    FACE_ESCAPE_GSON,  /* and = ' */
    FACE_ESCAPE_ASCII  /* and everything beyond ASCII */
} face_escape;
/* Appends text's canonical form, numbers as they were written but for 1.0 = 1, or as floats are
 * printed; false when it is no JSON, too deep, or out is full. */
bool face_canonical(base_str text, face_escape escape, bool as_floats, base_arena *arena,
                    base_buf *out);

/* ---- the faces and the control pages ---- */

void face_douyin(face_call *call, base_str path);
void face_taobao(face_call *call, base_str path);
void face_alliance(face_call *call, base_str path);
void face_qianchuan(face_call *call, base_str path);
void face_solinkup(face_call *call, base_str path);
void face_control(face_call *call, base_str path);
/* The pages where owners authorise (oauth.c). False when the path is none of them. */
bool face_oauth(face_call *call, base_str path);
/* The truth's JSON; with_orders adds order_list. The lock is held. */
QD_NODISCARD qd_status face_truth(sandbox *sb, bool with_orders, base_buf *out, qd_err *err);
/* GET /_sandbox/records: what is kept for a Douyin shop's warehouses, distribution and supply, all
 * kinds or one; false when there is no such kind (douyin/kept_page.c). */
bool kept_records_page(face_call *call, uint32_t shop, base_str kind);
/* The world's time; the lock is held. */
int64_t face_now_ms(const sandbox *sb);
void face_freeze(sandbox *sb, bool frozen);
void face_advance(sandbox *sb, int64_t seconds);
/* Appends [{"auth_id","cipher_text","decrypt_text","err_no",...}] for a list of {auth_id,
 * cipher_text}; shop WORLD_NONE: whichever the order is of (douyin/secret.c). */
void face_secret_open(const face_call *call, uint32_t shop, yyjson_val *items, bool mask,
                      base_buf *out);
/* Files under /_files/, without token and signature (douyin/bill.c). */
void face_files(face_call *call, base_str path);
void face_bills_free(sandbox *sb);
/* Replaces the answer's body by {"error":message}. */
void face_refuse_plain(face_call *call, int status, const char *message);

#endif
