/*
 * From what somebody typed to a method and a parameter of it: wire names, the names that platforms'
 * documents use, METHOD.param.field, and what was perhaps meant. Prints nothing but mistakes in
 * --platform and --group.
 */
#include <string.h>
#include <strings.h>

#include "cli/api_private.h"

enum { PLATFORMS_MAX = 16 };

/* ---- --platform, --group ---- */

int api_platform_option(const cli_context *context, const cat_platform **out_platform) {
    const char *name = cli_text(context, "platform");
    const char *names[PLATFORMS_MAX];
    size_t count = cat_platform_count();
    *out_platform = name ? cat_platform_find(name) : NULL;
    if (!name || *out_platform) {
        return CLI_OK;
    }
    base_buf list;
    base_buf_init(&list, LIMIT_CONF_BYTES);
    for (size_t i = 0; i < count && i < PLATFORMS_MAX; i++) {
        names[i] = cat_str(cat_platform_at(i)->name);
        base_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    }
    int status =
        cli_usage(context, "unknown platform '%.40s'; there are %s", name, base_buf_text(&list));
    base_buf_clear(&list);
    return status;
}

bool api_in_group(const cli_context *context, const cat_method *method) {
    const char *group = cli_text(context, "group");
    return !group || strcmp(group, cat_str(cat_group_of(method)->name)) == 0;
}

int api_group_option(const cli_context *context, const cat_platform *platform) {
    enum { GROUPS_MAX = 1024 };
    const char *wanted = cli_text(context, "group"), *names[GROUPS_MAX];
    char shown[API_NAME];
    size_t count = 0;
    for (size_t p = 0; wanted && p < cat_platform_count(); p++) {
        const cat_platform *at = cat_platform_at(p);
        for (size_t i = 0; (!platform || at == platform) && i < at->group_count; i++) {
            const char *name = cat_str(cat_group_at(at, i)->name);
            if (strcmp(name, wanted) == 0) {
                return CLI_OK;
            }
            if (count < GROUPS_MAX) {
                names[count++] = name;
            }
        }
    }
    if (!wanted) {
        return CLI_OK;
    }
    qd_err err = QD_ERR_INIT;
    const char *near = cli_nearest(wanted, names, count);
    (void)base_copy(shown, sizeof shown, base_str_of(wanted));
    base_fail(&err, QD_E_NOT_FOUND, "there is no group '%s'%s%s; see qd api groups", shown,
              near ? "; did you mean " : "", near ? near : "");
    return cli_fail(context, &err);
}

/* ---- methods ---- */

/* Methods with this name, at most max; their number. */
static size_t by_wire_name(const cat_platform *platform, base_str name, const cat_method **out,
                           size_t max) {
    if (!platform) {
        return cat_find_any(name, out, max);
    }
    out[0] = cat_find(platform, name);
    return out[0] ? 1 : 0;
}

/* The same by what documents call it. Looked at only when no wire name fits. */
static size_t by_documents_name(const cat_platform *platform, base_str name, const cat_method **out,
                                size_t max) {
    char alias[API_NAME];
    size_t count = 0;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *at = cat_platform_at(p);
        for (size_t i = 0; (!platform || at == platform) && i < at->method_count; i++) {
            const cat_method *method = cat_method_at(at, i);
            size_t len = cat_alias(method, alias, sizeof alias);
            if (len == name.len && strncasecmp(alias, name.ptr, len) == 0 && count < max) {
                out[count++] = method;
            }
        }
    }
    return count;
}

static size_t candidates(const cat_platform *platform, base_str name, const cat_method **out) {
    size_t count = by_wire_name(platform, name, out, PLATFORMS_MAX);
    return count ? count : by_documents_name(platform, name, out, PLATFORMS_MAX);
}

/* Several platforms have it: which ones? */
static qd_status ambiguous(base_str name, const cat_method *const *methods, size_t count,
                           qd_err *err) {
    char shown[API_NAME];
    base_buf list;
    base_buf_init(&list, LIMIT_CONF_BYTES);
    (void)base_copy(shown, sizeof shown, name);
    for (size_t i = 0; i < count; i++) {
        base_buf_printf(&list, "%s%s",
                        i == 0           ? ""
                        : i + 1 == count ? " and "
                                         : ", ",
                        cat_str(cat_platform_of(methods[i])->name));
    }
    qd_status status = base_fail(err, QD_E_INVALID, "%s exists on %s; say which with --platform",
                                 shown, base_buf_text(&list));
    base_buf_clear(&list);
    return status;
}

/* The nearest of each platform, then of those the nearest; failing that, what a search finds. */
static const cat_method *nearest(const cat_platform *platform, base_str name) {
    char wanted[API_NAME];
    const char *names[PLATFORMS_MAX];
    const cat_method *methods[PLATFORMS_MAX];
    size_t count = 0;
    if (!base_copy(wanted, sizeof wanted, name)) {
        return NULL;
    }
    for (size_t p = 0; p < cat_platform_count() && count < PLATFORMS_MAX; p++) {
        const cat_platform *at = cat_platform_at(p);
        methods[count] = !platform || at == platform ? cat_nearest(at, name) : NULL;
        names[count] = methods[count] ? cat_str(methods[count]->name) : NULL;
        count += methods[count] != NULL;
    }
    const char *best = cli_nearest(wanted, names, count);
    for (size_t i = 0; i < count; i++) {
        if (names[i] == best) {
            return methods[i];
        }
    }
    if (count > 0) {
        return methods[0];
    }
    cat_hit hit;
    size_t found = 0;
    cat_search_filter filter = { .platform = platform };
    qd_status status = cat_search(name, &filter, &hit, 1, &found, NULL, NULL);
    return status == QD_OK && found ? hit.method : NULL;
}

static qd_status unknown_method(const cat_platform *platform, base_str name, qd_err *err) {
    char shown[API_NAME];
    const cat_method *near = nearest(platform, name);
    (void)base_copy(shown, sizeof shown, name);
    if (!near) {
        return base_fail(err, QD_E_NOT_FOUND, "unknown method %s; qd api search finds by words",
                         shown);
    }
    return base_fail(err, QD_E_NOT_FOUND, "unknown method %s; did you mean %s (%s)?", shown,
                     cat_str(near->name), cat_str(cat_platform_of(near)->name));
}

qd_status api_find_method(const cat_platform *platform, const char *name,
                          const cat_method **out_method, qd_err *err) {
    const cat_method *found[PLATFORMS_MAX];
    base_str text = base_str_of(name);
    size_t count = candidates(platform, text, found);
    if (count > 1) {
        return ambiguous(text, found, count, err);
    }
    if (count == 0) {
        return unknown_method(platform, text, err);
    }
    *out_method = found[0];
    return QD_OK;
}

/* ---- METHOD.param.field ---- */

/* Parameter i of the method, or field i of the one that the way has come to. */
static const cat_param *child_at(const api_target *target, size_t i) {
    return target->param_count ? cat_field(target->params[target->param_count - 1], i)
                               : cat_param_at(target->method, i);
}

/* The child whose name the rest begins with, the longest of them, since names may hold dots. */
static const cat_param *child_of(const api_target *target, base_str rest, size_t *out_len) {
    const cat_param *best = NULL, *child;
    *out_len = 0;
    for (size_t i = 0; (child = child_at(target, i)) != NULL; i++) {
        size_t len = strlen(cat_str(child->name));
        bool fits = len <= rest.len && memcmp(cat_str(child->name), rest.ptr, len) == 0 &&
                    (len == rest.len || rest.ptr[len] == '.');
        if (fits && (!best || len > *out_len)) {
            best = child;
            *out_len = len;
        }
    }
    return best;
}

static qd_status unknown_param(const api_target *target, base_str rest, qd_err *err) {
    enum { SHOWN_MAX = 512 };
    const char *names[SHOWN_MAX];
    const cat_param *child;
    size_t count = 0;
    char wanted[API_NAME];
    const char *dot = memchr(rest.ptr, '.', rest.len);
    (void)base_copy(wanted, sizeof wanted,
                    dot ? (base_str){ rest.ptr, (size_t)(dot - rest.ptr) } : rest);
    for (size_t i = 0; i < SHOWN_MAX && (child = child_at(target, i)) != NULL; i++) {
        names[count++] = cat_str(child->name);
    }
    const char *near = cli_nearest(wanted, names, count);
    const char *of = cat_str(target->param_count ? target->params[target->param_count - 1]->name
                                                 : target->method->name);
    if (count == 0) {
        return base_fail(err, QD_E_NOT_FOUND, "%s has no known %s", of,
                         target->param_count ? "fields" : "parameters");
    }
    return base_fail(err, QD_E_NOT_FOUND, "%s has no %s '%s'%s%s%s", of,
                     target->param_count ? "field" : "parameter", wanted,
                     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static qd_status walk(api_target *target, base_str rest, qd_err *err) {
    while (rest.len > 0) {
        size_t len;
        const cat_param *child = child_of(target, rest, &len);
        if (!child || target->param_count == API_DEEPEST) {
            return unknown_param(target, rest, err);
        }
        target->params[target->param_count++] = child;
        len += len < rest.len;
        rest.ptr += len;
        rest.len -= len;
    }
    return QD_OK;
}

qd_status api_find(const cat_platform *platform, const char *name, api_target *out, qd_err *err) {
    base_str text = base_str_of(name);
    *out = (api_target){ 0 };
    for (base_str front = text; front.len > 0;) {
        const cat_method *found[PLATFORMS_MAX];
        size_t count = candidates(platform, front, found);
        if (count > 1) {
            return ambiguous(front, found, count, err);
        }
        if (count == 1) {
            size_t used = front.len + (front.len < text.len);
            out->method = found[0];
            return walk(out, (base_str){ text.ptr + used, text.len - used }, err);
        }
        const char *dot = memrchr(front.ptr, '.', front.len);
        front.len = dot ? (size_t)(dot - front.ptr) : 0;
    }
    return unknown_method(platform, text, err);
}
