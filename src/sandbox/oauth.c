/*
 * The pages where an owner authorises an app, for each platform whose page is known: Douyin's
 * service market and its older page, Taobao, alliance, Qianchuan. The owner agrees at once, or
 * refuses with deny=1; shop_id chooses who the owner is. Answers with a redirect, or, without
 * redirect_uri, with a page that shows the code. Solinkup's page is in no source. Not signed, so
 * every parameter may come from anywhere: what is echoed is escaped or refused.
 */
#include <string.h>
#include <strings.h>

#include "sandbox/sandbox_private.h"

typedef struct page {
    const char *path;
    const char *app; /* the parameter that names the app */
    face_platform platform;
    bool typed;         /* response_type=code is required */
    const char *needed; /* a further parameter that must be there, or NULL */
    const char *code;   /* what the code is called on the way back */
} page;

/* Douyin guide (tool apps), an old Douyin SDK, TOP document 102635, open.douyin.com, Ocean Engine:
 * docs/sandbox.md. Of two pages of one path the first whose app parameter is there is meant. */
static const page pages[] = {
    { "/authorize", "service_id", FACE_ON_DOUYIN, false, NULL, "code" },
    { "/authorize", "client_id", FACE_ON_TAOBAO, true, NULL, "code" },
    { "/ffa/open/applicationAuthorize", "app_id", FACE_ON_DOUYIN, true, NULL, "code" },
    { "/platform/oauth/connect", "client_key", FACE_ON_ALLIANCE, true, "scope", "code" },
    { "/openapi/audit/oauth.html", "app_id", FACE_ON_QIANCHUAN, false, NULL, "auth_code" },
};

/* ---- pages for people ---- */

static void add_html(base_buf *out, base_str text) {
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '<':
            base_buf_add_text(out, "&lt;");
            break;
        case '>':
            base_buf_add_text(out, "&gt;");
            break;
        case '&':
            base_buf_add_text(out, "&amp;");
            break;
        case '"':
            base_buf_add_text(out, "&quot;");
            break;
        default:
            base_buf_add_char(out, text.ptr[i]);
            break;
        }
    }
}

static void show(face_call *call, int status, const char *title, const char *before,
                 base_str value) {
    base_buf *out = &call->response->body;
    call->response->status = status;
    call->response->content_type = "text/html;charset=UTF-8";
    base_buf_reset(out);
    base_buf_printf(out,
                    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s"
                    "</title></head><body><h1>%s</h1><p>%s",
                    title, title, before);
    if (value.len > 0) {
        base_buf_add_text(out, "<code>");
        add_html(out, value);
        base_buf_add_text(out, "</code>");
    }
    base_buf_add_text(out, "</p></body></html>\n");
}

static bool refuse(face_call *call, const char *why, base_str value) {
    show(call, 400, "Cannot authorise", why, value);
    return false;
}

/* ---- who asks whom ---- */

/* The Douyin app of an app key or of a service market number; NULL = none. */
static const world_app *douyin_app(const sandbox *sb, base_str name) {
    const world_app *both[] = { world_app_of(sb->world, WORLD_DOUYIN), &sb->tool.app };
    for (size_t i = 0; i < 2; i++) {
        char service[8];
        face_service_id(both[i], service);
        if (base_str_is(name, both[i]->key) || base_str_is(name, service)) {
            return both[i];
        }
    }
    return NULL;
}

/* The shop of this id, or the first one, among those of the app. */
static bool choose_shop(face_call *call, world_platform platform, const world_app *app, base_str id,
                        uint32_t *out) {
    const sandbox *sb = call->sb;
    for (uint32_t i = 0; i < world_shop_count(sb->world); i++) {
        const world_shop *shop = world_shop_at(sb->world, i);
        if (shop->platform == platform && face_app_of_shop(sb, i) == app &&
            (id.len == 0 || base_str_is(id, shop->id_text))) {
            *out = i;
            return true;
        }
    }
    return refuse(call,
                  id.len > 0 ? "No shop of this app has the shop_id "
                             : "No shop of this world is for this app "
                               "(a tool app's shops: <code>qd sandbox --tool-shops N</code>).",
                  id);
}

/* Sets the owner: a shop of the world, or 0 for the one account of the other platforms. */
static bool choose_owner(face_call *call, const page *at, const face_params *params,
                         uint32_t *out) {
    const sandbox *sb = call->sb;
    base_str name = face_param_text(params, at->app);
    base_str id = face_param_text(params, "shop_id");
    *out = 0;
    if (at->platform == FACE_ON_DOUYIN || at->platform == FACE_ON_TAOBAO) {
        bool douyin = at->platform == FACE_ON_DOUYIN;
        const world_app *app =
            douyin ? douyin_app(sb, name) : world_app_of(sb->world, WORLD_TAOBAO);
        if (app == NULL || (!douyin && !base_str_is(name, app->key))) {
            return refuse(call, "Unknown app: ", name);
        }
        return choose_shop(call, (world_platform)at->platform, app, id, out);
    }
    const face_app *app = &sb->apps[at->platform - FACE_ON_ALLIANCE];
    if (!base_str_is(name, app->key)) {
        return refuse(call, "Unknown app: ", name);
    }
    return id.len == 0 || base_str_is(id, app->account) ||
           refuse(call, "No account of this app has the shop_id ", id);
}

/* ---- the way back ---- */

static bool begins(base_str text, const char *with) {
    size_t len = strlen(with);
    return text.len > len && strncasecmp(text.ptr, with, len) == 0;
}

/* http or https with a host, no fragment (RFC 6749, 3.1.2), nothing that could end a header. */
static bool check_redirect(face_call *call, base_str to) {
    size_t host = begins(to, "http://") ? 7 : begins(to, "https://") ? 8 : 0;
    if (host == 0 || strchr("/?#:@", to.ptr[host]) != NULL) {
        return refuse(call, "redirect_uri must be an http or https address: ", to);
    }
    for (size_t i = 0; i < to.len; i++) {
        unsigned char c = (unsigned char)to.ptr[i];
        if (c < 0x20 || c == 0x7f) {
            return refuse(call, "redirect_uri holds a control character.", BASE_STR(""));
        }
        if (c == '#') {
            return refuse(call, "redirect_uri must have no fragment: ", to);
        }
    }
    return true;
}

/* As it came, but what an address cannot hold is percent-encoded. */
static void add_address(base_buf *out, base_str to) {
    for (size_t i = 0; i < to.len; i++) {
        unsigned char c = (unsigned char)to.ptr[i];
        if (c <= ' ' || c > 0x7e || strchr("\"<>\\^`{|}", c) != NULL) {
            base_buf_printf(out, "%%%02X", (unsigned)c);
        } else {
            base_buf_add_char(out, (char)c);
        }
    }
}

static void add_pair(base_buf *out, char mark, const char *name, base_str value) {
    base_buf_printf(out, "%c%s=", mark, name);
    codec_url_encode(out, value, false);
}

static void redirect(face_call *call, const page *at, const face_params *params, const char *code) {
    base_str to = face_param_text(params, "redirect_uri");
    base_str state = face_param_text(params, "state");
    char mark = memchr(to.ptr, '?', to.len) != NULL ? '&' : '?';
    base_buf out;
    base_buf_init(&out, sizeof call->response->location - 1);
    add_address(&out, to);
    if (code != NULL) {
        add_pair(&out, mark, at->code, base_str_of(code));
    } else {
        add_pair(&out, mark, "error", BASE_STR("access_denied"));
        add_pair(&out, '&', "error_description", BASE_STR("the owner refused"));
    }
    if (state.len > 0) {
        add_pair(&out, '&', "state", state);
    }
    if (out.failed) {
        (void)refuse(call, "redirect_uri and state are too long for the sandbox.", BASE_STR(""));
    } else {
        (void)base_copy(call->response->location, sizeof call->response->location,
                        base_buf_str(&out));
        call->response->status = 302;
        call->response->content_type = "text/html;charset=UTF-8";
    }
    base_buf_clear(&out);
}

/* ---- a request ---- */

static bool check_params(face_call *call, const page *at, const face_params *params) {
    base_str type = face_param_text(params, "response_type");
    base_str to;
    if (at->typed && !base_str_is(type, "code")) {
        return refuse(call, "response_type must be code.", type);
    }
    if (at->needed != NULL && face_param_text(params, at->needed).len == 0) {
        return refuse(call, "A parameter is missing: ", base_str_of(at->needed));
    }
    return !face_param(params, "redirect_uri", &to) || check_redirect(call, to);
}

static void serve(face_call *call, const page *at, const face_params *params) {
    uint32_t owner = 0;
    bool denied = base_str_is(face_param_text(params, "deny"), "1");
    base_str to;
    if (!choose_owner(call, at, params, &owner) || !check_params(call, at, params)) {
        return;
    }
    const char *code = denied ? NULL : face_code_issue(call, at->platform, owner);
    face_count(&call->sb->grants, denied ? BASE_STR("authorise refused") : BASE_STR("authorise"));
    if (face_param(params, "redirect_uri", &to)) {
        redirect(call, at, params, code);
    } else if (denied) {
        show(call, 403, "Not authorised", "The owner refused: ", BASE_STR("access_denied"));
    } else {
        show(call, 200, "Authorised", "The code works once, for ten minutes: ", base_str_of(code));
    }
}

/* A fragment never reaches a server: the page hands it over. */
static void serve_fragment(face_call *call) {
    call->response->content_type = "text/html;charset=UTF-8";
    base_buf_add_text(
        &call->response->body,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Douyin"
        "</title></head><body><script>var to=location.hash.slice(1);"
        "if(to.indexOf(\"/ffa/open/applicationAuthorize?\")===0)location.replace(to);"
        "</script><p>Open this page with "
        "<code>#/ffa/open/applicationAuthorize?app_id=...</code></p></body></html>\n");
}

bool face_oauth(face_call *call, base_str path) {
    face_params params = { NULL, NULL, 0 };
    const page *found = NULL;
    base_str named;
    if (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    bool readable = face_params_read(call, false, &params);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (base_str_is(path, pages[i].path) &&
            (found == NULL || !face_param(&params, found->app, &named))) {
            found = &pages[i];
        }
    }
    bool fragment = base_str_is(path, "/index.html");
    if (found == NULL && !fragment) {
        return false;
    }
    if (!base_str_is(call->request->method, "GET")) {
        face_refuse_plain(call, 405, "this page is asked with GET");
    } else if (fragment) {
        serve_fragment(call);
    } else if (!readable) {
        (void)refuse(call, "Too many parameters.", BASE_STR(""));
    } else {
        call->platform = found->platform;
        serve(call, found, &params);
    }
    return true;
}
