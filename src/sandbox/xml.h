/*
 * JSON values as XML and a request's XML as JSON, see xml.c. Apart from sandbox_private.h so that
 * only TOP's files know of it.
 */
#ifndef SANDBOX_XML_H
#define SANDBOX_XML_H

#include "sandbox/sandbox_private.h"

/* An object with one member, the root element: members become elements, lists repeated elements, an
 * element that holds one list says list="true" (as TOP does). False when it cannot. */
bool face_xml_write(yyjson_val *root, base_arena *arena, base_buf *out);

/* The content of the root element as an object: elements without children are texts, elements of
 * one name a list, attributes are dropped. NULL with out_why ("has a DTD ...") when it is refused.
 * The caller frees it. */
yyjson_doc *face_xml_read(base_str text, const char *root_name, const char **out_why);

#endif
