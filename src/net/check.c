/*
 * Checks of URLs, proxies and whole requests, and the text helpers of the room. Sends nothing.
 */
#include <string.h>
#include <strings.h>

#include "net/net_private.h"

const char *net_reply_header(const qd_http_reply *reply, const char *name) {
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcasecmp(reply->headers[i].name, name) == 0) {
            return reply->headers[i].value;
        }
    }
    return NULL;
}

void net_clean_message(const char *text, char out[NET_MESSAGE]) {
    char line[NET_MESSAGE + 8]; /* longer than out, so that base_copy() sees where to cut */
    size_t len = 0;
    size_t authority = 0; /* where the text after the last "//" starts; 0 = none */
    for (const char *at = text; *at != '\0' && len + 1 < sizeof(line); at++) {
        if (*at == '?') {
            /* A query may hold tokens and personal data: skip to the end of the URL. */
            at += strcspn(at, " \t\r\n'\"");
            at--;
            authority = 0;
            continue;
        }
        unsigned char byte = (unsigned char)*at;
        if (byte == '@' && authority > 0) {
            len = authority;
            continue;
        }
        line[len++] = byte < 0x20 || byte == 0x7f ? ' ' : *at;
        if (byte == '/' && len >= 2 && line[len - 2] == '/') {
            authority = len;
        } else if (byte == '/' || byte == ' ') {
            authority = 0;
        }
    }
    while (len > 0 && line[len - 1] == ' ') {
        len--;
    }
    base_copy(out, NET_MESSAGE, (base_str){ line, len });
}

/* A part of the parsed URL; the caller frees it with curl_free(). NULL when absent. */
static char *url_part(CURLU *url, CURLUPart part) {
    char *text = NULL;
    return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

static bool has_part(CURLU *url, CURLUPart part) {
    char *text = url_part(url, part);
    bool has = text != NULL && text[0] != '\0';
    curl_free(text);
    return has;
}

/* Space and control characters never belong into a URL; libcurl lets some pass. */
static bool url_bytes_ok(const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte <= 0x20 || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool scheme_is(CURLU *url, const char *const *schemes) {
    char *scheme = url_part(url, CURLUPART_SCHEME);
    bool known = false;
    for (size_t i = 0; scheme != NULL && schemes[i] != NULL; i++) {
        known = known || strcasecmp(scheme, schemes[i]) == 0;
    }
    curl_free(scheme);
    return known;
}

/* The text itself is left out of the messages: a proxy may hold a password. */
static const char *proxy_fault(CURLU *url, const char *proxy) {
    static const char *const schemes[] = { "http",   "https",   "socks4", "socks4a",
                                           "socks5", "socks5h", NULL };
    if (!url_bytes_ok(proxy) || strstr(proxy, "://") == NULL ||
        curl_url_set(url, CURLUPART_URL, proxy, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return "is not a URL such as http://10.0.0.5:3128 or socks5://proxy.example:1080";
    }
    if (!scheme_is(url, schemes)) {
        return "must start with http://, https://, socks4://, socks4a://, socks5:// or socks5h://";
    }
    if (!has_part(url, CURLUPART_HOST)) {
        return "has no host";
    }
    if (!has_part(url, CURLUPART_PORT)) {
        return "has no port (as in http://10.0.0.5:3128)";
    }
    char *path = url_part(url, CURLUPART_PATH);
    bool bare = path == NULL || path[0] == '\0' || strcmp(path, "/") == 0;
    curl_free(path);
    if (!bare || has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT)) {
        return "must end after the port";
    }
    return NULL;
}

qd_status net_proxy_check(const char *proxy, qd_err *err) {
    if (proxy == NULL || proxy[0] == '\0') {
        return base_fail(err, QD_E_INVALID, "the proxy is empty");
    }
    CURLU *url = curl_url();
    if (url == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a URL");
    }
    const char *fault = proxy_fault(url, proxy);
    curl_url_cleanup(url);
    return fault == NULL ? QD_OK : base_fail(err, QD_E_INVALID, "the proxy %s", fault);
}

static const char *base_url_fault(CURLU *url, const char *text) {
    static const char *const schemes[] = { "http", "https", NULL };
    if (!url_bytes_ok(text) || strstr(text, "://") == NULL ||
        curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return "is not a URL such as https://openapi-fxg.jinritemai.com";
    }
    if (!scheme_is(url, schemes)) {
        return "must start with http:// or https://";
    }
    if (!has_part(url, CURLUPART_HOST)) {
        return "has no host";
    }
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD)) {
        return "must not hold a user name or password";
    }
    if (strpbrk(text, "?#") != NULL) {
        return "must not hold a query or fragment";
    }
    return NULL;
}

qd_status net_base_url_check(const char *url_text, qd_err *err) {
    if (url_text == NULL || url_text[0] == '\0') {
        return base_fail(err, QD_E_INVALID, "the base URL is empty");
    }
    CURLU *url = curl_url();
    if (url == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a URL");
    }
    const char *fault = base_url_fault(url, url_text);
    curl_url_cleanup(url);
    return fault == NULL ? QD_OK : base_fail(err, QD_E_INVALID, "the base URL %s", fault);
}

/* Header names are tokens, values one line: nothing may smuggle in a second header. */
static bool header_ok(const qd_http_header *header) {
    if (header->name == NULL || header->value == NULL || header->name[0] == '\0') {
        return false;
    }
    for (const char *at = header->name; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte <= 0x20 || byte >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", byte) != NULL) {
            return false;
        }
    }
    return strpbrk(header->value, "\r\n") == NULL;
}

qd_status net_request_check(const qd_http_request *request, qd_err *err) {
    const char *method = request->method;
    if (method == NULL || (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)) {
        return base_fail(err, QD_E_INVALID, "the method must be GET or POST");
    }
    if (strcmp(method, "GET") == 0 && request->body_len > 0) {
        return base_fail(err, QD_E_INVALID, "a GET has no body");
    }
    const char *url = request->url;
    if (url == NULL || !url_bytes_ok(url) ||
        (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)) {
        return base_fail(err, QD_E_INVALID, "the URL must be an encoded http:// or https:// URL");
    }
    if (strlen(url) > LIMIT_URL_BYTES + 4096) {
        return base_fail(err, QD_E_INVALID, "the URL is longer than %d bytes",
                         (int)LIMIT_URL_BYTES + 4096);
    }
    if (request->timeout_ms <= 0) {
        return base_fail(err, QD_E_INVALID, "an exchange needs a time limit");
    }
    if (request->header_count > LIMIT_HEADERS) {
        return base_fail(err, QD_E_INVALID, "more than %d request headers", (int)LIMIT_HEADERS);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (!header_ok(&request->headers[i])) {
            return base_fail(err, QD_E_INVALID, "request header %zu is malformed", i + 1);
        }
    }
    return request->proxy == NULL ? QD_OK : net_proxy_check(request->proxy, err);
}
