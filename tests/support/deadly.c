/*
 * Loaded before all else into a media worker (LD_PRELOAD), this ends it at a packet that holds certain words, when the
 * worker moves its payload: as a fault that nobody knows of yet would. They are in the clear only after decryption.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char words[] = "end this worker!";

void *memmove(void *to, const void *from, size_t size) {
  const uint8_t *source = from;
  uint8_t *target = to;
  if (size >= 64 && memmem(source, 64, words, sizeof words - 1)) abort();
  if (target < source)
    for (size_t i = 0; i < size; i++) target[i] = source[i];
  else
    for (size_t i = size; i > 0; i--) target[i - 1] = source[i - 1];
  return to;
}
