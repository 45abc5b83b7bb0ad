# Warnings, sanitizers, ccache and the linker: the same for every target of ours.
option(LAKEPORT_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(LAKEPORT_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(lakeport_compiler INTERFACE)
target_compile_options(lakeport_compiler INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers)
# GCC 12 reports these inside the standard library's own inlined code at -O2 and above (GCC bugs 105329, 105562, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(lakeport_compiler INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized
                                                     -Wno-array-bounds -Wno-stringop-overread)
endif()

if(LAKEPORT_SANITIZE)
  add_compile_options(-fsanitize=${LAKEPORT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LAKEPORT_SANITIZE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
