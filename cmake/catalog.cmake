# catalogc, the host tool, turns catalog/ into C in the build folder: gen/tables.h and gen/store_tables.inc (numbers and
# description of our tables, for every room), gen/catalog/*.c (the const tables of room catalog). It links yyjson only, so
# that rooms may depend on what it writes.
set(QD_GEN ${CMAKE_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${QD_GEN}/catalog)

file(GLOB catalogc_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/catalogc/*.c)
add_executable(catalogc ${catalogc_sources})
target_link_libraries(catalogc PRIVATE PkgConfig::YYJSON qd_flags)
set_target_properties(catalogc PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tools)

set(tables_json ${PROJECT_SOURCE_DIR}/catalog/tables.json)
add_custom_command(
    OUTPUT ${QD_GEN}/tables.h ${QD_GEN}/store_tables.inc
    COMMAND catalogc tables ${tables_json} ${QD_GEN}
    DEPENDS catalogc ${tables_json}
    COMMENT "catalogc: tables"
    VERBATIM)
# What every room of floor 2 and up depends on, see qd_room().
add_custom_target(catalog_gen DEPENDS ${QD_GEN}/tables.h ${QD_GEN}/store_tables.inc)

file(GLOB catalog_json CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/catalog/*/*.json)
set(QD_GENERATED_catalog)
foreach(name texts methods params model docs)
    list(APPEND QD_GENERATED_catalog ${QD_GEN}/catalog/${name}.c)
endforeach()
add_custom_command(
    OUTPUT ${QD_GENERATED_catalog}
    COMMAND catalogc catalog ${PROJECT_SOURCE_DIR}/catalog ${QD_GEN}/catalog
    DEPENDS catalogc ${tables_json} ${catalog_json}
    COMMENT "catalogc: catalog"
    VERBATIM)

# What people read (titles, answers, search) stands in sections of its own, so that a shared library that never asks drops it.
set_source_files_properties(${QD_GEN}/catalog/docs.c ${PROJECT_SOURCE_DIR}/src/catalog/answers.c
    ${PROJECT_SOURCE_DIR}/src/catalog/search.c ${PROJECT_SOURCE_DIR}/src/catalog/words.c
    ${PROJECT_SOURCE_DIR}/src/catalog/pools.c
    PROPERTIES COMPILE_OPTIONS "-ffunction-sections;-fdata-sections")

# A sanitizer adds descriptions of its own to each object.
if(QD_TESTS AND CMAKE_READELF AND NOT QD_SANITIZE)
    add_test(NAME catalog_tables COMMAND ${CMAKE_COMMAND} -DREADELF=${CMAKE_READELF}
        "-DOBJECTS=$<FILTER:$<TARGET_OBJECTS:qd_catalog>,INCLUDE,gen/catalog/>" -P
        ${PROJECT_SOURCE_DIR}/cmake/check_tables.cmake)
    set_tests_properties(catalog_tables PROPERTIES LABELS unit)
endif()
