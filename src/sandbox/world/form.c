/*
 * Compiles forms into pieces (literal text, blanks, optional parts) and fills them. Filling copies
 * literals and formats blanks; it builds no document tree, which is what makes the sandbox fast.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/form.h"

typedef enum piece_kind { PIECE_LITERAL, PIECE_BLANK, PIECE_OPTION } piece_kind;

typedef struct piece {
    piece_kind kind;
    uint32_t at;  /* LITERAL: offset of its text; OPTION: the piece after its end */
    uint32_t len; /* LITERAL: its length; BLANK, OPTION: the blank */
} piece;

struct doc_form {
    char *text; /* all literals */
    piece *pieces;
    size_t count;
};

typedef struct compiler {
    doc_form *form;
    const char *const *names;
    size_t name_count;
    size_t text_len;
    size_t open; /* the open option's piece + 1; 0 = none */
} compiler;

static qd_status find_blank(const compiler *c, base_str name, uint32_t *out, qd_err *err) {
    for (size_t i = 0; i < c->name_count; i++) {
        if (base_str_is(name, c->names[i])) {
            *out = (uint32_t)i;
            return QD_OK;
        }
    }
    return base_fail(err, QD_E_INVALID, "form: no blank is named %.*s", (int)name.len, name.ptr);
}

static void add_literal(compiler *c, const char *text, size_t len) {
    if (len == 0) {
        return;
    }
    piece *p = &c->form->pieces[c->form->count++];
    *p = (piece){ PIECE_LITERAL, (uint32_t)c->text_len, (uint32_t)len };
    for (size_t i = 0; i < len; i++) {
        c->form->text[c->text_len++] = (char)(text[i] == '\'' ? '"' : text[i]);
    }
}

static qd_status add_tag(compiler *c, base_str tag, qd_err *err) {
    doc_form *f = c->form;
    if (base_str_is(tag, ".")) {
        if (c->open == 0) {
            return base_fail(err, QD_E_INVALID, "form: an optional part ends that never began");
        }
        f->pieces[c->open - 1].at = (uint32_t)f->count;
        c->open = 0;
        return QD_OK;
    }
    bool option = tag.len > 0 && tag.ptr[0] == '?';
    base_str name = option ? (base_str){ tag.ptr + 1, tag.len - 1 } : tag;
    uint32_t blank = 0;
    qd_status status = find_blank(c, name, &blank, err);
    if (status != QD_OK) {
        return status;
    }
    if (option && c->open != 0) {
        return base_fail(err, QD_E_INVALID, "form: optional parts do not nest (%.*s)",
                         (int)name.len, name.ptr);
    }
    f->pieces[f->count++] = (piece){ option ? PIECE_OPTION : PIECE_BLANK, 0, blank };
    if (option) {
        c->open = f->count;
    }
    return QD_OK;
}

static qd_status compile_part(compiler *c, const char *at, qd_err *err) {
    const char *end = at + strlen(at);
    while (at < end) {
        const char *tag = memchr(at, '<', (size_t)(end - at));
        const char *close = tag ? memchr(tag, '>', (size_t)(end - tag)) : NULL;
        add_literal(c, at, (size_t)((close ? tag : end) - at));
        if (!close) {
            break;
        }
        qd_status status = add_tag(c, (base_str){ tag + 1, (size_t)(close - tag - 1) }, err);
        if (status != QD_OK) {
            return status;
        }
        at = close + 1;
    }
    return QD_OK;
}

qd_status form_new(const char *const *parts, const char *const *names, size_t count,
                   doc_form **out_form, qd_err *err) {
    size_t len = 0;
    for (size_t i = 0; parts[i]; i++) {
        len += strlen(parts[i]);
    }
    qd_status status = QD_E_NOMEM;
    doc_form *f = calloc(1, sizeof *f);
    if (f) {
        f->text = malloc(len + 1);
        f->pieces = calloc(len + 1, sizeof *f->pieces);
    }
    if (!f || !f->text || !f->pieces) {
        base_fail(err, QD_E_NOMEM, "form: out of memory");
        goto done;
    }
    compiler c = { f, names, count, 0, 0 };
    for (size_t i = 0; parts[i]; i++) {
        status = compile_part(&c, parts[i], err);
        if (status != QD_OK) {
            goto done;
        }
    }
    status = QD_OK;
    *out_form = f;
    f = NULL;
done:
    form_free(f);
    return status;
}

void form_free(doc_form *form) {
    if (form) {
        free(form->text);
        free(form->pieces);
        free(form);
    }
}

void form_escape(base_buf *out, base_str text) {
    static const char hex[] = "0123456789abcdef";
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        base_buf_add(out, text.ptr + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\') {
            char pair[2] = { '\\', (char)c };
            base_buf_add(out, pair, 2);
        } else if (c == '\n') {
            base_buf_add(out, "\\n", 2);
        } else if (c == '\t') {
            base_buf_add(out, "\\t", 2);
        } else {
            char code[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
            base_buf_add(out, code, sizeof code);
        }
    }
    if (text.len > start) {
        base_buf_add(out, text.ptr + start, text.len - start);
    }
}

static void write_value(const form_value *v, base_buf *out) {
    char text[(int)BASE_FEN_TEXT > (int)BASE_TIME_TEXT ? (int)BASE_FEN_TEXT : (int)BASE_TIME_TEXT];
    switch (v->kind) {
    case VALUE_NONE:
        break;
    case VALUE_INT:
        base_buf_add_i64(out, v->as.number);
        break;
    case VALUE_TEXT:
        form_escape(out, v->as.text);
        break;
    case VALUE_RAW:
        base_buf_add_str(out, v->as.text);
        break;
    case VALUE_FEN:
        base_fen_to_yuan(v->as.number, text);
        base_buf_add_text(out, text);
        break;
    case VALUE_TIME:
        base_time_to_cn(v->as.number, text);
        base_buf_add_text(out, text);
        break;
    case VALUE_CALL:
        v->as.call.write(v->as.call.context, out);
        break;
    }
}

void form_write(const doc_form *form, const form_value *values, base_buf *out) {
    const piece *pieces = form->pieces;
    for (size_t i = 0; i < form->count;) {
        const piece *p = &pieces[i];
        if (p->kind == PIECE_LITERAL) {
            base_buf_add(out, form->text + p->at, p->len);
        } else if (p->kind == PIECE_BLANK) {
            write_value(&values[p->len], out);
        } else if (values[p->len].kind == VALUE_NONE) {
            i = p->at;
            continue;
        }
        i++;
    }
}
