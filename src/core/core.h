/*
 * The door of room core (floor 3): apps, shops, one call as a state machine, token keeper, limiter,
 * retry. What differs between platforms and cannot be said in the catalogue comes in through
 * core_platform, which room platforms implements.
 *
 * Journey of a call: validate -> limit -> token -> build and sign -> send -> decode -> classify ->
 * (wait, again).
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stdatomic.h>

#include "base/base.h"
#include "catalog/catalog.h"
#include "codec/codec.h"
#include "net/net.h"
#include "qiandian/qiandian.h"
#include "sign/sign.h"

/* ---- what a platform must tell ---- */

/* One call about to be sent, as the platform's builder sees it. Borrowed for the call. */
typedef struct core_request {
    const cat_platform *platform;
    const cat_method *method; /* NULL for raw calls */
    const char *method_name;
    const char *raw_path; /* NULL = by rule */
    const char *base_url; /* without a slash at the end; the method's own host where it has one */
    bool own_host;        /* base_url came from the caller and stands for every host */
    const char *environment;
    const char *http_method; /* raw calls: what the caller asked for; NULL */
    const char *shop_id;     /* "" = not given */
    base_str app_key;
    base_str secret; /* of the app, for the token calls that send it; a stand-in when only shown */
    base_str sign_method;
    base_str sign_profile; /* empty = the recipe's default */
    base_str token;        /* empty when the method needs none */
    yyjson_val *params;    /* object */
    int64_t now;           /* the platform's clock, UTC seconds */
    uint64_t random[2];    /* fresh for each attempt */
    sign_context *signer;  /* of the method's recipe; NULL = it is not signed */
    base_arena *arena;     /* of the call: texts of the built request live here */
} core_request;

/* The platform's own headers (at most 8) and the caller's. */
enum { CORE_CALLER_HEADERS = 16, CORE_HEADERS = 8 + CORE_CALLER_HEADERS };

/* What the builder fills in; texts live in the arena. */
typedef struct core_built {
    const char *http_method;
    const char *url;
    qd_http_header headers[CORE_HEADERS];
    size_t header_count;
    base_str body;
    sign_input signed_input; /* for --dry-run and for explaining a refused signature */
} core_built;

/* What the decoder finds in an answer. */
typedef struct core_decoded {
    bool ok;
    yyjson_val *data; /* inner part of a success; NULL when the envelope has none */
    base_str code;    /* "" on success */
    base_str sub_code;
    base_str message; /* platform's words, msg and sub_msg */
    base_str request_id;
    int64_t ban_seconds;    /* "ban will last for N more seconds"; 0 = not said */
    bool signature_refused; /* the platform computed another signature: core shows what we signed */
    bool clock_refused;     /* the timestamp was refused: worth one more try with its own clock */
} core_decoded;

/* Who asks for a token; filled in by core before a platform is asked how. */
typedef struct core_asker {
    const char *shop_id;     /* "" = not known */
    const char *environment; /* "production", "sandbox" */
    const char *subject_id;  /* who authorised, when that is no shop; "" */
    const char *subject_type;
    const char *token_flow;   /* "" = the platform's default */
    const char *redirect_uri; /* of an exchange, where the caller gave one; "" */
    bool tool;                /* of a tool app: never creates by itself */
    bool self;                /* said to be of a self-use app */
} core_asker;

/* How a token is asked for: an ordinary call without a token, made by the keeper. */
typedef struct core_token_call {
    core_asker asker; /* who asks */
    const char *method;
    base_buf params;  /* JSON object */
    const char *path; /* NULL = by the method's rule */
    const char *host; /* the production host, where it is not the platform's; NULL */
} core_token_call;

typedef struct core_authorise_page {
    const qd_authorise_page *asked;
    const char *app_key;
    const char *environment;
    const char *base_url; /* NULL = the platform's own */
} core_authorise_page;

typedef struct core_platform {
    const char *name;
    qd_status (*build)(const core_request *request, core_built *out_built, qd_err *err);
    /* @retval QD_E_PROTOCOL the answer is not this platform's envelope */
    qd_status (*decode)(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out_decoded, qd_err *err);
    /* Can a shop of this kind get a token without its owner? Fills the call that refreshes
     * (refresh_token given) or creates one. NULL members: this platform has no such way.
     * @retval QD_E_AUTH there is no way; err says what the owner has to do */
    qd_status (*token_refresh)(const char *shop_id, base_str refresh_token,
                               core_token_call *out_call, qd_err *err);
    qd_status (*token_create)(const char *shop_id, const char *environment,
                              core_token_call *out_call, qd_err *err);
    /* Reads the answer of either into `token` (lives, not version). now: the platform's clock. */
    qd_status (*token_read)(yyjson_val *data, int64_t now, qd_token *token, qd_err *err);
    /* What follows may be NULL. */
    /* The token that belongs to the app and not to a shop (methods with CAT_AUTH_APP): the call
     * that creates one. Kept once for each app and environment under the handle
     * "app:<platform>:<key>". */
    qd_status (*app_token)(core_token_call *out_call, qd_err *err);
    /* The body of an answer as a document; NULL = it is JSON. */
    qd_status (*parse)(const core_request *request, base_str body, yyjson_doc **out_doc,
                       qd_err *err);
    /* Name of the recipe that signs the method (NULL for raw calls) where the catalogue gives it
     * none of its own; "" = it is not signed. NULL = the platform's, always. */
    const char *(*recipe)(const cat_platform *platform, const cat_method *method, const char *name);
    /* The call that exchanges an authorisation code; read by token_read. */
    qd_status (*token_exchange)(base_str code, core_token_call *out_call, qd_err *err);
    /* Are subject and token flow those of this platform? NULL = it has neither. @retval
     * QD_E_INVALID
     */
    qd_status (*check_asker)(const core_asker *asker, qd_err *err);
    /* Whom the answer of an exchange names; members that are not there stay as they are. NULL =
     * nobody. */
    void (*token_owner)(yyjson_val *data, const char *platform, qd_authorised *out_owner);
    /* The page where an owner authorises; base_url: NULL = the platform's own, else the host that
     * stands for all. Appends.
     * @retval QD_E_INVALID an option is missing  @retval QD_E_UNSUPPORTED no page is known */
    qd_status (*authorise_url)(const core_authorise_page *page, const char *platform, base_buf *out,
                               qd_err *err);
    bool owner_is_shop;     /* the owner's shop_id is the one of qd_shop_options */
    const char *shop_param; /* the parameter that is the shop's own id */
    const char *key_param;  /* the parameter that is the app's key */
    const char *authorise;  /* one sentence: how an owner authorises a shop */
    /* What the platform's documents demand of a call's parameters beyond the catalogue's rules;
     * asked after those, under the same flag.
     * @retval QD_E_INVALID naming the parameter, the rule and the value */
    qd_status (*check)(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                       qd_err *err);
    /* Is this a public parameter that a call may give among the method's own (TOP: target_app_key,
     * format)? The catalogue's rules do not see those; build() takes them. */
    bool (*is_public)(const cat_method *method, base_str name);
    /* Does this app send its own token with the method, whatever the catalogue says (DingTalk)? */
    bool (*wants_app_token)(const char *app_key, const char *method_name);
    /* What the token that was sent tells of a refusal with this code ("level r2 ended at ..."), for
     * the error's message; "" = nothing. now: the platform's clock. */
    base_str (*explain)(base_str code, const qd_token *token, int64_t now, base_arena *arena);
} core_platform;

/* ---- making handles (room platforms does it for the public qd_app_new) ---- */

QD_NODISCARD qd_status core_app_new(const core_platform *platform, const qd_app_options *options,
                                    qd_app **out_app, qd_err *err);
const cat_platform *core_app_catalog(const qd_app *app);
const char *core_app_key(const qd_app *app);

/* Is this a proxy that a shop can have: a URL, or {"http":URL,"https":URL}? "" is none. The message
 * holds nothing of it. @retval QD_E_INVALID */
QD_NODISCARD qd_status core_proxy_check(const char *proxy, qd_err *err);

/* ---- replies, seen from the rooms above ---- */

/* The envelope's inner part; borrowed from the reply; NULL when it has none. */
yyjson_val *core_reply_data(const qd_reply *reply);
/* Number that grows with every request started in this process (order of requests, for
 * store_batch_add). */
int64_t core_reply_seq(const qd_reply *reply);
/* A reply of its own for a part of another (batches): body and request id are copied, doc (which
 * holds data) is taken, also on failure. NULL when out of memory. */
qd_reply *core_reply_part(const qd_reply *whole, base_str body, yyjson_doc *doc, yyjson_val *data,
                          base_str request_id);
/* What a call of the shop checks before anything is sent; params: an object.
 * @retval QD_E_INVALID */
QD_NODISCARD qd_status core_check_params(const qd_shop *shop, const cat_method *method,
                                         yyjson_val *params, qd_err *err);
/* Calls as qd_submit, with parameters already as a document (copied; NULL = none). */
QD_NODISCARD qd_status core_submit(qd_loop *loop, qd_shop *shop, const cat_method *method,
                                   yyjson_val *params, const qd_call_options *options,
                                   qd_call_done_fn done, void *user, qd_err *err);

/* ---- loops, seen from the rooms above ---- */

/* Soon after *stop becomes true the loop's open calls end with QD_E_CANCELLED; one that is just
 * getting a token gets it first, since its answer must not be lost. NULL = never, the default;
 * `stop` is borrowed until then. @locality: the thread of `loop` */
void core_loop_stop_by(qd_loop *loop, const atomic_bool *stop);

/* ---- tokens, seen from the rooms above ---- */

/* Where a shop stands: for `qd shop show` and `qd doctor`. The token's texts are blanked. */
QD_NODISCARD qd_status core_shop_token_info(qd_shop *shop, qd_token *out_token, qd_err *err);

/* The platform's id of the shop; "" when it is not known. */
const char *core_shop_id(const qd_shop *shop);
/* May qd_shop_now() be taken for the platform's now? A base URL of the caller's may lead to a place
 * with a time of its own, which only an answer tells. */
bool core_shop_clock_fits(const qd_shop *shop);

/* ---- pager: walks all pages of a listing in the order the platform demands ---- */

typedef struct core_pager_options {
    const cat_method *method;
    const cat_window *window; /* NULL = no time range */
    int64_t from, to;         /* half-open; widened to the platform's interval by the pager */
    const char *fixed_json;   /* further parameters; NULL = none */
    int32_t page_size;        /* 0 = the largest allowed */
    int prefetch;             /* requests in flight beside the page being handled; 0 = 1 */
} core_pager_options;

typedef struct core_page_result {
    yyjson_val *rows; /* array; borrowed until `reply` is freed */
    size_t row_count;
    int64_t total; /* -1 = the platform told none */
    int32_t page;
    qd_reply *reply; /* owned by the callback: free it */
} core_page_result;
/* Returns QD_OK to go on; anything else ends the walk with that status. */
typedef qd_status (*core_page_fn)(void *user, core_page_result *page, qd_err *err);

/* Walks every page of the range; last page first where the window's rule says so. The walk ends
 * with an error when a page fails for good, a bound is passed (row cap: QD_E_INVALID "would pass
 * the cap": split the range), or the callback says so. out_total: the platform's count in its last
 * answer (-1 = none).
 * @locality: the thread of `loop` */
QD_NODISCARD qd_status core_pager_walk(qd_loop *loop, qd_shop *shop,
                                       const core_pager_options *options, core_page_fn each,
                                       void *user, int64_t *out_total, qd_err *err);
/* The platform's count of a range with one small call. */
QD_NODISCARD qd_status core_pager_count(qd_loop *loop, qd_shop *shop,
                                        const core_pager_options *options, int64_t *out_total,
                                        qd_err *err);

/* ---- files outside the gateway ---- */

/* The clock of the app's options. */
const qd_clock *core_app_clock(const qd_app *app);

enum { CORE_FETCH_SLICE_MS = 200 /* how often cancel is asked */ };

typedef struct core_fetch_options {
    const char *url;
    const qd_http_header *headers; /* nothing is added to them: no token, no signature */
    size_t header_count;
    int64_t timeout_ms;
    size_t max_bytes;
    qd_http_piece_fn piece;
    bool (*cancel)(void *user); /* NULL = never */
    void *user;                 /* of both */
} core_fetch_options;

typedef struct core_fetched {
    qd_http_outcome outcome;
    int status;
    char etag[128];
    char range[96]; /* Content-Range */
    char message[192];
} core_fetched;

/* One GET through the shop's proxy, once. QD_OK whatever came of it: see out_fetched.
 * @retval QD_E_INVALID the URL  @retval QD_E_NOMEM */
QD_NODISCARD qd_status core_fetch(qd_shop *shop, const core_fetch_options *options,
                                  core_fetched *out_fetched, qd_err *err);

#endif
