# The library that embedders link: libqiandian, floors 0-4 without store and httpd, so that no SQLite and no server
# comes along. Only what is marked QD_API leaves it; a test reads its symbol table.
include(GNUInstallDirs)

set(library_objects)
foreach(room base codec net sign catalog core platforms)
    list(APPEND library_objects $<TARGET_OBJECTS:qd_${room}>)
endforeach()
add_library(qiandian SHARED ${library_objects})
set_target_properties(qiandian PROPERTIES LINKER_LANGUAGE C VERSION ${PROJECT_VERSION} SOVERSION 0)
target_include_directories(qiandian INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(qiandian PRIVATE qd_flags Threads::Threads PkgConfig::CURL PkgConfig::CRYPTO PkgConfig::YYJSON
    PkgConfig::XML PkgConfig::ZSTD)
target_link_options(qiandian PRIVATE -Wl,--no-undefined -Wl,--as-needed -Wl,--gc-sections)
if(QD_SANITIZE AND CMAKE_C_COMPILER_ID MATCHES Clang)
    # clang leaves the sanitizer's symbols to the program.
    set_target_properties(qiandian PROPERTIES LINK_OPTIONS "-fsanitize=${QD_SANITIZE};-Wl,--as-needed")
endif()

configure_file(${PROJECT_SOURCE_DIR}/cmake/qiandian.pc.in ${PROJECT_BINARY_DIR}/qiandian.pc @ONLY)
install(TARGETS qiandian LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/qiandian DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/qiandian.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# libqiandian-store: the store with copies of its lower rooms; the map keeps those copies to itself.
set(store_objects)
foreach(room base codec store)
    list(APPEND store_objects $<TARGET_OBJECTS:qd_${room}>)
endforeach()
add_library(qiandian_store SHARED ${store_objects})
set_target_properties(qiandian_store PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME qiandian-store VERSION ${PROJECT_VERSION}
    SOVERSION 0 LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/store.map)
target_link_libraries(qiandian_store PRIVATE qd_flags Threads::Threads PkgConfig::SQLITE PkgConfig::CRYPTO
    PkgConfig::YYJSON PkgConfig::ZSTD)
target_link_options(qiandian_store PRIVATE -Wl,--as-needed -Wl,--gc-sections
    -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/store.map)
configure_file(${PROJECT_SOURCE_DIR}/cmake/qiandian-store.pc.in ${PROJECT_BINARY_DIR}/qiandian-store.pc @ONLY)
install(TARGETS qiandian_store LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_BINARY_DIR}/qiandian-store.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Examples see what an embedder sees: the public headers and the shared library.
add_executable(example_call ${PROJECT_SOURCE_DIR}/examples/call.c)
target_link_libraries(example_call PRIVATE qiandian)
target_compile_options(example_call PRIVATE -Wall -Wextra -Wpedantic -Werror)
if(QD_SANITIZE)
    target_link_options(example_call PRIVATE -fsanitize=${QD_SANITIZE})
endif()

add_executable(example_tokens ${PROJECT_SOURCE_DIR}/examples/tokens.c)
target_link_libraries(example_tokens PRIVATE qiandian qiandian_store)
target_include_directories(example_tokens PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(example_tokens PRIVATE -Wall -Wextra -Wpedantic -Werror)
if(QD_SANITIZE)
    target_link_options(example_tokens PRIVATE -fsanitize=${QD_SANITIZE})
endif()

include(cmake/api.cmake)

if(QD_TESTS)
    # Runs twice: the second process finds the token that the first one kept.
    add_test(NAME library_store COMMAND sh -c
        "d=$(mktemp -d) && '$<TARGET_FILE:example_tokens>' \"$d\" && '$<TARGET_FILE:example_tokens>' \"$d\"; s=$?; rm -rf \"$d\"; exit $s")
    set_tests_properties(library_store PROPERTIES LABELS unit PASS_REGULAR_EXPRESSION "kept version 1" FAIL_REGULAR_EXPRESSION "error")
    add_test(NAME library_symbols COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DLIBRARY=$<TARGET_FILE:qiandian>
        -P ${PROJECT_SOURCE_DIR}/cmake/check_symbols.cmake)
    set_tests_properties(library_symbols PROPERTIES LABELS unit)
endif()
