# What is altered in mediasoup's source: patches/FILE.patch is a mend, for both programs; fast/FILE.patch is for `fast`,
# on top of a mend of the same file. sources.sha256 names the one version of each file that they are for. They are
# applied to copies, without fuzz; the package itself stays as it is. Each patch must be of use: one that is for no file,
# or for a file that is not compiled, is an error.
find_program(PATCH patch REQUIRED)

set(MENDED_SOURCE "${CMAKE_CURRENT_BINARY_DIR}/mended")
set(FAST_SOURCE "${CMAKE_CURRENT_BINARY_DIR}/fast-source")
set(HASHES "${CMAKE_CURRENT_SOURCE_DIR}/sources.sha256")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${HASHES}")

# The hash of each file of mediasoup that is patched: HASH_OF_<file>, and all of them: PATCHED_FILES.
file(STRINGS "${HASHES}" ENTRIES)
set(PATCHED_FILES)
foreach(ENTRY ${ENTRIES})
  if(NOT ENTRY MATCHES "^([0-9a-f]+)  (.+)$")
    message(FATAL_ERROR "sources.sha256 has a line that is no hash and file: ${ENTRY}")
  endif()
  list(APPEND PATCHED_FILES "${CMAKE_MATCH_2}")
  set("HASH_OF_${CMAKE_MATCH_2}" "${CMAKE_MATCH_1}")
endforeach()

foreach(FILE ${PATCHED_FILES})
  if(NOT EXISTS "${WORKER_SOURCE}/${FILE}")
    message(FATAL_ERROR "${FILE} is not in this mediasoup, and there is a patch for it (deployment/worker/README.md)")
  endif()
  file(SHA256 "${WORKER_SOURCE}/${FILE}" FOUND)
  if(NOT FOUND STREQUAL "${HASH_OF_${FILE}}")
    message(FATAL_ERROR "${FILE} of this mediasoup is not the one that its patch is for: look whether the patch is "
                        "needed still, make it anew, and put ${FOUND} into sources.sha256 (deployment/worker/README.md)")
  endif()
endforeach()

# The files of PATCHED_FILES that a folder has patches for; an error when it has one for no file.
function(patches_of FOLDER RESULT)
  file(GLOB PATCH_FILES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${FOLDER}/*.patch")
  set(FILES)
  foreach(PATCH_FILE ${PATCH_FILES})
    get_filename_component(NAME "${PATCH_FILE}" NAME)
    set(FOUND "")
    foreach(FILE ${PATCHED_FILES})
      get_filename_component(BASE "${FILE}" NAME)
      if("${BASE}.patch" STREQUAL NAME)
        set(FOUND "${FILE}")
      endif()
    endforeach()
    if(NOT FOUND)
      message(FATAL_ERROR "${FOLDER}/${NAME} is for no file that sources.sha256 names")
    endif()
    list(APPEND FILES "${FOUND}")
  endforeach()
  set(${RESULT} "${FILES}" PARENT_SCOPE)
endfunction()

# Writes `from` with FOLDER's patch for FILE applied. Only when it is new, so that a second run compiles nothing again.
function(apply FOLDER FILE FROM TO)
  get_filename_component(NAME "${FILE}" NAME)
  set(PATCH_FILE "${CMAKE_CURRENT_SOURCE_DIR}/${FOLDER}/${NAME}.patch")
  set(FRESH "${CMAKE_CURRENT_BINARY_DIR}/fresh")
  execute_process(
    COMMAND "${PATCH}" --silent --fuzz=0 --output=${FRESH} "${FROM}" "${PATCH_FILE}"
    RESULT_VARIABLE OUTCOME)
  if(NOT OUTCOME EQUAL 0)
    message(FATAL_ERROR "${FOLDER}/${NAME}.patch does not apply to ${FILE}")
  endif()
  configure_file("${FRESH}" "${TO}" COPYONLY)
  file(REMOVE "${FRESH}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PATCH_FILE}" "${WORKER_SOURCE}/${FILE}")
endfunction()

patches_of(patches MENDED_FILES)
patches_of(fast FAST_FILES)

# All headers are in one folder, mediasoup's own beside the mended ones, and nothing is compiled against those in the
# package: a header is looked for beside the file that includes it first, and what an object was compiled with is known by
# its path, so mediasoup's own would be found in place of a mended one, or stay in an object when it gets a patch.
file(GLOB_RECURSE HEADERS CONFIGURE_DEPENDS RELATIVE "${WORKER_SOURCE}" "${WORKER_SOURCE}/include/*")
foreach(FILE ${HEADERS})
  if(NOT FILE IN_LIST MENDED_FILES)
    configure_file("${WORKER_SOURCE}/${FILE}" "${MENDED_SOURCE}/${FILE}" COPYONLY)
  endif()
endforeach()

# Mends: in the list of sources, files that are patched take the place of mediasoup's own.
function(mend NAME)
  set(LIST ${${NAME}})
  foreach(FILE ${MENDED_FILES})
    set(OUTPUT "${MENDED_SOURCE}/${FILE}")
    apply(patches "${FILE}" "${WORKER_SOURCE}/${FILE}" "${OUTPUT}")
    if("${WORKER_SOURCE}/${FILE}" IN_LIST LIST)
      list(REMOVE_ITEM LIST "${WORKER_SOURCE}/${FILE}")
      list(APPEND LIST "${OUTPUT}")
    elseif(NOT FILE MATCHES "^include/")
      message(FATAL_ERROR "${FILE} is patched and not compiled")
    endif()
  endforeach()
  set(${NAME} "${LIST}" PARENT_SCOPE)
endfunction()

# Takes the files that `fast` has patches for out of the list of sources, into one for each program.
function(replace NAME PLAIN FAST)
  set(LIST ${${NAME}})
  set(PLAIN_LIST)
  set(FAST_LIST)
  foreach(FILE ${FAST_FILES})
    if(FILE IN_LIST ARGN)
      continue()
    endif()
    set(FROM "${WORKER_SOURCE}/${FILE}")
    if(FILE IN_LIST MENDED_FILES)
      set(FROM "${MENDED_SOURCE}/${FILE}")
    endif()
    if(NOT FROM IN_LIST LIST)
      message(FATAL_ERROR "${FILE} is patched and not compiled")
    endif()
    apply(fast "${FILE}" "${FROM}" "${FAST_SOURCE}/${FILE}")
    list(REMOVE_ITEM LIST "${FROM}")
    list(APPEND PLAIN_LIST "${FROM}")
    list(APPEND FAST_LIST "${FAST_SOURCE}/${FILE}")
  endforeach()
  set(${NAME} "${LIST}" PARENT_SCOPE)
  set(${PLAIN} "${PLAIN_LIST}" PARENT_SCOPE)
  set(${FAST} "${FAST_LIST}" PARENT_SCOPE)
endfunction()
