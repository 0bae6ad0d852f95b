/*
 * Requests of any shape to the sandbox. First line: method, target; then headers up to an empty
 * line; the rest is the body.
 */
#include <string.h>

#include "sandbox/sandbox.h"
#include "support.h"

enum { HEADERS = 8 };

static sandbox *world(void) {
    static sandbox *made;
    qd_err err;
    if (made == NULL) {
        sandbox_options options = {
            .seed = 7, .shops = 2, .orders = 20, .now = FUZZ_NOW, .clock = fuzz_clock()
        };
        FUZZ_CHECK(sandbox_new(&options, &made, &err) == QD_OK);
        sandbox_freeze(made, true);
    }
    return made;
}

static base_str cut(base_str *text, char at) {
    const char *end = text->len > 0 ? memchr(text->ptr, at, text->len) : NULL;
    base_str head = { text->ptr, end != NULL ? (size_t)(end - text->ptr) : text->len };
    size_t used = end != NULL ? head.len + 1 : head.len;
    text->ptr += used;
    text->len -= used;
    return head;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_str rest = { (const char *)data, size };
    httpd_header headers[HEADERS];
    httpd_request request = { .headers = headers };
    base_str line = fuzz_line(&rest);
    request.method = cut(&line, ' ');
    request.path = cut(&line, '?');
    request.query = line;
    while ((line = fuzz_line(&rest)).len > 0) {
        if (request.header_count < HEADERS) {
            headers[request.header_count].name = cut(&line, ':');
            headers[request.header_count++].value = line;
        }
    }
    request.body = rest;
    /* Advancing by years and waking up again is slow and not the subject. */
    if (request.path.len >= 2 && request.path.ptr[1] == '_') {
        return 0;
    }
    httpd_response response = { .status = 200, .content_type = "application/json" };
    base_buf_init(&response.body, LIMIT_REPLY_BYTES);
    sandbox_handle(world(), &request, &response);
    FUZZ_CHECK(response.status >= 200 && response.status < 600);
    for (const char *p = response.location; *p != '\0'; p++) {
        FUZZ_CHECK(*p > ' ' && *p < 0x7f); /* an address, and nothing that ends a header */
    }
    FUZZ_CHECK(response.part_count <= HTTPD_PARTS && response.extra_count <= 8);
    if (response.release != NULL) {
        response.release(response.release_user);
    }
    base_buf_clear(&response.body);
    return 0;
}
