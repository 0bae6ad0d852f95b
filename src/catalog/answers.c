/*
 * Answer trees, errors of methods, the documents' names and notes: what people read. Only a program
 * that asks for them links this file and the pool behind it.
 */
#include <ctype.h>
#include <string.h>

#include "catalog/catalog_private.h"

static const cat_method_doc *doc_of(const cat_method *method) {
    return &cat_method_docs[method - cat_methods];
}

bool cat_answer_known(const cat_method *method) {
    return doc_of(method)->answer_known != 0;
}

size_t cat_answer_count(const cat_method *method) {
    return doc_of(method)->answer_count;
}

const cat_answer *cat_answer_at(const cat_method *method, size_t index) {
    const cat_method_doc *doc = doc_of(method);
    return index < doc->answer_count ? &cat_answers[cat_answer_lists[doc->answer_first + index]]
                                     : NULL;
}

const cat_answer *cat_answer_field(const cat_answer *answer, size_t index) {
    return index < answer->field_count ? &cat_answers[cat_answer_lists[answer->field_first + index]]
                                       : NULL;
}

/* ---- errors ---- */

size_t cat_method_error_count(const cat_method *method) {
    return doc_of(method)->error_count;
}

const cat_method_error *cat_method_error_at(const cat_method *method, size_t index) {
    const cat_method_doc *doc = doc_of(method);
    return index < doc->error_count ? &cat_method_errors[doc->error_first + index] : NULL;
}

static bool fits(cat_text row, base_str given) {
    const char *text = cat_doc_str(row);
    return *text == '\0' || base_str_is(given, text);
}

const cat_method_error *cat_method_error_find(const cat_method *method, base_str code,
                                              base_str sub_code) {
    for (size_t i = 0; i < cat_method_error_count(method); i++) {
        const cat_method_error *row = cat_method_error_at(method, i);
        if (fits(row->code, code) && fits(row->sub_code, sub_code)) {
            return row;
        }
    }
    return NULL;
}

/* ---- names and labels ---- */

const char *cat_enum_title(const cat_param *param, size_t index) {
    return index < param->enum_count ? cat_doc_str(cat_enum_titles[param->enum_first + index]) : "";
}

const char *cat_note(const cat_method *method) {
    return cat_doc_str(doc_of(method)->note);
}

/* Text that is cut where the room ends; the length goes on. */
typedef struct cut {
    char *room;
    size_t size, len;
} cut;

static void put(cut *out, char c) {
    if (out->len + 1 < out->size) {
        out->room[out->len] = c;
    }
    out->len++;
}

static void put_text(cut *out, const char *text) {
    for (; *text; text++) {
        put(out, *text);
    }
}

size_t cat_alias(const cat_method *method, char *room, size_t size) {
    const cat_alias_rule *rule = &cat_alias_rules[method->platform];
    const char *own = cat_doc_str(doc_of(method)->alias);
    bool rest_of_word = false;
    cut out = { room, size, 0 };
    if (*own || rule->style == CAT_ALIAS_NONE) {
        put_text(&out, own);
    } else {
        put_text(&out, cat_doc_str(rule->prefix));
        for (const char *p = cat_str(method->name); *p; p++) {
            bool letter = isalnum((unsigned char)*p) != 0;
            if (rule->style == CAT_ALIAS_SNAKE) {
                put(&out, letter ? *p : '_');
            } else if (letter) {
                put(&out, (char)(rest_of_word ? *p : toupper((unsigned char)*p)));
            }
            rest_of_word = letter;
        }
        put_text(&out, cat_doc_str(rule->suffix));
    }
    if (size > 0) {
        room[out.len < size ? out.len : size - 1] = '\0';
    }
    return out.len;
}
