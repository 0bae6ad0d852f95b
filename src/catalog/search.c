/*
 * Search over all methods: each word of the query is looked for in wire name, the documents' name,
 * title, group, platform and parameters, and every method that has something of each word gets a
 * score. Reads the const tables only; there is no index to keep. A word is first looked for in the
 * pools of texts (pools.c) and then scored for each row of the parameters and each title, so that
 * nothing is looked at twice.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog_private.h"

enum { TERMS_MOST = 8, NAME_BYTES = 192 };

/* Points of one word of the query; the best place counts. The scale is arbitrary. */
enum {
    NAME_EXACT = 1000,
    NAME_BEGIN = 500,
    NAME_INSIDE = 260,
    WORD_INSIDE = 100, /* the middle of a word: "tid" in "chatid" */
    NAME_WORDS = 3,    /* times the quality of the match, 40 to 100 */
    TITLE_EXACT = 450,
    TITLE_BEGIN = 330,
    TITLE_INSIDE = 280,
    TITLE_CHARACTERS = 60, /* they stand there, not in one piece ... */
    TITLE_PAIRS = 120,     /* ... by the share of neighbours that stay neighbours */
    COVERAGE = 100,        /* more for what leaves little of the name or title over */
    GROUP_EXACT = 120,
    GROUP_INSIDE = 80,
    PARAM_EXACT = 250, /* fits a byte */
    PARAM_INSIDE = 90,
    PARAM_TYPO = 60,
    TYPO_COST = 20
};

typedef struct term {
    cat_words words; /* as typed, of its ASCII and other letters */
    char folded[CAT_WORDS_BYTES];
    size_t folded_len;
    bool typos;       /* it was found nowhere without */
    bool found;       /* somewhere */
    uint8_t *params;  /* points by row of cat_params */
    uint8_t *places;  /* points by group, of its and the platform's names */
    uint16_t *titles; /* points by method */
} term;

typedef struct query {
    term terms[TERMS_MOST];
    size_t count;
    size_t methods, groups; /* of all platforms */
    cat_marks texts, docs;
    uint8_t *memory; /* all terms' points */
} query;

/* What one word of the query found in a method. */
typedef struct score {
    unsigned points, typos;
    const cat_param *param;
} score;

static void better(score *best, unsigned points, unsigned typos, const cat_param *param) {
    unsigned cost = typos * TYPO_COST;
    points = points > cost ? points - cost : 0;
    if (points > best->points) {
        *best = (score){ points, typos, param };
    }
}

static unsigned most_of(unsigned a, unsigned b) {
    return a > b ? a : b;
}

static unsigned coverage(size_t part, size_t whole) {
    return whole ? (unsigned)(COVERAGE * part / whole) : 0;
}

/* ---- the query ---- */

static void add_term(query *q, base_str text) {
    term *t = &q->terms[q->count++];
    cat_words_split(text, &t->words);
    t->folded_len = text.len < sizeof(t->folded) ? text.len : sizeof(t->folded);
    for (size_t i = 0; i < t->folded_len; i++) {
        char c = text.ptr[i];
        t->folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
}

static void split_query(base_str words, query *q) {
    size_t i = 0;
    while (i < words.len && q->count < TERMS_MOST) {
        size_t start = i;
        while (i < words.len && !strchr(" \t\r\n,;", words.ptr[i])) {
            i++;
        }
        base_str text = { words.ptr + start, i - start };
        cat_words probe;
        cat_words_split(text, &probe);
        if (probe.count > 0) { /* "." alone asks for nothing */
            add_term(q, text);
        }
        i++;
    }
}

/* ---- titles ---- */

static size_t character_bytes(unsigned char first) {
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Chinese has no spaces: all characters of the word stand in the title, and more is more where
 * neighbours stay neighbours. 0 = one is not there, or the word has less than three. */
static unsigned character_points(base_str title, base_str text) {
    unsigned characters = 0, pairs = 0;
    for (size_t at = 0; at < text.len;) {
        size_t first = character_bytes((unsigned char)text.ptr[at]);
        size_t next = at + first < text.len ? at + first : at;
        size_t both = first + character_bytes((unsigned char)text.ptr[next]);
        if (first == 1 || at + first > text.len ||
            cat_find_folded(title, (base_str){ text.ptr + at, first }) == SIZE_MAX) {
            return 0;
        }
        pairs += at + both <= text.len &&
                 cat_find_folded(title, (base_str){ text.ptr + at, both }) != SIZE_MAX;
        characters++;
        at += first;
    }
    return characters >= 3
               ? TITLE_CHARACTERS + TITLE_PAIRS * pairs / characters + coverage(text.len, title.len)
               : 0;
}

/* "id" in "ids of tids" is a word of the title only where it begins one. */
static bool inside_word(base_str text, size_t at) {
    return at > 0 && isalnum((unsigned char)text.ptr[at]) &&
           isalnum((unsigned char)text.ptr[at - 1]);
}

static unsigned title_points(const term *t, const char *title, bool marked) {
    base_str text = base_str_of(title), wanted = { t->folded, t->folded_len };
    if (!marked) {
        return character_points(text, wanted);
    }
    size_t at = cat_find_folded(text, wanted);
    unsigned points = text.len == wanted.len  ? TITLE_EXACT
                      : at == 0               ? TITLE_BEGIN
                      : inside_word(text, at) ? WORD_INSIDE
                                              : TITLE_INSIDE;
    return points + coverage(wanted.len, text.len);
}

/* ---- names ---- */

static bool begins_word(const cat_words *name, size_t at) {
    for (size_t i = 0; i < name->count; i++) {
        if (name->words[i].at == at) {
            return true;
        }
    }
    return false;
}

static void score_words(const term *t, const cat_words *name, score *best) {
    base_str joined = cat_words_joined(name), wanted = cat_words_joined(&t->words);
    unsigned covered = coverage(wanted.len, joined.len);
    size_t at = cat_find_folded(joined, wanted);
    if (at == 0) {
        bool all = wanted.len == joined.len;
        better(best, all ? NAME_EXACT : NAME_BEGIN + covered, 0, NULL);
    } else if (at != SIZE_MAX) {
        better(best, (begins_word(name, at) ? NAME_INSIDE : WORD_INSIDE) + covered, 0, NULL);
    } else if (t->typos) {
        unsigned typos = cat_words_typos(&t->words, name);
        better(best, typos ? NAME_BEGIN + covered : 0, typos, NULL);
    }
    cat_match match = cat_words_match(&t->words, name, t->typos);
    better(best, match.quality ? NAME_WORDS * match.quality + covered : 0, match.typos, NULL);
}

/* Only the whole of what the documents call it: its parts are those of the wire name. */
static void score_alias(const term *t, const cat_words *alias, score *best) {
    base_str joined = cat_words_joined(alias), wanted = cat_words_joined(&t->words);
    if (alias->len == 0 || joined.len != wanted.len) {
        unsigned typos = t->typos && alias->len > 0 ? cat_words_typos(&t->words, alias) : 0;
        better(best, typos ? NAME_BEGIN : 0, typos, NULL);
    } else if (memcmp(joined.ptr, wanted.ptr, wanted.len) == 0) {
        better(best, NAME_EXACT, 0, NULL);
    }
}

/* ---- what is scored once a word: titles, groups, parameters ---- */

static unsigned marked_points(const cat_marks *marks, cat_text at, unsigned whole, unsigned part) {
    if (at == 0 || !cat_marked(marks->found, at)) {
        return 0;
    }
    return cat_marked(marks->whole, at) ? whole : part;
}

static unsigned place_points(const query *q, const cat_group *group) {
    const cat_platform *platform = &cat_platforms[group->platform];
    const cat_text names[] = { group->name, platform->name };
    const cat_text titles[] = { group->title, platform->title };
    unsigned points = 0;
    for (size_t i = 0; i < 2; i++) {
        unsigned name = marked_points(&q->texts, names[i], GROUP_EXACT, GROUP_INSIDE);
        unsigned title = marked_points(&q->docs, titles[i], GROUP_EXACT, GROUP_INSIDE);
        points = most_of(points, most_of(name, title));
    }
    return points;
}

/* Points of a parameter and, less, of the fields below it, which have smaller numbers. */
static unsigned param_points(const query *q, const term *t, const cat_param *param) {
    unsigned inside = t->typos ? PARAM_TYPO : PARAM_INSIDE;
    unsigned points = marked_points(&q->texts, param->name, PARAM_EXACT, inside);
    points = most_of(points, marked_points(&q->docs, param->title, PARAM_EXACT, PARAM_INSIDE));
    points = most_of(points, marked_points(&q->docs, param->alias, PARAM_EXACT, PARAM_INSIDE));
    for (size_t i = 0; i < param->field_count; i++) {
        unsigned below = t->params[cat_param_lists[param->field_first + i]];
        points = most_of(points, below * 2 / 3);
    }
    return points;
}

static void score_tables(query *q, term *t) {
    base_str wanted = { t->folded, t->folded_len };
    cat_marks_reset(&q->texts);
    cat_marks_reset(&q->docs);
    cat_marks_find(&q->texts, wanted);
    cat_marks_find(&q->docs, wanted);
    if (t->typos) {
        cat_marks_find_typos(&q->texts, &t->words);
    }
    for (size_t i = 0; i < cat_params_count; i++) {
        t->params[i] = (uint8_t)param_points(q, t, &cat_params[i]);
    }
    for (size_t i = 0; i < q->groups; i++) {
        t->places[i] = (uint8_t)place_points(q, &cat_groups[i]);
    }
    bool chinese = (t->folded[0] & 0x80) != 0;
    for (size_t i = 0; i < q->methods; i++) {
        cat_text title = cat_methods[i].title;
        bool marked = cat_marked(q->docs.found, title);
        t->titles[i] =
            (uint16_t)(title && (marked || chinese) ? title_points(t, cat_doc_str(title), marked)
                                                    : 0);
    }
}

static void score_params(const term *t, const cat_method *method, score *best) {
    for (size_t i = 0; i < method->param_count; i++) {
        uint16_t row = cat_param_lists[method->param_first + i];
        better(best, t->params[row], 0, &cat_params[row]);
    }
}

/* ---- methods ---- */

/* The names of a method, split once for all words of the query. */
typedef struct names {
    cat_words wire, alias;
} names;

static void split_names(const cat_method *method, names *out) {
    char alias[NAME_BYTES];
    size_t len = 0;
    cat_words_split(base_str_of(cat_str(method->name)), &out->wire);
    out->alias.len = out->alias.count = 0;
    if (cat_alias_rules[method->platform].style != CAT_ALIAS_SNAKE) { /* else the same letters */
        len = cat_alias(method, alias, sizeof(alias));
    }
    if (len > 0 && len < sizeof(alias)) {
        cat_words_split((base_str){ alias, len }, &out->alias);
    }
}

static score score_term(term *t, const cat_method *method, const names *of) {
    score best = { 0 };
    if (!(t->folded[0] & 0x80)) { /* no name has Chinese letters */
        score_words(t, &of->wire, &best);
        score_alias(t, &of->alias, &best);
    }
    better(&best, t->titles[method - cat_methods], 0, NULL);
    better(&best, t->places[method->group], 0, NULL);
    if (best.points < PARAM_EXACT) {
        score_params(t, method, &best);
    }
    t->found = t->found || best.points > 0;
    return best;
}

static bool wanted(const cat_search_filter *filter, const cat_method *method) {
    return !filter || ((!filter->platform || filter->platform->index == method->platform) &&
                       (!filter->group || filter->group == cat_group_of(method)) &&
                       (!filter->no_offline || !(method->flags & CAT_OFFLINE)));
}

/* True when the method has something of every word. */
static bool score_method(query *q, const cat_method *method, cat_hit *hit) {
    names of;
    bool all = true;
    unsigned best = 0;
    *hit = (cat_hit){ .method = method };
    split_names(method, &of);
    for (size_t i = 0; i < q->count; i++) {
        score one = score_term(&q->terms[i], method, &of);
        all = all && one.points > 0;
        hit->score += one.points;
        hit->typos = (uint8_t)(hit->typos + one.typos);
        if (one.param && one.points > best) {
            best = one.points;
            hit->param = one.param;
        }
    }
    if (method->flags & CAT_OFFLINE) {
        hit->score = hit->score * 4 / 5;
    }
    return all;
}

static int by_score(const void *a, const void *b) {
    const cat_hit *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    int offline = (x->method->flags & CAT_OFFLINE) - (y->method->flags & CAT_OFFLINE);
    if (offline != 0) {
        return offline;
    }
    return x->method < y->method ? -1 : x->method > y->method; /* by platform, then name */
}

static size_t run(query *q, const cat_search_filter *filter, cat_hit *hits) {
    size_t count = 0;
    for (size_t p = 0; p < cat_platforms_count; p++) {
        const cat_platform *platform = &cat_platforms[p];
        for (uint32_t i = 0; i < platform->method_count; i++) {
            const cat_method *method = &cat_methods[platform->method_first + i];
            count += wanted(filter, method) && score_method(q, method, &hits[count]);
        }
    }
    return count;
}

/* Words that were found nowhere may be misspelt; with none of these, all of them. */
static void allow_typos(query *q) {
    bool all_found = true;
    for (size_t i = 0; i < q->count; i++) {
        all_found = all_found && q->terms[i].found;
    }
    for (size_t i = 0; i < q->count; i++) {
        term *t = &q->terms[i];
        t->typos = all_found || !t->found;
        if (t->typos) {
            score_tables(q, t);
        }
    }
}

/* Memory for the points; false when there is none. */
static bool prepare(query *q) {
    size_t titles = q->methods * sizeof(uint16_t);
    size_t each = (titles + cat_params_count + q->groups + 1) & ~(size_t)1;
    q->memory = calloc(q->count + 1, each);
    if (!q->memory || !cat_marks_init(&q->texts, cat_str(0), cat_texts_bytes) ||
        !cat_marks_init(&q->docs, cat_doc_str(0), cat_docs_bytes)) {
        return false;
    }
    for (size_t i = 0; i < q->count; i++) {
        term *t = &q->terms[i];
        uint8_t *own = q->memory + i * each;
        t->titles = (uint16_t *)(void *)own; /* `each` is even */
        t->params = own + titles;
        t->places = t->params + cat_params_count;
        score_tables(q, t);
    }
    return true;
}

static void free_query(query *q) {
    if (q) {
        cat_marks_free(&q->texts);
        cat_marks_free(&q->docs);
        free(q->memory);
        free(q);
    }
}

qd_status cat_search(base_str words, const cat_search_filter *filter, cat_hit *out, size_t max,
                     size_t *out_count, size_t *out_total, qd_err *err) {
    size_t total = 0;
    cat_hit *hits = NULL;
    qd_status status = QD_OK;
    query *q = calloc(1, sizeof(*q));
    for (size_t i = 0; q && i < cat_platforms_count; i++) {
        q->methods += cat_platforms[i].method_count;
        q->groups += cat_platforms[i].group_count;
    }
    if (q) {
        split_query(words, q);
        hits = calloc(q->methods + 1, sizeof(*hits));
    }
    if (!hits || !prepare(q)) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for a search");
        goto done;
    }
    total = q->count > 0 ? run(q, filter, hits) : 0;
    if (total == 0 && q->count > 0) {
        allow_typos(q);
        total = run(q, filter, hits);
    }
    qsort(hits, total, sizeof(*hits), by_score);
    *out_count = total < max ? total : max;
    if (*out_count > 0) {
        memcpy(out, hits, *out_count * sizeof(*hits));
    }
    if (out_total) {
        *out_total = total;
    }
done:
    free_query(q);
    free(hits);
    return status;
}
