/* What the files of room core share and nobody else sees. */
#ifndef CORE_CORE_PRIVATE_H
#define CORE_CORE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/answer_private.h"
#include "core/core.h"
#include "core/limiter_private.h"
#include "core/reply_private.h"

enum {
    CORE_TIMEOUT_MS = 30000,
    CORE_DEADLINE_MS = 120000,
    CORE_ATTEMPTS = 5,
    CORE_BACKOFF_BASE_MS = 200,
    CORE_BACKOFF_CAP_MS = 5000,
    /* A ban longer than this is a used-up quota (TOP: 31,062 s seen), no pause to sleep through:
     * the call ends as LIMITED at once, however long its deadline. */
    CORE_QUOTA_MS = 60000,
    CORE_IDLE_LOOPS = 16,   /* kept for qd_call(), each with its open connections */
    CORE_IDLE_SIGNERS = 16, /* keyed contexts kept; more callers at once make their own */
    CORE_RENEWALS = 2,      /* tokens that one call may cause to be renewed */
    CORE_LOCK_POLL_MS = 10, /* first pause before a token lock is tried again */
    CORE_LOCK_POLL_MAX_MS = 100,
    CORE_REFUSED_BASE_S = 30, /* pause after a refused refresh, doubled with each */
    CORE_REFUSED_CAP_S = 3600,
    CORE_SAME_S = 60,         /* a pair that came back unchanged is left alone at least so long */
    CORE_LAST_HOUR_S = 3600,  /* Douyin gives the same pair back until then (vendor SDKs) */
    CORE_EXPLAIN_BYTES = 300, /* of a masked string to sign inside an error message */
    CORE_DATE_BOUND_S = 12 * 3600,
    CORE_APP_TOKEN_S = 30 /* an app's token refused so soon after it was made is not made again */
};

/* ---- app.c ---- */

struct qd_app {
    atomic_int refs;
    const core_platform *platform;
    const cat_platform *catalog;
    char *key;
    base_secret secret;
    char *sign_method;
    char *sign_profile; /* NULL = the recipe's default */
    const qd_clock *clock;
    qd_transport_make_fn transport_make;
    void *transport_user;
    int64_t timeout_ms;
    int64_t deadline_ms;
    int max_attempts;
    int calls_per_second; /* 0 = no budget */
    limiter limits;
    pthread_mutex_t mutex; /* of the two pools */
    sign_context *signers[CORE_IDLE_SIGNERS];
    size_t signer_count;
    qd_loop *loops[CORE_IDLE_LOOPS];
    size_t loop_count;
};

int64_t app_mono_ms(const qd_app *app);
int64_t app_wall_s(const qd_app *app);
uint64_t app_random(const qd_app *app);
/* The recipe of a method, NULL in *out_recipe when it is not signed.
 * @retval QD_E_UNSUPPORTED the catalogue names a recipe that is not there */
QD_NODISCARD qd_status app_recipe(const qd_app *app, const cat_method *method, const char *name,
                                  const sign_recipe **out_recipe, qd_err *err);
/* A signing context for one use by the calling thread; give it back. */
QD_NODISCARD qd_status app_take_signer(qd_app *app, const sign_recipe *recipe,
                                       sign_context **out_signer, qd_err *err);
void app_give_signer(qd_app *app, sign_context *signer);
/* A loop without open calls for one qd_call(); it holds no reference to the app. */
QD_NODISCARD qd_status app_take_loop(qd_app *app, qd_loop **out_loop, qd_err *err);
void app_give_loop(qd_app *app, qd_loop *loop);

/* ---- route.c: where and as whom a shop's calls go ---- */

enum { SHOP_PRODUCTION = 0, SHOP_SANDBOX = 1, SHOP_SIDES = 2 };

const char *shop_side_name(int side);
/* NULL and "" are production. @retval QD_E_INVALID */
QD_NODISCARD qd_status shop_side_find(const char *environment, int *out_side, qd_err *err);

/* Never changed, replaced as a whole. */
typedef struct shop_route {
    atomic_int refs;
    int side;
    bool own_host; /* base_url came from the caller: its clock may be anywhere */
    char *base_url;
    char *proxy[2]; /* for http:// and https:// targets; NULL = none */
} shop_route;

typedef struct route_setup {
    const char *environment;
    const char *base_url; /* NULL, "" = the platform's */
    const char *proxy;    /* URL or pair; NULL, "" = none */
} route_setup;

QD_NODISCARD qd_status route_make(const qd_app *app, const route_setup *setup,
                                  shop_route **out_route, qd_err *err);
/* The one of this moment; free it with route_free(). */
shop_route *route_take(qd_shop *shop);
void route_put(qd_shop *shop, shop_route *route); /* takes the route */
shop_route *route_ref(shop_route *route);
void route_free(shop_route *route);
const char *route_proxy(const shop_route *route, const char *url);
/* Before an attempt: asks the shop's watcher, then gives the call the route of this moment. */
void route_look(core_call *call);

/* ---- shop.c ---- */

/* What this process knows of a shop's token; renewal.c and keeper.c. @locks: mutex */
typedef struct keeper {
    pthread_mutex_t mutex;
    qd_token token; /* as stored last; version 0 and a text: the session given by hand */
    bool loaded;
    bool refused;        /* the platform called token.access expired */
    bool revoked;        /* ... or no longer valid */
    bool by_hand;        /* token.access is the session of the options */
    core_call *renewer;  /* the call that renews just now; NULL = none */
    int64_t quiet_until; /* platform clock: a pair that still works is not asked for before */
    int64_t same_until;  /* platform clock: ... and one that came back unchanged is not, refused or
                            not */
    qd_token unsaved;    /* a new pair that the disk refused; never used before it is stored */
    bool has_unsaved;
} keeper;

/* What is kept apart by environment. */
typedef struct shop_side {
    keeper keeper;
    atomic_llong clock_offset_s;
    atomic_bool clock_known;
} shop_side;

struct qd_shop {
    atomic_int refs;
    qd_app *app;
    char *handle;
    char *_Atomic shop_id; /* NULL = not given; set once, when an authorisation tells it */
    atomic_bool tool;      /* of a tool app: tokens only by an owner's authorisation */
    bool self;        /* said to be of a self-use app: may ask without a shop_id (a test shop) */
    char *token_flow; /* NULL = the platform's default */
    char *subject_id; /* NULL = the shop itself authorised */
    char *subject_type;
    base_secret session;
    int session_side;    /* the environment that the session is for */
    bool is_app;         /* no shop, but where the app's own token is kept: it has no route */
    qd_shop *app_holder; /* that one; NULL where the platform has no such token */
    qd_token_store *tokens;
    bool owns_tokens;
    qd_shop_watch_fn watch;
    void *watch_user;
    pthread_mutex_t switch_mutex; /* one switch at a time */
    pthread_mutex_t route_mutex;  /* of the pointer */
    shop_route *route;
    shop_side sides[SHOP_SIDES];
};

/* Whose token the method sends: the shop's, or the app's. */
qd_shop *shop_holder(qd_shop *shop, const cat_method *method, const char *name);
/* The platform's clock in an environment. */
int64_t shop_now(const qd_shop *shop, int side);
bool shop_now_known(const qd_shop *shop, int side);
void shop_forget_clock(qd_shop *shop, int side);
/* Learns the platform's clock from a Date header; true when that moved it by more than a minute. */
bool shop_learn_clock(qd_shop *shop, const shop_route *route, const char *date);
/* What the platform's files are told about who asks for a token. */
void shop_fill_asker(const qd_shop *shop, int side, core_token_call *out);
/* Can it get a token without its owner? */
bool shop_may_create(const qd_shop *shop);

/* ---- loop.c ---- */

struct qd_loop {
    qd_app *app;
    bool owns_app; /* false for pooled ones: the app owns them */
    qd_transport *transport;
    core_call **heap; /* open calls that wait for a time, by wake_ms */
    size_t heap_count;
    size_t heap_room;
    core_call *calls;        /* every open call, also the keeper's own */
    size_t slots;            /* calls that have a place in the heap reserved */
    size_t open;             /* calls of users */
    size_t sending;          /* exchanges in the transport */
    uint64_t ended;          /* calls of users, ever */
    bool closing;            /* takes no more calls */
    const atomic_bool *stop; /* true: open calls end; NULL = never */
};

QD_NODISCARD qd_status loop_make(qd_app *app, qd_loop **out_loop, qd_err *err);
/* Reserves a place in the timer heap and links the call in. */
QD_NODISCARD qd_status loop_add(qd_loop *loop, core_call *call, qd_err *err);
void loop_remove(qd_loop *loop, core_call *call);
/* The call's one timer; a second set moves it. */
void loop_set_timer(qd_loop *loop, core_call *call, int64_t wake_ms);
void loop_clear_timer(qd_loop *loop, core_call *call);

/* ---- call.c: one call as a state machine ---- */

typedef enum call_state {
    CALL_READY = 0, /* next: a token, a slot, the request */
    CALL_SLOT,      /* waits for its slot of the budget; then it sends */
    CALL_LOCK,      /* is the renewer and waits for the token's lock */
    CALL_RENEWING,  /* is the renewer and waits for its own token call */
    CALL_SENDING
} call_state;

typedef struct renewal renewal;

struct core_call {
    qd_loop *loop;
    qd_shop *shop;
    qd_shop *holder;          /* whose token it sends: the shop, or its app_holder */
    shop_route *route;        /* of the attempt; its environment stays once something was sent */
    const cat_method *method; /* NULL for raw calls */
    char *name;
    char *raw_path;
    char *host;              /* of a token call; NULL */
    char *http_method;       /* of a raw call; NULL */
    qd_http_header *headers; /* the caller's; one block with their texts */
    size_t header_count;
    const sign_recipe *recipe; /* NULL = not signed */
    yyjson_doc *params;
    unsigned flags;
    bool idempotent;
    bool keyed;    /* ... by a key that every attempt carries */
    bool key_made; /* ... which is ours */
    bool unclear;  /* keyed: an attempt may have acted */
    bool needs_token;
    bool token_optional;
    bool internal; /* the keeper's own */
    qd_call_done_fn done;
    void *user;
    call_state state;
    int64_t deadline_ms; /* monotonic */
    int attempts;
    int limited; /* limit answers in a row */
    int renewals;
    bool clock_retried;
    bool cancelling;
    int64_t clock_used; /* the clock's offset that the attempt was stamped with */
    bool is_renewer;
    char token[QD_TOKEN_TEXT_MAX]; /* lent for the attempt */
    base_arena *arena;             /* of the attempt */
    core_request request;
    core_built built;
    int64_t seq;
    uint64_t exchange;
    renewal *renewal;
    qd_err last;      /* why the attempt before failed */
    qd_reply *answer; /* the platform's refusal of the token before */
    core_call *prev, *next;
    int64_t wake_ms;
    size_t heap_at; /* place in the heap + 1; 0 = no timer */
};

typedef struct call_setup {
    qd_shop *shop;
    const cat_method *method;
    const char *name;
    yyjson_doc *params; /* taken, also on failure */
    const qd_call_options *options;
    qd_call_done_fn done;
    void *user;
    bool internal;
    bool key_made;       /* we filled in the key of an idempotent write */
    const char *path;    /* of a token call; NULL = by rule */
    const char *host;    /* of a token call; NULL = the platform's */
    int64_t deadline_ms; /* monotonic; 0 = by the options */
    shop_route *route;   /* of a token call; borrowed; NULL = the shop's */
} call_setup;

/* core_submit() with a handle to cancel by. */
QD_NODISCARD qd_status submit_call(qd_loop *loop, qd_shop *shop, const cat_method *method,
                                   yyjson_val *params, const qd_call_options *options,
                                   qd_call_done_fn done, void *user, core_call **out_call,
                                   qd_err *err);
/* Makes the call and starts its timer; it begins in the loop's next run. */
QD_NODISCARD qd_status call_start(qd_loop *loop, const call_setup *setup, core_call **out_call,
                                  qd_err *err);
/* The timer fired, or the keeper has a token: take the next step. */
void call_step(core_call *call);
/* Ends it: takes it out of the loop, then calls back. reply may be NULL. */
void call_finish(core_call *call, qd_reply *reply, const qd_err *err);
/* Ends it with QD_E_CANCELLED, or without calling back. */
void call_cancel(core_call *call, bool tell);
/* Sets the timer, but never behind the deadline: then false and the call has ended. `why` is the
 * error to end with; its status becomes TIMEOUT when it is NULL. */
bool call_wait(core_call *call, int64_t wait_ms, const qd_err *why);
int64_t call_rest_ms(const core_call *call);
/* Ends it since no token is to be had, with the platform's refusal of the old one beside it. */
void call_fail_token(core_call *call, const qd_err *err);

#include "core/keeper_private.h"

#endif
