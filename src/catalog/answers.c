/*
 * Titles, answer trees and error texts: what people read. Only a program that asks for them links
 * this file and the pool behind it.
 */
#include "catalog/catalog_private.h"

static const cat_answer_range *range_of(const cat_method *method) {
    return &cat_answer_ranges[method - cat_methods];
}

bool cat_answer_known(const cat_method *method) {
    return range_of(method)->known != 0;
}

size_t cat_answer_count(const cat_method *method) {
    return range_of(method)->count;
}

const cat_answer *cat_answer_at(const cat_method *method, size_t index) {
    const cat_answer_range *range = range_of(method);
    return index < range->count ? &cat_answers[range->first + index] : NULL;
}

const cat_answer *cat_answer_field(const cat_answer *answer, size_t index) {
    return index < answer->field_count ? &cat_answers[answer->field_first + index] : NULL;
}

const char *cat_error_meaning(const cat_error_class *error) {
    return cat_doc_str(error->meaning);
}
