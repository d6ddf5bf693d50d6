# What is mended in mediasoup's source: patches/FILE.patch, each for one file of exactly the version that
# patches/sources.sha256 names. They are applied to copies; the package itself stays as it is.
find_program(PATCH patch REQUIRED)

set(PATCHES "${CMAKE_CURRENT_SOURCE_DIR}/patches")
set(PATCHED_SOURCE "${CMAKE_CURRENT_BINARY_DIR}/patched")
file(STRINGS "${PATCHES}/sources.sha256" ENTRIES)

foreach(ENTRY ${ENTRIES})
  string(REGEX MATCH "^([0-9a-f]+)  (.+)$" ENTRY "${ENTRY}")
  set(EXPECTED "${CMAKE_MATCH_1}")
  set(FILE "${CMAKE_MATCH_2}")
  get_filename_component(NAME "${FILE}" NAME)
  set(PATCH_FILE "${PATCHES}/${NAME}.patch")
  set(OUTPUT "${PATCHED_SOURCE}/${FILE}")

  if(NOT EXISTS "${WORKER_SOURCE}/${FILE}")
    message(FATAL_ERROR "${FILE} is not in this version of mediasoup, and patches/${NAME}.patch is for it")
  endif()
  file(SHA256 "${WORKER_SOURCE}/${FILE}" FOUND)
  if(NOT FOUND STREQUAL EXPECTED)
    message(FATAL_ERROR "${FILE} of this version of mediasoup is not the one that patches/${NAME}.patch is for: "
                        "look whether the patch is needed still, make it anew, and put ${FOUND} into sources.sha256")
  endif()

  # Written only when it is new, so that a second run compiles nothing again.
  set(FRESH "${CMAKE_CURRENT_BINARY_DIR}/fresh")
  execute_process(
    COMMAND "${PATCH}" --silent --fuzz=0 --output=${FRESH} "${WORKER_SOURCE}/${FILE}" "${PATCH_FILE}"
    RESULT_VARIABLE OUTCOME)
  if(NOT OUTCOME EQUAL 0)
    message(FATAL_ERROR "patches/${NAME}.patch does not apply to ${FILE}")
  endif()
  configure_file("${FRESH}" "${OUTPUT}" COPYONLY)
  file(REMOVE "${FRESH}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PATCH_FILE}" "${WORKER_SOURCE}/${FILE}")

  if("${WORKER_SOURCE}/${FILE}" IN_LIST SOURCES)
    list(REMOVE_ITEM SOURCES "${WORKER_SOURCE}/${FILE}")
    list(APPEND SOURCES "${OUTPUT}")
  endif()
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PATCHES}/sources.sha256")
