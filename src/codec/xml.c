/*
 * XML <-> the JSON tree that stands for it, over libxml2. Reading takes no document type, no entity
 * but the five of XML itself, nothing from the network, and nothing deeper or wider than its
 * bounds. Which elements a platform knows, and in which order, is not known here.
 *
 * The tree: an element with children is an object, one without is its text, elements of the same
 * name are an array. Attributes are dropped, but for TOP's list="true" (see is_list()).
 */
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <libxml/tree.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>

#include "codec/codec.h"

enum {
    /* Distinct names inside one element; adding looks at each of them. */
    NAMES_MOST = 1024,
    PARSE_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
};

static void start_library(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, xmlInitParser);
}

/* ---- reading ---- */

typedef struct level {
    yyjson_mut_val *object; /* NULL until the first child */
    base_buf text;
    bool list; /* list="true" */
} level;

typedef struct xml_reader {
    xmlTextReaderPtr xml;
    yyjson_mut_doc *doc;
    level levels[LIMIT_JSON_DEPTH];
    size_t depth;
    char message[160];
    int line;
} xml_reader;

static void note_error(void *user, xmlErrorPtr error) {
    xml_reader *reader = user;
    if (reader->message[0] == '\0' && error && error->message) {
        base_str text = base_str_of(error->message);
        while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
            text.len--;
        }
        base_copy(reader->message, sizeof reader->message, text);
        reader->line = error->line;
    }
}

static qd_status fail_xml(const xml_reader *reader, const char *what, qd_err *err) {
    int line = reader->line > 0 ? reader->line : xmlTextReaderGetParserLineNumber(reader->xml);
    return base_fail(err, QD_E_PROTOCOL, "no XML at line %d, column %d: %s", line,
                     xmlTextReaderGetParserColumnNumber(reader->xml), what);
}

static qd_status no_memory(qd_err *err) {
    return base_fail(err, QD_E_NOMEM, "out of memory for XML");
}

static qd_status open_level(xml_reader *reader, qd_err *err) {
    if (reader->depth == LIMIT_JSON_DEPTH) {
        return fail_xml(reader, "too many elements inside each other", err);
    }
    level *at = &reader->levels[reader->depth++];
    memset(at, 0, sizeof *at);
    base_buf_init(&at->text, LIMIT_REPLY_BYTES);
    xmlChar *list = xmlTextReaderGetAttribute(reader->xml, BAD_CAST "list");
    at->list = list && xmlStrEqual(list, BAD_CAST "true");
    xmlFree(list);
    return QD_OK;
}

/* "items" for "item", "orderLines" for "orderLine", "criteriaList" for "criteria". */
static bool is_plural(base_str list, base_str item) {
    if (list.len <= item.len || item.len == 0) {
        return false;
    }
    static const char *const tails[] = { "s", "es", "List", "_list" };
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        size_t tail = strlen(tails[i]);
        if (list.len == item.len + tail && memcmp(list.ptr, item.ptr, item.len) == 0 &&
            memcmp(list.ptr + item.len, tails[i], tail) == 0) {
            return true;
        }
    }
    return list.len > 3 && list.len == item.len + 2 && item.ptr[item.len - 1] == 'y' &&
           memcmp(list.ptr, item.ptr, item.len - 1) == 0 &&
           memcmp(list.ptr + list.len - 3, "ies", 3) == 0;
}

/* A list of one looks like an object: it is a list where the platform says so, or by its name. */
static void make_list(xml_reader *reader, level *at, base_str name) {
    yyjson_mut_obj_iter iter;
    yyjson_mut_obj_iter_init(at->object, &iter);
    yyjson_mut_val *key = yyjson_mut_obj_iter_next(&iter);
    yyjson_mut_val *value = key ? yyjson_mut_obj_iter_get_val(key) : NULL;
    base_str item = { yyjson_mut_get_str(key), yyjson_mut_get_len(key) };
    if (yyjson_mut_obj_size(at->object) != 1 || yyjson_mut_is_arr(value) ||
        (!at->list && !is_plural(name, item))) {
        return;
    }
    yyjson_mut_val *only = yyjson_mut_null(reader->doc);
    if (only) {
        *only = *value;
        yyjson_mut_set_arr(value);
        yyjson_mut_arr_append(value, only);
    }
}

static qd_status add_child(xml_reader *reader, yyjson_mut_val *object, base_str name,
                           yyjson_mut_val *value, qd_err *err) {
    yyjson_mut_val *before = yyjson_mut_obj_getn(object, name.ptr, name.len);
    if (yyjson_mut_is_arr(before)) {
        return yyjson_mut_arr_append(before, value) ? QD_OK : no_memory(err);
    }
    if (!before && yyjson_mut_obj_size(object) == NAMES_MOST) {
        return fail_xml(reader, "too many names inside one element", err);
    }
    bool fine = false;
    if (before) {
        /* The member becomes a list in its place; what it was moves to a node of its own. */
        yyjson_mut_val *first = yyjson_mut_null(reader->doc);
        if (first) {
            *first = *before;
            fine = yyjson_mut_set_arr(before) && yyjson_mut_arr_append(before, first) &&
                   yyjson_mut_arr_append(before, value);
        }
    } else {
        yyjson_mut_val *key = yyjson_mut_strncpy(reader->doc, name.ptr, name.len);
        fine = key && yyjson_mut_obj_add(object, key, value);
    }
    return fine ? QD_OK : no_memory(err);
}

/* Ends the innermost element; it becomes a child of the one around it, or the root. */
static qd_status close_level(xml_reader *reader, qd_err *err) {
    base_str name = base_str_of((const char *)xmlTextReaderConstLocalName(reader->xml));
    level *at = &reader->levels[--reader->depth];
    yyjson_mut_val *value = at->object;
    qd_status status = base_buf_check(&at->text, "XML text", err);
    if (status == QD_OK && value) {
        make_list(reader, at, name);
    } else if (status == QD_OK) {
        value = yyjson_mut_strncpy(reader->doc, base_buf_text(&at->text), at->text.len);
        status = value ? QD_OK : no_memory(err);
    }
    base_buf_clear(&at->text);
    if (status != QD_OK) {
        return status;
    }
    yyjson_mut_val *around = NULL;
    if (reader->depth == 0) {
        around = yyjson_mut_obj(reader->doc);
        yyjson_mut_doc_set_root(reader->doc, around);
    } else {
        level *up = &reader->levels[reader->depth - 1];
        up->object = up->object ? up->object : yyjson_mut_obj(reader->doc);
        around = up->object;
    }
    return around ? add_child(reader, around, name, value, err) : no_memory(err);
}

static qd_status read_node(xml_reader *reader, qd_err *err) {
    const char *text = (const char *)xmlTextReaderConstValue(reader->xml);
    switch (xmlTextReaderNodeType(reader->xml)) {
    case XML_READER_TYPE_ELEMENT: {
        bool empty = xmlTextReaderIsEmptyElement(reader->xml) == 1;
        qd_status status = open_level(reader, err);
        return status == QD_OK && empty ? close_level(reader, err) : status;
    }
    case XML_READER_TYPE_END_ELEMENT:
        return close_level(reader, err);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        if (reader->depth > 0) {
            base_buf_add_text(&reader->levels[reader->depth - 1].text, text);
        }
        return QD_OK;
    case XML_READER_TYPE_DOCUMENT_TYPE:
        return fail_xml(reader, "a document type is refused", err);
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return fail_xml(reader, "an entity is refused", err);
    default: /* comments, instructions, blanks between elements */
        return QD_OK;
    }
}

static qd_status read_all(xml_reader *reader, qd_err *err) {
    int got = 0;
    while ((got = xmlTextReaderRead(reader->xml)) == 1) {
        qd_status status = read_node(reader, err);
        if (status != QD_OK) {
            return status;
        }
    }
    if (got != 0 || reader->message[0] || reader->depth != 0 ||
        !yyjson_mut_doc_get_root(reader->doc)) {
        return fail_xml(reader, reader->message[0] ? reader->message : "it ends too soon", err);
    }
    return QD_OK;
}

qd_status codec_xml_read(base_str text, size_t max_bytes, yyjson_doc **out_doc, qd_err *err) {
    size_t most = max_bytes ? max_bytes : LIMIT_REPLY_BYTES;
    xml_reader reader = { .depth = 0 };
    *out_doc = NULL;
    if (text.len > most || text.len > INT_MAX) {
        return base_fail(err, QD_E_PROTOCOL, "XML of %zu bytes, at most %zu", text.len, most);
    }
    start_library();
    reader.xml =
        xmlReaderForMemory(text.ptr ? text.ptr : "", (int)text.len, NULL, NULL, PARSE_OPTIONS);
    reader.doc = yyjson_mut_doc_new(NULL);
    qd_status status = reader.xml && reader.doc ? QD_OK : no_memory(err);
    if (status == QD_OK) {
        xmlTextReaderSetStructuredErrorHandler(reader.xml, note_error, &reader);
        status = read_all(&reader, err);
    }
    if (status == QD_OK) {
        *out_doc = yyjson_mut_doc_imut_copy(reader.doc, NULL);
        status = *out_doc ? QD_OK : no_memory(err);
    }
    while (reader.depth > 0) {
        base_buf_clear(&reader.levels[--reader.depth].text);
    }
    xmlFreeTextReader(reader.xml);
    yyjson_mut_doc_free(reader.doc);
    return status;
}

/* ---- writing ---- */

/* XML has no way to write the other control characters. */
static bool is_writable(base_str text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            return false;
        }
    }
    return base_utf8_valid(text);
}

static qd_status write_element(xmlTextWriterPtr xml, const char *name, yyjson_val *value,
                               unsigned depth, base_arena *arena, qd_err *err);

static qd_status write_members(xmlTextWriterPtr xml, yyjson_val *object, unsigned depth,
                               base_arena *arena, qd_err *err) {
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    qd_status status = QD_OK;
    yyjson_obj_foreach(object, index, max, key, value) {
        const char *name = yyjson_get_str(key);
        if (yyjson_is_arr(value)) {
            size_t i;
            size_t count;
            yyjson_val *item;
            yyjson_arr_foreach(value, i, count, item) {
                status = write_element(xml, name, item, depth, arena, err);
                if (status != QD_OK) {
                    return status;
                }
            }
        } else {
            status = write_element(xml, name, value, depth, arena, err);
        }
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

static qd_status write_element(xmlTextWriterPtr xml, const char *name, yyjson_val *value,
                               unsigned depth, base_arena *arena, qd_err *err) {
    if (yyjson_is_null(value)) {
        return QD_OK;
    }
    if (depth == LIMIT_JSON_DEPTH || yyjson_is_arr(value)) {
        return base_fail(err, QD_E_INVALID, "%.60s: cannot be written as XML: %s", name,
                         yyjson_is_arr(value) ? "a list in a list" : "too deep");
    }
    base_str text = { NULL, 0 };
    if (xmlValidateNCName(BAD_CAST name, 0) != 0) {
        return base_fail(err, QD_E_INVALID, "\"%.60s\" is no name of an XML element", name);
    }
    if (!yyjson_is_obj(value) && (!codec_json_text(value, arena, &text) || !is_writable(text))) {
        return base_fail(err, QD_E_INVALID, "%.60s: a control character cannot be written as XML",
                         name);
    }
    bool fine = xmlTextWriterStartElement(xml, BAD_CAST name) >= 0;
    if (fine && yyjson_is_obj(value)) {
        qd_status status = write_members(xml, value, depth + 1, arena, err);
        if (status != QD_OK) {
            return status;
        }
    } else if (fine) {
        char *copy = base_arena_dup(arena, text);
        fine = copy && xmlTextWriterWriteString(xml, BAD_CAST copy) >= 0;
    }
    return fine && xmlTextWriterFullEndElement(xml) >= 0 ? QD_OK : no_memory(err);
}

qd_status codec_xml_write(yyjson_val *value, const char *root, base_buf *out, qd_err *err) {
    start_library();
    qd_status status = QD_OK;
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr xml = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
    base_arena *arena = base_arena_new(LIMIT_CALL_ARENA);
    if (!xml || !arena || xmlTextWriterStartDocument(xml, "1.0", "utf-8", NULL) < 0) {
        status = no_memory(err);
    }
    if (status == QD_OK) {
        status = write_element(xml, root, value, 0, arena, err);
    }
    if (status == QD_OK && xmlTextWriterEndDocument(xml) < 0) {
        status = no_memory(err);
    }
    xmlFreeTextWriter(xml); /* flushes into the buffer */
    if (status == QD_OK) {
        base_str text = { (const char *)xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer) };
        while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
            text.len--;
        }
        base_buf_add_str(out, text);
        status = base_buf_check(out, "XML", err);
    }
    if (buffer) {
        xmlBufferFree(buffer);
    }
    base_arena_free(arena);
    return status;
}
