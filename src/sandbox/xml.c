/*
 * XML for TOP and Qimen on libxml2: an answer's JSON as XML, and a request's XML as a tree that is
 * safe to walk. Reading is hardened: UTF-8 only, no DTD, no entities but the five, no network, a
 * bound on size and depth. Knows no method.
 */
#include <limits.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>

#include "sandbox/xml.h"

enum { XML_REQUEST_BYTES = 1024 * 1024 };

/* ---- writing ---- */

typedef struct writer {
    xmlTextWriterPtr to;
    base_arena *arena;
    bool failed;
} writer;

/* Control characters have no place in XML 1.0, not even escaped. */
static const char *clean(writer *w, base_str text) {
    char *copy = base_arena_dup(w->arena, text);
    size_t len = 0;
    for (size_t i = 0; copy != NULL && i < text.len; i++) {
        unsigned char c = (unsigned char)copy[i];
        if (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') {
            copy[len++] = copy[i];
        }
    }
    if (copy != NULL) {
        copy[len] = '\0';
    }
    w->failed = w->failed || copy == NULL;
    return copy != NULL ? copy : "";
}

static bool holds_one_list(yyjson_val *value) {
    yyjson_obj_iter iter = yyjson_obj_iter_with(value);
    yyjson_val *key = yyjson_obj_iter_next(&iter);
    return yyjson_is_obj(value) && yyjson_obj_size(value) == 1 &&
           yyjson_is_arr(yyjson_obj_iter_get_val(key));
}

static void write_element(writer *w, const char *name, yyjson_val *value);

static void write_content(writer *w, yyjson_val *value) {
    base_str text;
    if (yyjson_is_obj(value)) {
        size_t i, max;
        yyjson_val *key, *member;
        yyjson_obj_foreach(value, i, max, key, member) {
            write_element(w, yyjson_get_str(key), member);
        }
    } else if (!yyjson_is_null(value) && codec_json_text(value, w->arena, &text)) {
        w->failed = xmlTextWriterWriteString(w->to, BAD_CAST clean(w, text)) < 0 || w->failed;
    }
}

static void write_one(writer *w, const char *name, yyjson_val *value) {
    bool good = xmlValidateNCName(BAD_CAST name, 0) == 0;
    w->failed = xmlTextWriterStartElement(w->to, BAD_CAST(good ? name : "item")) < 0 || w->failed;
    if (holds_one_list(value)) {
        w->failed =
            xmlTextWriterWriteAttribute(w->to, BAD_CAST "list", BAD_CAST "true") < 0 || w->failed;
    }
    write_content(w, value);
    w->failed = xmlTextWriterEndElement(w->to) < 0 || w->failed;
}

/* A list becomes several elements of one name. */
static void write_element(writer *w, const char *name, yyjson_val *value) {
    if (!yyjson_is_arr(value)) {
        write_one(w, name, value);
        return;
    }
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(value, i, max, item) {
        write_one(w, name, item);
    }
}

bool face_xml_write(yyjson_val *root, base_arena *arena, base_buf *out) {
    xmlBufferPtr buffer = xmlBufferCreate();
    writer w = { buffer != NULL ? xmlNewTextWriterMemory(buffer, 0) : NULL, arena, false };
    bool ok = w.to != NULL && xmlTextWriterStartDocument(w.to, "1.0", "UTF-8", NULL) >= 0;
    if (ok) {
        write_content(&w, root);
        ok = xmlTextWriterEndDocument(w.to) >= 0 && !w.failed;
    }
    if (w.to != NULL) {
        xmlFreeTextWriter(w.to); /* flushes into the buffer */
    }
    if (ok) {
        base_buf_add(out, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
    }
    if (buffer != NULL) {
        xmlBufferFree(buffer);
    }
    return ok;
}

/* ---- reading ---- */

static void be_quiet(void *user, const char *fmt, ...) {
    (void)user;
    (void)fmt;
}

static xmlDocPtr parse(base_str text) {
    xmlSetGenericErrorFunc(NULL, be_quiet);
    return xmlReadMemory(text.ptr, (int)text.len, "request.xml", "UTF-8",
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                             XML_PARSE_NOCDATA | XML_PARSE_NOBLANKS);
}

static size_t element_count(const xmlNode *node) {
    size_t count = 0;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        count += child->type == XML_ELEMENT_NODE;
    }
    return count;
}

static yyjson_mut_val *value_of(yyjson_mut_doc *doc, xmlNode *node, unsigned depth);

static yyjson_mut_val *text_of(yyjson_mut_doc *doc, xmlNode *node) {
    xmlChar *text = xmlNodeGetContent(node);
    yyjson_mut_val *value = yyjson_mut_strcpy(doc, text != NULL ? (const char *)text : "");
    xmlFree(text);
    return value;
}

/* Members of one name become a list. */
static bool add_member(yyjson_mut_doc *doc, yyjson_mut_val *object, xmlNode *child,
                       unsigned depth) {
    const char *name = (const char *)child->name;
    yyjson_mut_val *value = value_of(doc, child, depth + 1);
    yyjson_mut_val *there = yyjson_mut_obj_get(object, name);
    if (value == NULL) {
        return false;
    }
    if (there == NULL) {
        return yyjson_mut_obj_add(object, yyjson_mut_strcpy(doc, name), value);
    }
    /* Lists come from here only: a member's own value is never one. */
    if (yyjson_mut_is_arr(there)) {
        return yyjson_mut_arr_append(there, value);
    }
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    (void)yyjson_mut_obj_remove_key(object, name);
    return yyjson_mut_arr_append(list, there) && yyjson_mut_arr_append(list, value) &&
           yyjson_mut_obj_add(object, yyjson_mut_strcpy(doc, name), list);
}

static yyjson_mut_val *value_of(yyjson_mut_doc *doc, xmlNode *node, unsigned depth) {
    if (depth > LIMIT_JSON_DEPTH) {
        return NULL;
    }
    if (element_count(node) == 0) {
        return text_of(doc, node);
    }
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    for (xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && !add_member(doc, object, child, depth)) {
            return NULL;
        }
    }
    return object;
}

yyjson_doc *face_xml_read(base_str text, const char *root_name, const char **out_why) {
    yyjson_doc *out = NULL;
    *out_why = "is no well-formed XML";
    if (text.len > XML_REQUEST_BYTES) {
        *out_why = "is too long";
        return NULL;
    }
    if (!base_utf8_valid(text) || memchr(text.ptr, '\0', text.len) != NULL) {
        *out_why = "is not UTF-8";
        return NULL;
    }
    /* Before the parser sees it: a DTD is where entities, and files and hosts to fetch, come from.
     */
    if (memmem(text.ptr, text.len, "<!DOCTYPE", 9) != NULL ||
        memmem(text.ptr, text.len, "<!ENTITY", 8) != NULL) {
        *out_why = "has a DTD, which is refused";
        return NULL;
    }
    xmlDocPtr xml = parse(text);
    xmlNode *root = xml != NULL ? xmlDocGetRootElement(xml) : NULL;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (root != NULL && strcmp((const char *)root->name, root_name) != 0) {
        *out_why = "has another root element";
    } else if (root != NULL && doc != NULL) {
        yyjson_mut_val *value =
            element_count(root) > 0 ? value_of(doc, root, 0) : yyjson_mut_obj(doc);
        *out_why = "is nested too deeply";
        if (value != NULL) {
            yyjson_mut_doc_set_root(doc, value);
            out = yyjson_mut_doc_imut_copy(doc, NULL);
        }
    }
    yyjson_mut_doc_free(doc);
    xmlFreeDoc(xml);
    return out;
}
