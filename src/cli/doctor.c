/*
 * qd doctor: what this program is made of and whether its state directory is sound. Reads only;
 * asks no platform. Ends with 1 when something is wrong.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* Only their version functions are called here; the rooms below are who uses them. */
#include <curl/curl.h>
#include <microhttpd.h>
#include <sqlite3.h>
#include <zstd.h>

#include "cli/cli_private.h"
#include "qiandian/qiandian.h"

enum { SPACE_LEAST = 256 * 1024 * 1024 };

static const cli_option no_options[] = { { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

typedef struct checkup {
    yyjson_mut_doc *doc;
    yyjson_mut_val *checks;
    bool sick;
} checkup;

static void note(checkup *c, const char *what, bool good, const char *fmt, ...) QD_PRINTF(4, 5);

static void note(checkup *c, const char *what, bool good, const char *fmt, ...) {
    char text[700];
    va_list list;
    va_start(list, fmt);
    vsnprintf(text, sizeof text, fmt, list);
    va_end(list);
    yyjson_mut_val *value = yyjson_mut_arr_add_obj(c->doc, c->checks);
    yyjson_mut_obj_add_strcpy(c->doc, value, "check", what);
    yyjson_mut_obj_add_bool(c->doc, value, "ok", good);
    yyjson_mut_obj_add_strcpy(c->doc, value, "detail", text);
    c->sick = c->sick || !good;
}

static void check_key(checkup *c, const char *home) {
    char path[4200];
    struct stat st;
    const char *env = getenv("QD_KEY");
    snprintf(path, sizeof path, "%s/qiandian.key", home);
    if (env && env[0]) {
        note(c, "key", true, "from QD_KEY");
    } else if (stat(path, &st) != 0) {
        note(c, "key", false, "%s is missing: without it nothing sealed can be read", path);
    } else {
        unsigned mode = (unsigned)st.st_mode & 0777;
        note(c, "key", (mode & 077) == 0, "%s, mode %04o%s", path, mode,
             mode & 077 ? ": others can read it; chmod 600" : "");
    }
}

static void check_space(checkup *c, const char *home) {
    struct statvfs disk;
    if (statvfs(home, &disk) != 0) {
        note(c, "disk", false, "%s cannot be asked", home);
        return;
    }
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    note(c, "disk", free_bytes >= SPACE_LEAST, "%llu MB free",
         (unsigned long long)(free_bytes / 1000000));
}

static void check_shop(checkup *c, store *store, const store_shop *shop) {
    qd_token token;
    qd_err err = QD_ERR_INIT;
    qd_token_store *tokens = store_tokens(store);
    char name[64];
    snprintf(name, sizeof name, "shop %s", shop->t_code);
    if (tokens->load(tokens, shop->t_code, shop->environment, &token, &err) != QD_OK) {
        note(c, name, false, "token: %s", err.message);
        return;
    }
    bool expired = token.expires_at && token.expires_at <= base_now(NULL) && !token.refresh[0];
    char until[BASE_TIME_TEXT] = "not known";
    if (token.expires_at) {
        base_time_to_cn(token.expires_at, until);
    }
    const char *state = token.revoked      ? "revoked: authorise the shop again"
                        : !token.access[0] ? "none yet"
                        : expired          ? "expired: authorise the shop again"
                                           : "stored";
    note(c, name, !token.revoked && !expired, "%s, %s; token %s, valid until %s", shop->platform,
         shop->environment, state, until);
    qd_token_clear(&token);
}

static void check_store(checkup *c, const char *home) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_options options = STORE_OPTIONS_INIT;
    options.home = home;
    options.read_only = true;
    qd_status status = store_open(&options, &store, &err);
    if (status == QD_E_NOT_FOUND) {
        note(c, "database", true, "none yet in %s; qd shop add makes it", home);
        return;
    }
    check_key(c, home);
    check_space(c, home);
    if (status != QD_OK) {
        note(c, "database", false, "%s", err.message);
        return;
    }
    int version = store_schema_version(store), known = store_schema_known();
    note(c, "schema", version == known, "version %d, this program knows %d", version, known);
    status = store_check(store, &err);
    note(c, "database", status == QD_OK, "%s",
         status == QD_OK ? "integrity and key hold" : err.message);
    store_shop *shops = NULL;
    size_t count = 0;
    if (store_shop_list(store, &shops, &count, &err) != QD_OK) {
        note(c, "shops", false, "%s", err.message);
    } else {
        note(c, "shops", true, "%zu", count);
    }
    for (size_t i = 0; i < count; i++) {
        check_shop(c, store, &shops[i]);
    }
    free(shops);
    store_close(store);
}

static void check_program(checkup *c, const char *home) {
    note(c, "qd", true, "%s", qd_version());
    uint32_t json = yyjson_version();
    note(c, "libraries", true, "%s; SQLite %s; libmicrohttpd %s; zstd %s; yyjson %u.%u.%u",
         curl_version(), sqlite3_libversion(), MHD_get_version(), ZSTD_versionString(), json >> 16,
         json >> 8 & 0xFF, json & 0xFF);
    note(c, "catalogue", true, "%zu platforms", cat_platform_count());
    note(c, "home", true, "%s", home);
}

static const cli_column doctor_columns[] = { { "check", CLI_KIND_TEXT, true },
                                             { "ok", CLI_KIND_TEXT, true },
                                             { "detail", CLI_KIND_TEXT, true } };

static int print(cli_context *context, const checkup *c) {
    if (cli_wants_document(context)) {
        return cli_print_document(context, c->doc);
    }
    if (context->format != CLI_TABLE) {
        cli_rows *rows = cli_rows_new(context, doctor_columns, 3);
        size_t i, max;
        yyjson_mut_val *item;
        yyjson_mut_arr_foreach(c->checks, i, max, item) {
            cli_cell cells[3] = {
                CLI_CELL_TEXT(yyjson_mut_get_str(yyjson_mut_obj_get(item, "check"))),
                CLI_CELL_TEXT(yyjson_mut_get_bool(yyjson_mut_obj_get(item, "ok")) ? "true"
                                                                                  : "false"),
                CLI_CELL_TEXT(yyjson_mut_get_str(yyjson_mut_obj_get(item, "detail")))
            };
            if (!rows || !cli_rows_add(rows, cells)) {
                break;
            }
        }
        return rows ? cli_rows_end(rows) : CLI_FAILED;
    }
    size_t i, max;
    yyjson_mut_val *item;
    yyjson_mut_arr_foreach(c->checks, i, max, item) {
        printf("%-4s %-12s %s\n",
               yyjson_mut_get_bool(yyjson_mut_obj_get(item, "ok")) ? "ok" : "BAD",
               yyjson_mut_get_str(yyjson_mut_obj_get(item, "check")),
               yyjson_mut_get_str(yyjson_mut_obj_get(item, "detail")));
    }
    return CLI_OK;
}

static int run_doctor(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    checkup c = { .doc = yyjson_mut_doc_new(NULL) };
    base_buf home;
    base_buf_init(&home, 4096);
    if (!c.doc) {
        return CLI_FAILED;
    }
    int code;
    if (cli_home(context, &home, &err) != QD_OK) {
        code = cli_fail(context, &err);
    } else {
        yyjson_mut_val *root = yyjson_mut_obj(c.doc);
        yyjson_mut_doc_set_root(c.doc, root);
        c.checks = yyjson_mut_arr(c.doc);
        check_program(&c, base_buf_text(&home));
        check_store(&c, base_buf_text(&home));
        yyjson_mut_obj_add_val(c.doc, root, "checks", c.checks);
        yyjson_mut_obj_add_bool(c.doc, root, "ok", !c.sick);
        code = print(context, &c);
        code = code == CLI_OK && c.sick ? CLI_FAILED : code;
    }
    yyjson_mut_doc_free(c.doc);
    base_buf_clear(&home);
    return code;
}

const cli_command cli_doctor = { "doctor",
                                 "",
                                 0,
                                 0,
                                 "program, state directory, database and tokens: is all sound?",
                                 "qd doctor -o json",
                                 no_options,
                                 CLI_ENGINE(run_doctor) };
