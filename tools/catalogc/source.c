/*
 * Reading of the catalogue's JSON with checked members; every mistake is told with file and JSON
 * pointer. Knows the shape of no particular file.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "catalogc.h"

enum { MISTAKES_SHOWN = 50, NAME_MAX_BYTES = 63 };

static size_t mistakes;

catc_place catc_member(const catc_place *up, const char *name) {
    return (catc_place){ up, name, 0 };
}

catc_place catc_item(const catc_place *up, size_t index) {
    return (catc_place){ up, NULL, index };
}

size_t catc_mistakes(void) {
    return mistakes;
}

static void print_pointer(const catc_place *place) {
    if (!place->up) {
        fprintf(stderr, "%s:", place->name);
        return;
    }
    print_pointer(place->up);
    if (!place->name) {
        fprintf(stderr, "/%zu", place->index);
        return;
    }
    fputc('/', stderr);
    for (const char *p = place->name; *p; p++) { /* RFC 6901 */
        if (*p == '~') {
            fputs("~0", stderr);
        } else if (*p == '/') {
            fputs("~1", stderr);
        } else {
            fputc(*p, stderr);
        }
    }
}

void catc_bad(const catc_place *place, const char *fmt, ...) {
    if (mistakes++ >= MISTAKES_SHOWN) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    print_pointer(place);
    fputs(": ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
}

/* ---- nearest names, for messages ---- */

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t distance(const char *a, const char *b) {
    size_t row[NAME_MAX_BYTES + 1];
    size_t len_a = strlen(a), len_b = strlen(b);
    if (len_a > NAME_MAX_BYTES || len_b > NAME_MAX_BYTES) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= len_b; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= len_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= len_b; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(change, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[len_b];
}

const char *catc_nearest(const char *const *names, const char *text) {
    const char *best = NULL;
    size_t best_distance = strlen(text) / 3 + 2;
    for (; *names; names++) {
        size_t d = distance(*names, text);
        if (d < best_distance) {
            best = *names;
            best_distance = d;
        }
    }
    return best;
}

int catc_index(const char *const *names, const char *text) {
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

/* ---- documents ---- */

/* Kept until the end of the run: names point into them. */
static yyjson_doc **documents;
static size_t document_count, document_cap;

static void free_documents(void) {
    for (size_t i = 0; i < document_count; i++) {
        yyjson_doc_free(documents[i]);
    }
    free(documents);
}

static bool keep_document(yyjson_doc *doc) {
    if (document_count == document_cap) {
        size_t cap = document_cap ? document_cap * 2 : 64;
        yyjson_doc **more = realloc(documents, cap * sizeof(*more));
        if (!more) {
            return false;
        }
        if (!documents) {
            (void)atexit(free_documents);
        }
        documents = more;
        document_cap = cap;
    }
    documents[document_count++] = doc;
    return true;
}

yyjson_val *catc_read(const char *path, const catc_place *place) {
    yyjson_read_err err;
    yyjson_doc *doc = yyjson_read_file(path, YYJSON_READ_NOFLAG, NULL, &err);
    if (!doc) {
        catc_bad(place, "cannot be read: %s at byte %zu", err.msg, err.pos);
        return NULL;
    }
    if (!keep_document(doc)) {
        yyjson_doc_free(doc);
        catc_bad(place, "out of memory");
        return NULL;
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (!yyjson_is_obj(root)) {
        catc_bad(place, "must be an object");
        return NULL;
    }
    return root;
}

void catc_known(const catc_place *place, yyjson_val *object, const char *const *names) {
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, max, key, value) {
        const char *name = yyjson_get_str(key);
        (void)value;
        if (catc_index(names, name) < 0) {
            const char *near = catc_nearest(names, name);
            catc_place at = catc_member(place, name);
            catc_bad(&at, "unknown member%s%s%s", near ? "; did you mean \"" : "", near ? near : "",
                     near ? "\"?" : "");
        } else if (yyjson_obj_get(object, name) != value) {
            catc_place at = catc_member(place, name);
            catc_bad(&at, "stands twice");
        }
    }
}

const char *catc_text(const catc_place *place, yyjson_val *object, const char *name,
                      const char *fallback) {
    yyjson_val *value = yyjson_obj_get(object, name);
    if (!value || yyjson_is_null(value)) {
        return fallback;
    }
    if (!yyjson_is_str(value)) {
        catc_place at = catc_member(place, name);
        catc_bad(&at, "must be a string, is %s", yyjson_get_type_desc(value));
        return fallback;
    }
    return yyjson_get_str(value);
}

const char *catc_text_required(const catc_place *place, yyjson_val *object, const char *name) {
    const char *text = catc_text(place, object, name, NULL);
    if (!text || !*text) {
        catc_place at = catc_member(place, name);
        catc_bad(&at, "is required");
        return "";
    }
    return text;
}

int64_t catc_int(const catc_place *place, yyjson_val *object, const char *name, int64_t low,
                 int64_t high, int64_t fallback) {
    yyjson_val *value = yyjson_obj_get(object, name);
    if (!value || yyjson_is_null(value)) {
        return fallback;
    }
    catc_place at = catc_member(place, name);
    if (!yyjson_is_int(value) ||
        (yyjson_is_uint(value) && yyjson_get_uint(value) > (uint64_t)INT64_MAX)) {
        catc_bad(&at, "must be an integer");
        return fallback;
    }
    int64_t number = yyjson_get_sint(value);
    if (number < low || number > high) {
        catc_bad(&at, "is %lld, must be from %lld to %lld", (long long)number, (long long)low,
                 (long long)high);
        return fallback;
    }
    return number;
}

bool catc_bool(const catc_place *place, yyjson_val *object, const char *name, bool fallback) {
    yyjson_val *value = yyjson_obj_get(object, name);
    if (!value || yyjson_is_null(value)) {
        return fallback;
    }
    if (!yyjson_is_bool(value)) {
        catc_place at = catc_member(place, name);
        catc_bad(&at, "must be true or false");
        return fallback;
    }
    return yyjson_get_bool(value);
}

yyjson_val *catc_array(const catc_place *place, yyjson_val *object, const char *name) {
    yyjson_val *value = yyjson_obj_get(object, name);
    if (value && !yyjson_is_arr(value) && !yyjson_is_null(value)) {
        catc_place at = catc_member(place, name);
        catc_bad(&at, "must be an array");
    }
    return yyjson_is_arr(value) ? value : NULL;
}

yyjson_val *catc_object(const catc_place *place, yyjson_val *object, const char *name) {
    yyjson_val *value = yyjson_obj_get(object, name);
    if (value && !yyjson_is_obj(value) && !yyjson_is_null(value)) {
        catc_place at = catc_member(place, name);
        catc_bad(&at, "must be an object");
    }
    return yyjson_is_obj(value) ? value : NULL;
}
