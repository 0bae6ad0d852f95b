/*
 * The limit program's mapping: the catalogue's map, compiled beforehand into a table of keys, so
 * that one pass over an object's keys fills all columns. Trusts the pages: no bounds, no messages.
 */
#include <stdlib.h>
#include <string.h>

#include "limit_private.h"

enum { FIELDS = 160, SLOTS = 1024, STEPS = 5, NOTES_BYTES = 1024 * 1024 };

/* "a.b[0].c": keys and indexes after the first key. */
typedef struct step {
    const char *key; /* NULL = an index */
    size_t len;
    size_t index;
} step;

typedef struct field {
    struct field *next; /* of the same slot */
    char *texts;
    step steps[STEPS];
    size_t step_count;
    const cat_map_column *source;
    uint8_t rank;
} field;

typedef struct plan {
    const cat_map *map;
    size_t columns;
    field fields[FIELDS];
    size_t count;
    field *slots[SLOTS];
    field *parents[FIELDS]; /* '^': of the parent's document */
    size_t parent_count;
    field *fixed[FIELDS]; /* constants and indexes */
    size_t fixed_count;
    struct plan *child;
    field lists[2]; /* where the child's documents lie */
    size_t list_count;
} plan;

static plan *plans[LIMIT_KINDS];

/* ---- compiling ---- */

static size_t slot_of(const char *key, size_t len) {
    return (len * 131 + (unsigned char)key[0] * 31 + (unsigned char)key[len / 2] * 17 +
            (unsigned char)key[len - 1]) %
           SLOTS;
}

/* One alternative of a path, without '^'. */
static void compile_steps(field *f, const char *path, size_t len) {
    f->texts = strndup(path, len);
    for (char *at = f->texts; at != NULL && *at != '\0' && f->step_count < STEPS;) {
        step *s = &f->steps[f->step_count++];
        if (*at == '[') {
            *s = (step){ NULL, 0, (size_t)strtoul(at + 1, &at, 10) };
            at++;
        } else {
            size_t n = strcspn(at, ".[");
            *s = (step){ at, n, 0 };
            at += n;
        }
        at += *at == '.';
    }
}

static void add_path(plan *p, const cat_map_column *source, const char *path, size_t len,
                     uint8_t rank) {
    if (p->count == FIELDS) {
        bench_die("a map has more than %d paths", FIELDS);
    }
    field *f = &p->fields[p->count++];
    f->source = source;
    f->rank = rank;
    if (source->conv == CAT_CONV_CONST || source->conv == CAT_CONV_INDEX) {
        p->fixed[p->fixed_count++] = f;
        return;
    }
    bool parent = path[0] == '^';
    compile_steps(f, path + parent, len - parent);
    if (parent) {
        p->parents[p->parent_count++] = f;
        return;
    }
    field **slot = &p->slots[slot_of(f->steps[0].key, f->steps[0].len)];
    f->next = *slot;
    *slot = f;
}

static plan *compile(const cat_map *map) {
    plan *p = calloc(1, sizeof *p);
    if (p == NULL || map == NULL) {
        bench_die("no plan for a map");
    }
    p->map = map;
    p->columns = store_table_at(map->table)->column_count;
    uint8_t rank = 1;
    for (size_t i = 0; i < map->column_count; i++) {
        const cat_map_column *column = cat_map_column_at(map, i);
        const char *path = cat_str(column->path);
        do {
            size_t len = strcspn(path, "|");
            add_path(p, column, path, len, rank++);
            path += len;
        } while (*path++ == '|');
    }
    if (map->child_count > 0) {
        p->child = compile(cat_map_child(map, 0));
        const char *path = cat_str(p->child->map->list_path);
        do {
            size_t len = strcspn(path, "|");
            compile_steps(&p->lists[p->list_count++], path, len);
            path += len;
        } while (*path++ == '|' && p->list_count < 2);
    }
    return p;
}

void limit_plans_make(void) {
    static const char *const names[LIMIT_KINDS] = { "douyin.order", "douyin.product_detail",
                                                    "taobao.trade", "taobao.item_detail" };
    for (int i = 0; i < LIMIT_KINDS; i++) {
        plans[i] = compile(cat_map_find(names[i]));
    }
}

/* ---- values ---- */

static yyjson_val *follow(yyjson_val *value, const field *f, size_t from) {
    for (size_t i = from; i < f->step_count && value != NULL; i++) {
        const step *s = &f->steps[i];
        value = s->key != NULL ? yyjson_obj_getn(value, s->key, s->len)
                               : yyjson_arr_get(value, s->index);
    }
    return value;
}

char *limit_note(limit_page *page, size_t len) {
    if (page->notes_len + len > page->notes_cap) {
        bench_die("a page needs more than %zu bytes of notes", page->notes_cap);
    }
    char *at = page->notes + page->notes_len;
    page->notes_len += len;
    return at;
}

static int64_t number_of(yyjson_val *value) {
    if (yyjson_is_str(value)) {
        int64_t number = 0;
        (void)base_str_to_i64((base_str){ yyjson_get_str(value), yyjson_get_len(value) }, &number);
        return number;
    }
    return yyjson_is_bool(value) ? yyjson_get_bool(value) : yyjson_get_sint(value);
}

static void set_text(cell *c, const char *text, size_t len) {
    c->kind = CELL_TEXT;
    c->text = text;
    c->len = (uint32_t)len;
}

static void set_number(cell *c, int64_t number) {
    c->kind = CELL_INT;
    c->number = number;
}

static void set_scalar(cell *c, yyjson_val *value, limit_page *page) {
    if (yyjson_is_str(value)) {
        set_text(c, yyjson_get_str(value), yyjson_get_len(value));
        return;
    }
    uint64_t number = yyjson_get_uint(value);
    char digits[24], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    size_t len = (size_t)(digits + sizeof digits - at);
    char *note = limit_note(page, len);
    memcpy(note, at, len);
    set_text(c, note, len);
}

static void set_enum(cell *c, yyjson_val *value, const cat_map_column *column, limit_page *page) {
    cell wire;
    set_scalar(&wire, value, page);
    for (size_t i = 0; i < column->enum_count; i++) {
        const cat_enum_row *row = cat_map_enum(column, i);
        const char *name = cat_str(row->wire);
        if (strncmp(name, wire.text, wire.len) == 0 && name[wire.len] == '\0') {
            set_text(c, cat_str(row->ours), strlen(cat_str(row->ours)));
            return;
        }
    }
    set_text(c, "other", 5);
}

/* "yyyy-MM-dd HH:mm:ss" at +08:00, trusted. */
static int64_t cn_time(const char *t) {
    int64_t y = (t[0] - '0') * 1000 + (t[1] - '0') * 100 + (t[2] - '0') * 10 + (t[3] - '0');
    int64_t m = (t[5] - '0') * 10 + (t[6] - '0'), d = (t[8] - '0') * 10 + (t[9] - '0');
    int64_t clock = ((t[11] - '0') * 10 + (t[12] - '0')) * 3600 +
                    ((t[14] - '0') * 10 + (t[15] - '0')) * 60 + (t[17] - '0') * 10 + (t[18] - '0');
    y -= m <= 2;
    int64_t era = y / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
    return days * 86400 + clock - 8 * 3600;
}

static void set_time(cell *c, yyjson_val *value) {
    if (yyjson_is_str(value) && yyjson_get_len(value) == 19) {
        set_number(c, cn_time(yyjson_get_str(value)));
    } else {
        int64_t number = number_of(value);
        if (number != 0) {
            set_number(c, number > 99999999999 ? number / 1000 : number);
        }
    }
}

/* [{name, value}] -> "name:value;name:value" */
static void set_spec(cell *c, yyjson_val *list, limit_page *page) {
    size_t i, max;
    yyjson_val *item;
    char *start = limit_note(page, 0), *end = start;
    yyjson_arr_foreach(list, i, max, item) {
        yyjson_val *name = yyjson_obj_get(item, "name"), *value = yyjson_obj_get(item, "value");
        name = name != NULL ? name : yyjson_obj_get(item, "property_name");
        value = value != NULL ? value : yyjson_obj_get(item, "value_name");
        if (name == NULL || value == NULL) {
            continue;
        }
        size_t n = yyjson_get_len(name), v = yyjson_get_len(value);
        char *at = limit_note(page, n + v + 2);
        if (end > start) {
            *at++ = ';';
        } else {
            page->notes_len--;
        }
        memcpy(at, yyjson_get_str(name), n);
        at[n] = ':';
        memcpy(at + n + 1, yyjson_get_str(value), v);
        end = at + n + 1 + v;
    }
    set_text(c, start, (size_t)(end - start));
}

/* "pid:vid:name:value;..." -> "name:value;..." */
static void set_props(cell *c, yyjson_val *value, limit_page *page) {
    const char *text = yyjson_get_str(value), *end = text + yyjson_get_len(value);
    char *start = limit_note(page, (size_t)(end - text)), *out = start;
    while (text < end) {
        const char *stop = memchr(text, ';', (size_t)(end - text));
        stop = stop != NULL ? stop : end;
        for (int colons = 0; colons < 2 && text < stop; text++) {
            colons += *text == ':';
        }
        memcpy(out, text, (size_t)(stop - text));
        out += stop - text;
        text = stop + 1;
        if (text < end) {
            *out++ = ';';
        }
    }
    set_text(c, start, (size_t)(out - start));
}

static void convert(cell *c, const field *f, yyjson_val *value, limit_page *page) {
    cell found = { NULL, 0, 0, CELL_NONE, f->rank };
    switch (f->source->conv) {
    case CAT_CONV_INT:
    case CAT_CONV_BOOL:
    case CAT_CONV_FEN:
        set_number(&found, number_of(value));
        break;
    case CAT_CONV_YUAN:
        found.kind = base_fen_from_yuan((base_str){ yyjson_get_str(value), yyjson_get_len(value) },
                                        &found.number)
                         ? CELL_INT
                         : CELL_NONE;
        break;
    case CAT_CONV_UNIX:
    case CAT_CONV_UNIX_MS:
    case CAT_CONV_CN_TIME:
    case CAT_CONV_TIME:
        set_time(&found, value);
        break;
    case CAT_CONV_ENUM:
        set_enum(&found, value, f->source, page);
        break;
    case CAT_CONV_SPEC:
        set_spec(&found, value, page);
        break;
    case CAT_CONV_PROPS:
        set_props(&found, value, page);
        break;
    case CAT_CONV_COUNT:
        set_number(&found, (int64_t)yyjson_arr_size(value));
        found.kind = yyjson_is_arr(value) ? CELL_INT : CELL_NONE;
        break;
    case CAT_CONV_SPEC_IDS: /* only for documents without sell_properties */
        break;
    default:
        set_scalar(&found, value, page);
        if (f->source->conv == CAT_CONV_ID &&
            (found.len == 0 || (found.len == 1 && found.text[0] == '0'))) {
            found.kind = CELL_NONE;
        }
        break;
    }
    if (found.kind != CELL_NONE) {
        *c = found;
    }
}

/* ---- documents ---- */

static void try_field(const field *f, yyjson_val *value, cell *cells, limit_page *page) {
    cell *c = &cells[f->source->column];
    if (value != NULL && !yyjson_is_null(value) && (c->kind == CELL_NONE || f->rank < c->rank)) {
        convert(c, f, value, page);
    }
}

static void run(const plan *p, yyjson_val *document, yyjson_val *parent, size_t place,
                limit_page *page) {
    if (page->cell_count + p->columns > LIMIT_CELLS || page->row_count == LIMIT_ROWS) {
        bench_die("a page has more rows than expected");
    }
    cell *cells = &page->cells[page->cell_count];
    limit_row *row = &page->rows[page->row_count++];
    *row = (limit_row){ .table = (uint8_t)p->map->table, .cells = (uint32_t)page->cell_count };
    page->cell_count += p->columns;
    memset(cells, 0, p->columns * sizeof *cells);

    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(document, i, max, key, value) {
        const char *name = yyjson_get_str(key);
        size_t len = yyjson_get_len(key);
        for (const field *f = len > 0 ? p->slots[slot_of(name, len)] : NULL; f; f = f->next) {
            if (f->steps[0].len == len && memcmp(f->steps[0].key, name, len) == 0) {
                try_field(f, follow(value, f, 1), cells, page);
            }
        }
    }
    for (i = 0; i < p->parent_count; i++) {
        try_field(p->parents[i], follow(parent, p->parents[i], 0), cells, page);
    }
    for (i = 0; i < p->fixed_count; i++) {
        const field *f = p->fixed[i];
        cell *c = &cells[f->source->column];
        if (f->source->conv == CAT_CONV_CONST) {
            set_text(c, cat_str(f->source->path), strlen(cat_str(f->source->path)));
        } else {
            set_number(c, (int64_t)place);
        }
    }
}

void limit_plan_run(limit_kind kind, yyjson_val *document, limit_page *page) {
    const plan *p = plans[kind];
    yyjson_val *list = NULL, *item;
    size_t i, max;
    run(p, document, NULL, 0, page);
    for (i = 0; i < p->list_count && !yyjson_is_arr(list); i++) {
        list = follow(document, &p->lists[i], 0);
    }
    if (yyjson_is_arr(list)) {
        yyjson_arr_foreach(list, i, max, item) {
            run(p->child, item, document, i, page);
        }
    }
}

/* ---- pages ---- */

static limit_kind douyin_kind(yyjson_val *data, yyjson_val **out_list) {
    yyjson_val *orders = yyjson_obj_get(data, "shop_order_list");
    size_t i, max;
    yyjson_val *key, *value;
    *out_list = orders != NULL ? orders : data;
    if (orders != NULL) {
        return LIMIT_DOUYIN_ORDERS;
    }
    if (yyjson_obj_get(data, "spec_prices") != NULL) {
        return LIMIT_DOUYIN_PRODUCT;
    }
    yyjson_obj_foreach(data, i, max, key, value) {
        if (yyjson_obj_get(yyjson_arr_get_first(value), "product_id") != NULL) {
            *out_list = value;
            return LIMIT_LIST;
        }
    }
    return LIMIT_NOTHING;
}

limit_kind limit_kind_of(yyjson_val *root, yyjson_val **out_list) {
    yyjson_val *data = yyjson_obj_get(root, "data");
    if (data != NULL) {
        return douyin_kind(data, out_list);
    }
    yyjson_obj_iter iter = yyjson_obj_iter_with(root);
    yyjson_val *key = yyjson_obj_iter_next(&iter);
    yyjson_val *answer = key != NULL ? yyjson_obj_iter_get_val(key) : NULL;
    yyjson_val *trades = yyjson_obj_get(yyjson_obj_get(answer, "trades"), "trade");
    yyjson_val *items = yyjson_obj_get(yyjson_obj_get(answer, "items"), "item");
    *out_list = trades != NULL ? trades : items;
    if (trades != NULL) {
        return LIMIT_TAOBAO_TRADES;
    }
    if (items == NULL) {
        return LIMIT_NOTHING;
    }
    return yyjson_equals_str(key, "items_seller_list_get_response") ? LIMIT_TAOBAO_ITEMS
                                                                    : LIMIT_LIST;
}

const char *limit_id_name(limit_kind kind) {
    static const char *const names[LIMIT_KINDS] = { "order_id", "product_id", "tid", "num_iid" };
    return kind < LIMIT_KINDS ? names[kind] : "product_id";
}

limit_page *limit_page_new(void) {
    limit_page *page = calloc(1, sizeof *page);
    if (page != NULL) {
        page->notes_cap = NOTES_BYTES;
        page->notes = malloc(page->notes_cap);
        page->cells = malloc(LIMIT_CELLS * sizeof *page->cells);
        page->rows = malloc(LIMIT_ROWS * sizeof *page->rows);
    }
    if (page == NULL || page->notes == NULL || page->cells == NULL || page->rows == NULL) {
        bench_die("out of memory for a page");
    }
    return page;
}
