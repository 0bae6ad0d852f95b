/*
 * Settings from one table: default, then file, then environment; typed and checked, and the table
 * as documentation. Knows no setting itself.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

typedef struct conf_value {
    char *text; /* NULL = unset */
    int64_t number;
    bool flag;
} conf_value;

struct base_conf {
    const base_conf_row *rows;
    size_t count;
    conf_value *values; /* one a row */
};

static base_str trim(base_str s) {
    while (s.len > 0 && memchr(" \t\r", s.ptr[0], 3)) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && memchr(" \t\r", s.ptr[s.len - 1], 3)) {
        s.len--;
    }
    return s;
}

static bool bool_of(base_str s, bool *out) {
    static const char *const yes[] = { "true", "yes", "on", "1" };
    static const char *const no[] = { "false", "no", "off", "0" };
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (base_str_is(s, yes[i])) {
            *out = true;
            return true;
        }
        if (base_str_is(s, no[i])) {
            *out = false;
            return true;
        }
    }
    return false;
}

/* Sets row i; the message does not repeat a text, which may be a secret. */
static qd_status set_value(base_conf *conf, size_t i, base_str text, qd_err *err) {
    const base_conf_row *row = &conf->rows[i];
    conf_value *value = &conf->values[i];
    int64_t number = 0;
    bool flag = false;
    if (memchr(text.len ? text.ptr : "", '\0', text.len)) {
        return base_fail(err, QD_E_INVALID, "%s: the value holds a NUL byte", row->name);
    }
    if (row->type == BASE_CONF_INT) {
        if (!base_str_to_i64(text, &number) || number < row->min || number > row->max) {
            return base_fail(err, QD_E_INVALID, "%s must be a whole number from %lld to %lld%s%s",
                             row->name, (long long)row->min, (long long)row->max,
                             row->unit[0] ? " " : "", row->unit);
        }
    } else if (row->type == BASE_CONF_BOOL && !bool_of(text, &flag)) {
        return base_fail(err, QD_E_INVALID, "%s must be true or false", row->name);
    }
    char *copy = malloc(text.len + 1);
    if (!copy) {
        return base_fail(err, QD_E_NOMEM, "out of memory for the configuration");
    }
    base_copy(copy, text.len + 1, text);
    base_wipe(value->text, value->text ? strlen(value->text) : 0);
    free(value->text);
    value->text = copy;
    value->number = number;
    value->flag = flag;
    return QD_OK;
}

static bool find_row(const base_conf *conf, base_str name, size_t *out_index) {
    for (size_t i = 0; i < conf->count; i++) {
        if (base_str_is(name, conf->rows[i].name)) {
            *out_index = i;
            return true;
        }
    }
    return false;
}

static qd_status read_line(base_conf *conf, base_str line, qd_err *err) {
    line = trim(line);
    if (line.len == 0 || line.ptr[0] == '#') {
        return QD_OK;
    }
    const char *equals = memchr(line.ptr, '=', line.len);
    if (!equals) {
        return base_fail(err, QD_E_INVALID, "expected `name = value`");
    }
    size_t before = (size_t)(equals - line.ptr);
    base_str name = trim((base_str){ line.ptr, before });
    size_t i = 0;
    if (!find_row(conf, name, &i)) {
        char shown[48];
        base_copy(shown, sizeof shown, name);
        return base_fail(err, QD_E_INVALID, "there is no setting named \"%s\"", shown);
    }
    return set_value(conf, i, trim((base_str){ equals + 1, line.len - before - 1 }), err);
}

static qd_status read_conf_file(base_conf *conf, const char *path, qd_err *err) {
    base_buf text;
    base_buf_init(&text, LIMIT_CONF_BYTES);
    qd_err failure = QD_ERR_INIT;
    qd_status status = base_file_read(path, LIMIT_CONF_BYTES, &text, &failure);
    if (status == QD_E_NOT_FOUND) {
        status = QD_OK;
        goto done;
    }
    base_str rest = base_buf_str(&text);
    if (rest.len >= 3 && memcmp(rest.ptr, "\xEF\xBB\xBF", 3) == 0) {
        rest.ptr += 3; /* editors on Windows put a byte order mark first */
        rest.len -= 3;
    }
    for (int number = 1; status == QD_OK && rest.len > 0; number++) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        status = read_line(conf, (base_str){ rest.ptr, len }, &failure);
        if (status != QD_OK) {
            base_err_prefix(&failure, "%s:%d", path, number);
        }
        len += end ? 1 : 0;
        rest.ptr += len;
        rest.len -= len;
    }
    if (status != QD_OK && err) {
        *err = failure;
    }
done:
    base_buf_wipe(&text);
    return status;
}

qd_status base_conf_load(const base_conf_row *rows, size_t count, const char *path_or_null,
                         base_conf **out_conf, qd_err *err) {
    qd_status status = QD_E_NOMEM;
    base_conf *conf = calloc(1, sizeof *conf);
    if (!conf) {
        return base_fail(err, status, "out of memory for the configuration");
    }
    conf->rows = rows;
    conf->values = calloc(count ? count : 1, sizeof *conf->values);
    if (!conf->values) {
        status = base_fail(err, status, "out of memory for the configuration");
        goto done;
    }
    conf->count = count;
    status = QD_OK;
    for (size_t i = 0; status == QD_OK && i < count; i++) {
        if (rows[i].fallback) {
            status = set_value(conf, i, base_str_of(rows[i].fallback), err);
        }
    }
    if (status == QD_OK && path_or_null) {
        status = read_conf_file(conf, path_or_null, err);
    }
    for (size_t i = 0; status == QD_OK && i < count; i++) {
        const char *text = rows[i].env ? getenv(rows[i].env) : NULL;
        if (text && text[0]) {
            status = set_value(conf, i, base_str_of(text), err);
            if (status != QD_OK) {
                base_err_prefix(err, "environment variable %s", rows[i].env);
            }
        }
    }
    if (status == QD_OK) {
        *out_conf = conf;
        conf = NULL;
    }
done:
    base_conf_free(conf);
    return status;
}

void base_conf_free(base_conf *conf) {
    if (!conf) {
        return;
    }
    for (size_t i = 0; i < conf->count; i++) {
        char *text = conf->values[i].text;
        base_wipe(text, text ? strlen(text) : 0);
        free(text);
    }
    free(conf->values);
    free(conf);
}

static const conf_value *value_of(const base_conf *conf, const char *name, base_conf_type type) {
    static const conf_value unset;
    size_t i = 0;
    bool found = find_row(conf, base_str_of(name), &i);
    assert(found && conf->rows[i].type == type);
    return found && conf->rows[i].type == type ? &conf->values[i] : &unset;
}

const char *base_conf_text(const base_conf *conf, const char *name) {
    return value_of(conf, name, BASE_CONF_TEXT)->text;
}

int64_t base_conf_int(const base_conf *conf, const char *name) {
    return value_of(conf, name, BASE_CONF_INT)->number;
}

bool base_conf_bool(const base_conf *conf, const char *name) {
    return value_of(conf, name, BASE_CONF_BOOL)->flag;
}

void base_conf_describe(const base_conf_row *rows, size_t count, base_buf *out) {
    base_buf_add_text(out, "| setting | environment | default | range | meaning |\n"
                           "|---|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        const base_conf_row *row = &rows[i];
        base_buf_printf(out, "| `%s` | `%s` | ", row->name, row->env ? row->env : "");
        if (row->fallback) {
            base_buf_printf(out, "`%s`", row->fallback);
        } else {
            base_buf_add_text(out, "unset");
        }
        base_buf_add_text(out, " | ");
        if (row->type == BASE_CONF_INT) {
            base_buf_printf(out, "%lld to %lld%s%s", (long long)row->min, (long long)row->max,
                            row->unit[0] ? " " : "", row->unit);
        } else {
            base_buf_add_text(out, row->type == BASE_CONF_BOOL ? "true, false" : "text");
        }
        base_buf_printf(out, " | %s |\n", row->help);
    }
}
