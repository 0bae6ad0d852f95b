/*
 * Names of the typed headers: from wire names to identifiers of C and C++, and no name twice.
 */
#include <ctype.h>
#include <string.h>

#include "api.h"

/* Keywords of C23 and C++20, and macros of common headers and compilers. */
static const char *const TAKEN[] = { "EOF",
                                     "I",
                                     "NULL",
                                     "alignas",
                                     "alignof",
                                     "and",
                                     "and_eq",
                                     "asm",
                                     "assert",
                                     "auto",
                                     "bitand",
                                     "bitor",
                                     "bool",
                                     "break",
                                     "case",
                                     "catch",
                                     "char",
                                     "char16_t",
                                     "char32_t",
                                     "char8_t",
                                     "class",
                                     "co_await",
                                     "co_return",
                                     "co_yield",
                                     "compl",
                                     "complex",
                                     "concept",
                                     "const",
                                     "const_cast",
                                     "consteval",
                                     "constexpr",
                                     "constinit",
                                     "continue",
                                     "decltype",
                                     "default",
                                     "delete",
                                     "do",
                                     "double",
                                     "dynamic_cast",
                                     "else",
                                     "enum",
                                     "errno",
                                     "explicit",
                                     "export",
                                     "extern",
                                     "false",
                                     "float",
                                     "for",
                                     "friend",
                                     "goto",
                                     "if",
                                     "inline",
                                     "int",
                                     "linux",
                                     "long",
                                     "mutable",
                                     "namespace",
                                     "new",
                                     "noexcept",
                                     "noreturn",
                                     "not",
                                     "not_eq",
                                     "nullptr",
                                     "offsetof",
                                     "operator",
                                     "or",
                                     "or_eq",
                                     "private",
                                     "protected",
                                     "public",
                                     "register",
                                     "reinterpret_cast",
                                     "requires",
                                     "restrict",
                                     "return",
                                     "short",
                                     "signed",
                                     "sizeof",
                                     "static",
                                     "static_assert",
                                     "static_cast",
                                     "stderr",
                                     "stdin",
                                     "stdout",
                                     "struct",
                                     "switch",
                                     "template",
                                     "this",
                                     "thread_local",
                                     "throw",
                                     "true",
                                     "try",
                                     "typedef",
                                     "typeid",
                                     "typename",
                                     "typeof",
                                     "typeof_unqual",
                                     "union",
                                     "unix",
                                     "unsigned",
                                     "using",
                                     "virtual",
                                     "void",
                                     "volatile",
                                     "wchar_t",
                                     "while",
                                     "xor",
                                     "xor_eq",
                                     NULL };

static size_t hash(const char *text) {
    size_t h = 14695981039346656037ULL; /* FNV-1a */
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 1099511628211ULL;
    }
    return h;
}

static const char **slot_of(const char **slots, size_t room, const char *name) {
    size_t at = hash(name) & (room - 1);
    while (slots[at] && strcmp(slots[at], name) != 0) {
        at = (at + 1) & (room - 1);
    }
    return &slots[at];
}

bool api_names_add(api_names *names, const char *name) {
    if (names->count * 2 >= names->room) {
        size_t room = names->room ? names->room * 2 : 64;
        const char **slots = catc_alloc(room * sizeof(*slots));
        for (size_t i = 0; i < names->room; i++) {
            if (names->slots[i]) {
                *slot_of(slots, room, names->slots[i]) = names->slots[i];
            }
        }
        names->slots = slots;
        names->room = room;
    }
    const char **slot = slot_of(names->slots, names->room, name);
    if (*slot) {
        return false;
    }
    *slot = name;
    names->count++;
    return true;
}

bool api_names_have(const api_names *names, const char *name) {
    return names->room > 0 && *slot_of(names->slots, names->room, name) != NULL;
}

const char *api_unique(api_names *names, const char *wanted) {
    const char *name = wanted;
    for (int i = 2; !api_names_add(names, name); i++) {
        name = catc_format("%s_%d", wanted, i);
    }
    return name;
}

const char *api_word(const char *wire) {
    char *word = catc_alloc(strlen(wire) + 1);
    size_t len = 0;
    for (const char *c = wire; *c; c++) {
        bool letter = isalnum((unsigned char)*c) && (unsigned char)*c < 0x80;
        if (letter || len == 0 || word[len - 1] != '_') {
            word[len++] = letter ? *c : '_';
        }
    }
    return word;
}

const char *api_ident(const char *word) {
    if (!isalpha((unsigned char)*word)) {
        return catc_format("x%s", word);
    }
    return catc_index(TAKEN, word) >= 0 ? catc_format("%s_", word) : word;
}

static bool ends_with(const char *word, size_t len, const char *tail) {
    size_t size = strlen(tail);
    return len > size && memcmp(word + len - size, tail, size) == 0;
}

const char *api_singular(const char *word) {
    static const struct {
        const char *tail, *instead;
    } RULES[] = {
        { "_list", "" },  { "List", "" }, { "ies", "y" }, { "sses", "ss" }, { "xes", "x" },
        { "ches", "ch" }, { "us", "us" }, { "ss", "ss" }, { "s", "" },
    };
    size_t len = strlen(word);
    for (size_t i = 0; i < sizeof(RULES) / sizeof(*RULES); i++) {
        if (ends_with(word, len, RULES[i].tail)) {
            return catc_format("%.*s%s", (int)(len - strlen(RULES[i].tail)), word,
                               RULES[i].instead);
        }
    }
    return word;
}
