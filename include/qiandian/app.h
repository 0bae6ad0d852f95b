/*
 * Applications and shops: the handles that calls are made with.
 *
 * Both are reference counted and may be used from any thread; qd_*_free() gives back the caller's
 * reference.
 */
#ifndef QIANDIAN_APP_H
#define QIANDIAN_APP_H

#include <stddef.h>

#include "qiandian/error.h"
#include "qiandian/sys/clock.h"
#include "qiandian/sys/token_store.h"
#include "qiandian/sys/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Keys of one application on one platform; rate budgets belong to app x method. */
typedef struct qd_app qd_app;
/* One authorised seller (creator, advertiser); the token belongs to it. */
typedef struct qd_shop qd_shop;

/* Makes a transport for one loop; called again for every loop that is needed. NULL on failure with
 * err filled. */
typedef qd_transport *(*qd_transport_make_fn)(void *user, qd_err *err);

/* Everything is copied but clock and the transport maker's user, which must outlive the app. */
typedef struct qd_app_options {
    const char *platform; /* "douyin", "taobao", "alliance", "qianchuan", "solinkup" */
    const char *key;
    const char *secret;
    /* NULL = the platform's default. Where a recipe has profiles, "PROFILE/METHOD" chooses both:
     * "text_example/md5" (Solinkup). */
    const char *sign_method;
    const qd_clock *clock;               /* NULL = qd_clock_system() */
    qd_transport_make_fn transport_make; /* NULL = libcurl */
    void *transport_user;
    int64_t timeout_ms;   /* of one exchange; 0 = 30000 */
    int64_t deadline_ms;  /* of one call with its retries and waits; 0 = 120000 */
    int max_attempts;     /* 0 = 5; 1 = no retries */
    int calls_per_second; /* app x method budget; 0 = the catalogue's, -1 = none */
} qd_app_options;

/* @retval QD_E_INVALID unknown platform, empty key  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_app_new(const qd_app_options *options, qd_app **out_app,
                                         qd_err *err);
QD_API qd_app *qd_app_ref(qd_app *app);
QD_API void qd_app_free(qd_app *app); /* NULL is accepted */

typedef struct qd_shop_options {
    const char *handle;      /* t_code: under which the token store knows it */
    const char *environment; /* "production" (NULL) or "sandbox" */
    /* The platform's id: Douyin self-use apps ask for tokens with it; open_id (alliance), openId
     * (Solinkup), advertiser_id (Qianchuan) and customerId (Qimen) of calls that give none. */
    const char *shop_id;
    const char *session;  /* a token given by hand, used when the store has none; such a shop cannot
                             renew it */
    const char *base_url; /* called instead of the platform's own host; NULL = by environment */
    const char *proxy;    /* "http://host:port"; NULL = none (environment proxies are not used) */
    qd_token_store *token_store; /* borrowed, must outlive the shop; NULL = one in memory */
} qd_shop_options;

/* @retval QD_E_INVALID malformed proxy or base_url  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_shop_new(qd_app *app, const qd_shop_options *options,
                                          qd_shop **out_shop, qd_err *err);
QD_API qd_shop *qd_shop_ref(qd_shop *shop);
QD_API void qd_shop_free(qd_shop *shop); /* NULL is accepted */
/* Exchanges the code that the owner's consent gave for a token and stores it; blocks up to the
 * app's deadline. A code works once and for minutes (Douyin, Qianchuan: 10): after a failure that
 * leaves the outcome open the owner consents again.
 * @retval QD_E_AUTH  QD_E_PLATFORM refused  @retval QD_E_UNSUPPORTED  @retval QD_E_UNAVAILABLE
 * QD_E_IO
 */
QD_API QD_NODISCARD qd_status qd_shop_authorise(qd_shop *shop, const char *code, qd_err *err);
/* Borrowed, alive as long as the shop. */
QD_API const char *qd_shop_handle(const qd_shop *shop);
QD_API qd_app *qd_shop_app(const qd_shop *shop);

/* The platform's clock: UTC seconds now, as learned from the Date header of its answers (within 12
 * hours of ours for the platform's own hosts, any for a base_url of the caller); ours until an
 * answer came. */
QD_API int64_t qd_shop_now(const qd_shop *shop);
/* Has an answer told the platform's clock yet? */
QD_API bool qd_shop_now_known(const qd_shop *shop);

#ifdef __cplusplus
}
#endif
#endif
