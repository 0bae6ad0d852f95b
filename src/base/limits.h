/*
 * Every bound on what comes from outside, in one place, each with its reason. Sizes in bytes.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* A page of 100 Douyin orders is 0.8 MB, the longest TOP page seen is 4 MB; eight times that.
     */
    LIMIT_REPLY_BYTES = 32 * 1024 * 1024,
    /* The gateway and the sandbox take order pages and uploads, never files of this size. */
    LIMIT_REQUEST_BYTES = 8 * 1024 * 1024,
    /* The deepest platform document is 9 levels; yyjson walks without recursion, our mapping does
       not. */
    LIMIT_JSON_DEPTH = 64,
    /* Public and business parameters of one call; the widest TOP method has 160. */
    LIMIT_FORM_PAIRS = 512,
    /* One query string; vendor clients put param_json there. */
    LIMIT_URL_BYTES = 1024 * 1024,
    /* All headers of one message. */
    LIMIT_HEADER_BYTES = 64 * 1024,
    LIMIT_HEADERS = 100,
    /* Pages of one window: 10,000 rows at 1 a page is the worst a caller may ask for. */
    LIMIT_PAGES = 10000,
    /* One row's raw document; the largest product seen is 300 KB. */
    LIMIT_DOCUMENT_BYTES = 4 * 1024 * 1024,
    /* A configuration or key file. */
    LIMIT_CONF_BYTES = 1024 * 1024,
    /* What one call may keep in its arena beside the bodies. */
    LIMIT_CALL_ARENA = 64 * 1024 * 1024
};

#endif
