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

/* Called before each attempt of a call, on the thread of the call's loop: a place to look whether
 * the shop's settings have changed elsewhere (another process) and to tell by qd_shop_set_*(). Must
 * be quick and must not make a call. */
typedef void (*qd_shop_watch_fn)(void *user, qd_shop *shop);

typedef struct qd_shop_options {
    const char *handle;      /* t_code: under which the token store knows it */
    const char *environment; /* "production" (NULL) or "sandbox" */
    /* The platform's id: Douyin self-use apps ask for tokens with it; open_id (alliance), openId
     * (Solinkup), advertiser_id (Qianchuan) and customerId (Qimen) of calls that give none. */
    const char *shop_id;
    const char *session;  /* a token given by hand, used when the store has none; such a shop cannot
                             renew it */
    const char *base_url; /* called instead of the platform's own host; NULL = by environment */
    /* "http://host:port" (also https, socks4, socks4a, socks5, socks5h; user:password@ in front of
     * the host), or {"http":URL,"https":URL} to choose by the scheme of the called URL. NULL = none
     * (environment proxies are not used). */
    const char *proxy;
    qd_token_store *token_store; /* borrowed, must outlive the shop; NULL = one in memory */
    /* "tool": the shop's owner authorises the app (authorization_code), it never makes a token by
     * itself. "self": the app is the shop's own. NULL = self where there is a shop_id. */
    const char *app_kind;
    /* How tokens are asked for where a platform has several ways; NULL = its default. Douyin:
     * "oauth2", the old endpoints {host}/oauth2/access_token and refresh_token. */
    const char *token_flow;
    /* Douyin auth_id and auth_subject_type, for who authorises in place of a shop: YunCang,
     * WuLiuShang, WLGongYingShang, MiniApp, MCN, DouKe, Colonel. Both or neither. */
    const char *subject_id;
    const char *subject_type;
    qd_shop_watch_fn watch; /* NULL = none */
    void *watch_user;
} qd_shop_options;

/* @retval QD_E_INVALID malformed proxy or base_url, unknown app_kind, token_flow or subject_type
 * @retval QD_E_NOMEM */
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

/* Whom the platform's answer names; "" = it names nobody. */
typedef struct qd_authorised {
    char shop_id[64]; /* as qd_shop_options.shop_id; an empty one of the shop takes it over */
    char name[256];
} qd_authorised;
/* The same; redirect_uri: as given to the page (NULL = none). out_authorised may be NULL. */
QD_API QD_NODISCARD qd_status qd_shop_authorise_as(qd_shop *shop, const char *code,
                                                   const char *redirect_uri,
                                                   qd_authorised *out_authorised, qd_err *err);

/* What the page needs to know; NULL members are left out. */
typedef struct qd_authorise_page {
    const char *state;        /* comes back beside the code */
    const char *redirect_uri; /* where the code goes */
    const char *service_id;   /* Douyin: the service in its market */
    const char *scope;        /* alliance: what is asked for; NULL = user_info */
    bool old;                 /* Douyin: the page of fxg.jinritemai.com, which takes the app key */
} qd_authorise_page;
/* The URL of the page where an owner authorises the app; with a base_url of the shop, the same page
 * at that host. Free it with free().
 * @retval QD_E_INVALID an option is missing  @retval QD_E_UNSUPPORTED no page is known
 * @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_shop_authorise_url(qd_shop *shop, const qd_authorise_page *page,
                                                    char **out_url, qd_err *err);

/* The switches of a shop that is in use; from any thread. Calls take them with their next attempt;
 * a call that was sent stays in its environment until it ends. Tokens are kept apart by
 * environment. NULL and "": no proxy; production; the platform's own host. Whatever fails changes
 * nothing. @retval QD_E_INVALID malformed  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_shop_set_proxy(qd_shop *shop, const char *proxy, qd_err *err);
QD_API QD_NODISCARD qd_status qd_shop_set_environment(qd_shop *shop, const char *environment,
                                                      const char *base_url, qd_err *err);
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
