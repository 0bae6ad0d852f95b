/*
 * An example command and an example in C for a method. The names in C follow docs/typed-api.md:
 * they are those of the generated headers.
 */
#include <ctype.h>
#include <string.h>

#include "cli/api_sample.h"

/* ---- shell ---- */

/* As one word for a POSIX shell. */
static void add_word(base_str text, base_buf *out) {
    bool plain = text.len > 0;
    for (size_t i = 0; plain && i < text.len; i++) {
        plain = isalnum((unsigned char)text.ptr[i]) || memchr("_-.,:/@%+=", text.ptr[i], 10);
    }
    if (plain) {
        base_buf_add_str(out, text);
        return;
    }
    base_buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'') {
            base_buf_add_text(out, "'\\''");
        } else {
            base_buf_add_char(out, text.ptr[i]);
        }
    }
    base_buf_add_char(out, '\'');
}

static void add_operand(const cat_method *method, const cat_param *param, base_buf *out) {
    base_buf value;
    base_buf_init(&value, LIMIT_DOCUMENT_BYTES);
    base_buf_add_char(out, ' ');
    add_word(base_str_of(cat_str(param->name)), out);
    if (param->type == CAT_FILE) {
        base_buf_add_text(out, "=@main.jpg");
    } else if (api_sample_is_tree(param->type)) {
        api_sample_json(method, param, 0, &value);
        base_buf_add_text(out, ":=");
        add_word(base_buf_str(&value), out);
    } else {
        api_sample_scalar(method, param, param->type, true, &value);
        base_buf_add_char(out, '=');
        add_word(base_buf_str(&value), out);
    }
    base_buf_clear(&value);
}

void api_example_command(const cat_method *method, base_buf *out) {
    base_buf_add_text(out, "qd call ");
    add_word(base_str_of(cat_str(method->name)), out);
    base_buf_add_text(out, " --shop T");
    for (size_t i = 0; i < method->param_count; i++) {
        if (api_sample_wants(method, cat_param_at(method, i))) {
            add_operand(method, cat_param_at(method, i), out);
        }
    }
}

/* ---- C: names ---- */

/* Keywords of C23 and C++20 and macros of common headers, as catalogc escapes them. */
static const char taken[] =
    " EOF I NULL alignas alignof and and_eq asm assert auto bitand bitor bool break case catch "
    "char "
    "char16_t char32_t char8_t class co_await co_return co_yield compl complex concept const "
    "const_cast consteval constexpr constinit continue decltype default delete do double "
    "dynamic_cast else enum errno explicit export extern false float for friend goto if inline int "
    "linux long mutable namespace new noexcept noreturn not not_eq nullptr offsetof operator or "
    "or_eq private protected public register reinterpret_cast requires restrict return short "
    "signed "
    "sizeof static static_assert static_cast stderr stdin stdout struct switch template this "
    "thread_local throw true try typedef typeid typename typeof typeof_unqual union unix unsigned "
    "using virtual void volatile wchar_t while xor xor_eq ";

/* Letters, digits and single underscores. */
static void add_part(const char *wire, base_buf *out) {
    bool joined = false;
    for (const char *c = wire; *c; c++) {
        bool letter = (unsigned char)*c < 0x80 && isalnum((unsigned char)*c);
        if (letter || !joined) {
            base_buf_add_char(out, letter ? *c : '_');
        }
        joined = letter ? false : true;
    }
}

static void add_function(const cat_method *method, base_buf *out) {
    const char *platform = cat_str(cat_platform_of(method)->name), *name = cat_str(method->name);
    size_t len = strlen(platform);
    if (strncmp(name, platform, len) == 0 && name[len] == '.') {
        name += len + 1;
    }
    base_buf_add_text(out, "qd_");
    add_part(platform, out);
    base_buf_add_char(out, '_');
    add_part(name, out);
}

static void add_member(const cat_param *param, bool json, base_buf *out) {
    base_buf word, key;
    base_buf_init(&word, LIMIT_CONF_BYTES);
    base_buf_init(&key, LIMIT_CONF_BYTES);
    add_part(cat_str(param->name), &word);
    size_t len = word.len;
    bool says_so = len > 5 && strcmp(base_buf_text(&word) + len - 5, "_json") == 0;
    if (json && !says_so) {
        base_buf_add_text(&word, "_json");
    }
    base_buf_printf(&key, " %s ", base_buf_text(&word));
    bool first = isalpha((unsigned char)base_buf_text(&word)[0]);
    base_buf_printf(out, ".%s%s%s = ", first ? "" : "x", base_buf_text(&word),
                    strstr(taken, base_buf_text(&key)) ? "_" : "");
    base_buf_clear(&word);
    base_buf_clear(&key);
}

/* ---- C: values ---- */

static void add_literal(base_str text, base_buf *out) {
    base_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            base_buf_add_char(out, '\\');
        }
        base_buf_add_char(out, text.ptr[i]);
    }
    base_buf_add_char(out, '"');
}

static bool is_struct(const cat_param *param) {
    return param->field_count > 0 &&
           (param->type == CAT_OBJECT ||
            (param->type == CAT_ARRAY && (param->item == CAT_OBJECT || param->item == CAT_ANY)));
}

/* Does the header take it as JSON text? */
static bool is_json(const cat_param *param) {
    uint8_t type = param->type, item = param->item;
    if (type == CAT_ARRAY) {
        return !is_struct(param) && item != CAT_STRING && item != CAT_DATETIME && item != CAT_INT;
    }
    return type == CAT_ANY || type == CAT_MAP || (type == CAT_OBJECT && !is_struct(param));
}

static void add_scalar(const cat_method *method, const cat_param *param, bool top, base_buf *out) {
    base_buf text;
    bool required = (param->flags & CAT_REQUIRED) != 0;
    uint8_t type = param->type == CAT_ARRAY ? param->item : param->type;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    if (is_json(param)) {
        api_sample_json(method, param, top ? 0 : 1, &text);
        add_literal(base_buf_str(&text), out);
        base_buf_clear(&text);
        return;
    }
    api_sample_scalar(method, param, type, top, &text);
    const char *before = "", *after = "";
    if (param->type == CAT_ARRAY) {
        before = type == CAT_INT ? "QD_INTS(" : "QD_TEXTS(";
        after = ")";
    } else if (!required && (type == CAT_INT || type == CAT_BOOL)) {
        before = type == CAT_INT ? "QD_INT(" : "QD_BOOL(";
        after = ")";
    }
    base_buf_add_text(out, before);
    if (type == CAT_INT || type == CAT_BOOL) {
        base_buf_add_str(out, base_buf_str(&text));
    } else {
        add_literal(base_buf_str(&text), out);
    }
    base_buf_add_text(out, after);
    base_buf_clear(&text);
}

static void add_value(const cat_method *method, const cat_param *param, const char *path, int depth,
                      base_buf *out);

/* { .a = 1, .b = "x" } of the wished fields. path: the struct's own name. */
static void add_struct(const cat_method *method, const cat_param *param, const char *path,
                       int depth, base_buf *out) {
    base_buf_add_text(out, "{ ");
    for (size_t i = 0, count = 0; depth < API_DEEPEST && i < param->field_count; i++) {
        const cat_param *field = cat_field(param, i);
        if (api_sample_wants_field(param, i) && field->type != CAT_FILE) {
            base_buf_add_text(out, count++ ? ", " : "");
            add_member(field, is_json(field), out);
            add_value(method, field, path, depth + 1, out);
        }
    }
    base_buf_add_text(out, " }");
}

static void add_value(const cat_method *method, const cat_param *param, const char *path, int depth,
                      base_buf *out) {
    if (param->type == CAT_FILE) {
        base_buf_add_text(out, "{ .name = \"main.jpg\", .data = bytes, .len = len }");
        return;
    }
    if (!is_struct(param)) {
        add_scalar(method, param, depth == 0, out);
        return;
    }
    base_buf deeper;
    base_buf_init(&deeper, LIMIT_CONF_BYTES);
    base_buf_printf(&deeper, "%s_", path);
    add_part(cat_str(param->name), &deeper);
    bool list = param->type == CAT_ARRAY;
    base_buf_printf(out, list ? "QD_ITEMS(%s, " : "&(%s)", base_buf_text(&deeper));
    add_struct(method, param, base_buf_text(&deeper), depth, out);
    base_buf_add_text(out, list ? ")" : "");
    base_buf_clear(&deeper);
}

void api_example_c(const cat_method *method, base_buf *out) {
    base_buf function, path;
    size_t count = 0;
    base_buf_init(&function, LIMIT_CONF_BYTES);
    base_buf_init(&path, LIMIT_CONF_BYTES);
    add_function(method, &function);
    base_buf_printf(&path, "%s_args", base_buf_text(&function));
    base_buf_printf(out,
                    "#include <qiandian/api/%s/%s.h>\n\nqd_reply *reply = NULL;\n"
                    "qd_err err = QD_ERR_INIT;\n",
                    cat_str(cat_platform_of(method)->name), cat_str(cat_group_of(method)->name));
    base_buf_printf(out, "qd_status status = %s(\n    shop,", base_buf_text(&function));
    for (size_t i = 0; i < method->param_count; i++) {
        const cat_param *param = cat_param_at(method, i);
        if (!api_sample_wants(method, param)) {
            continue;
        }
        if (count++ == 0) {
            base_buf_printf(out, "\n    &(%s){\n", base_buf_text(&path));
        }
        base_buf_add_text(out, "        ");
        add_member(param, is_json(param), out);
        add_value(method, param, base_buf_text(&path), 0, out);
        base_buf_add_text(out, ",\n");
    }
    base_buf_add_text(out, count ? "    },\n    &reply, &err);" : " NULL, &reply, &err);");
    base_buf_clear(&function);
    base_buf_clear(&path);
}
