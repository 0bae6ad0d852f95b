/*
 * Sample values of parameters, for examples and the OpenAPI document (api_sample.c).
 */
#ifndef CLI_API_SAMPLE_H
#define CLI_API_SAMPLE_H

#include "cli/api_private.h"

/* Does an example give this parameter of the method? Required ones, page, page size, window. */
bool api_sample_wants(const cat_method *method, const cat_param *param);
/* ... this field of an object? */
bool api_sample_wants_field(const cat_param *param, size_t index);
/* Object, array or map: no scalar. */
bool api_sample_is_tree(uint8_t type);
/* A scalar's text, unquoted; type: the parameter's or its items'. top: it is no nested field. */
void api_sample_scalar(const cat_method *method, const cat_param *param, uint8_t type, bool top,
                       base_buf *out);
/* Any parameter's value as JSON; depth 0 = a parameter of the method itself. */
void api_sample_json(const cat_method *method, const cat_param *param, int depth, base_buf *out);

#endif
