/*
 * A sender of H.264 for the benchmark `senders`, as a module of Node: one call makes a picture's packets (RFC 6184),
 * encrypts them (SRTP with AES-256-GCM, RFC 7714), keeps them for a second as a sender that repairs has to, and hands all of
 * them to the kernel at once: by sendmmsg, or as one datagram that the kernel cuts up (UDP_SEGMENT). The key is its own,
 * since libdatachannel does not give away that of DTLS; so it cannot send to a server. Linux only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <node_api.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HEADER = 20, TAG = 16, NUMBER_AT = 17, MOST_PACKETS = 1024, RING = 1024 * 1024, SEGMENTS = 64 };

typedef struct {
  int socket;
  int segments;
  EVP_CIPHER_CTX *cipher;
  uint8_t salt[12];
  uint32_t ssrc;
  uint32_t rollover;
  uint16_t sequence;
  uint16_t number;
  size_t most;
  size_t kept;
  uint8_t *ring;
  uint8_t *out;
  size_t at[MOST_PACKETS];
  size_t length[MOST_PACKETS];
  size_t count;
} Sender;

static void put16(uint8_t *at, uint16_t value) {
  at[0] = value >> 8;
  at[1] = value & 0xff;
}

static void put32(uint8_t *at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xffff);
}

/* RFC 7714 section 8.1 */
static void protect(Sender *sender, uint8_t *packet, size_t length) {
  uint8_t iv[12] = {0};
  int done = 0;
  put32(iv + 2, sender->ssrc);
  put32(iv + 6, sender->rollover);
  put16(iv + 10, sender->sequence);
  for (int i = 0; i < 12; i++) iv[i] ^= sender->salt[i];
  EVP_EncryptInit_ex(sender->cipher, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(sender->cipher, NULL, &done, packet, HEADER);
  EVP_EncryptUpdate(sender->cipher, packet + HEADER, &done, packet + HEADER, (int)(length - HEADER));
  EVP_EncryptFinal_ex(sender->cipher, packet + length, &done);
  EVP_CIPHER_CTX_ctrl(sender->cipher, EVP_CTRL_GCM_GET_TAG, TAG, packet + length);
}

/* Begins a packet and returns where its payload goes. */
static uint8_t *begin(Sender *sender, uint32_t timestamp, int marker) {
  size_t at = sender->count == 0 ? 0 : sender->at[sender->count - 1] + sender->length[sender->count - 1];
  uint8_t *packet = sender->out + at;
  sender->at[sender->count] = at;
  if (++sender->sequence == 0) sender->rollover++;
  packet[0] = 0x90;
  packet[1] = (marker ? 0x80 : 0) | 102;
  put16(packet + 2, sender->sequence);
  put32(packet + 4, timestamp);
  put32(packet + 8, sender->ssrc);
  put32(packet + 12, 0xbede0001);
  packet[16] = 0x51;
  put16(packet + NUMBER_AT, sender->number++);
  packet[19] = 0;
  return packet + HEADER;
}

static void end(Sender *sender, size_t payload) {
  uint8_t *packet = sender->out + sender->at[sender->count];
  size_t length = HEADER + payload;
  if (sender->kept + length > RING) sender->kept = 0;
  memcpy(sender->ring + sender->kept, packet, length);
  sender->kept += length;
  protect(sender, packet, length);
  sender->length[sender->count++] = length + TAG;
}

static void add(Sender *sender, const uint8_t *unit, size_t length, uint32_t timestamp, int last) {
  if (sender->count + length / (sender->most - 2) + 2 > MOST_PACKETS) return;
  if (length <= sender->most) {
    memcpy(begin(sender, timestamp, last), unit, length);
    end(sender, length);
    return;
  }
  size_t parts = (length - 1 + sender->most - 3) / (sender->most - 2);
  size_t size = (length - 1 + parts - 1) / parts;
  for (size_t from = 1; from < length; from += size) {
    size_t to = from + size < length ? from + size : length;
    int ends = to == length;
    uint8_t *payload = begin(sender, timestamp, last && ends);
    payload[0] = (unit[0] & 0xe0) | 28;
    payload[1] = (from == 1 ? 0x80 : 0) | (ends ? 0x40 : 0) | (unit[0] & 0x1f);
    memcpy(payload + 2, unit + from, to - from);
    end(sender, 2 + to - from);
  }
}

/* As many as follow each other with one length, and the shorter one after them, are one datagram to the kernel. */
static size_t run_of(const Sender *sender, size_t first) {
  size_t count = 1;
  size_t bytes = sender->length[first];
  while (sender->segments && first + count < sender->count && count < SEGMENTS) {
    size_t next = sender->length[first + count];
    if (next > sender->length[first] || bytes + next > 65000) break;
    bytes += next;
    count++;
    if (next < sender->length[first]) break;
  }
  return count;
}

static size_t flush(Sender *sender) {
  static struct mmsghdr messages[MOST_PACKETS];
  static struct iovec parts[MOST_PACKETS];
  static char control[MOST_PACKETS][CMSG_SPACE(sizeof(uint16_t))];
  size_t count = 0;
  for (size_t first = 0; first < sender->count;) {
    size_t run = run_of(sender, first);
    size_t last = first + run - 1;
    parts[count].iov_base = sender->out + sender->at[first];
    parts[count].iov_len = sender->at[last] + sender->length[last] - sender->at[first];
    memset(&messages[count], 0, sizeof messages[count]);
    messages[count].msg_hdr.msg_iov = &parts[count];
    messages[count].msg_hdr.msg_iovlen = 1;
    if (run > 1) {
      messages[count].msg_hdr.msg_control = control[count];
      messages[count].msg_hdr.msg_controllen = sizeof control[count];
      struct cmsghdr *head = CMSG_FIRSTHDR(&messages[count].msg_hdr);
      head->cmsg_level = SOL_UDP;
      head->cmsg_type = UDP_SEGMENT;
      head->cmsg_len = CMSG_LEN(sizeof(uint16_t));
      uint16_t size = (uint16_t)sender->length[first];
      memcpy(CMSG_DATA(head), &size, sizeof size);
    }
    count++;
    first += run;
  }
  size_t sent = 0;
  while (sent < count) {
    int done = sendmmsg(sender->socket, messages + sent, (unsigned)(count - sent), 0);
    if (done <= 0) break;
    sent += (size_t)done;
  }
  return sender->count;
}

static napi_value open_sender(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value args[3], result;
  uint32_t port = 0, most = 0;
  bool segments = false;
  napi_get_cb_info(env, info, &argc, args, NULL, NULL);
  napi_get_value_uint32(env, args[0], &port);
  napi_get_value_uint32(env, args[1], &most);
  napi_get_value_bool(env, args[2], &segments);
  Sender *sender = calloc(1, sizeof *sender);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  uint8_t key[32];
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sender->socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connect(sender->socket, (struct sockaddr *)&to, sizeof to) != 0) {
    napi_throw_error(env, NULL, "the socket cannot be connected");
    return NULL;
  }
  for (int i = 0; i < 32; i++) key[i] = (uint8_t)rand();
  for (int i = 0; i < 12; i++) sender->salt[i] = (uint8_t)rand();
  sender->ssrc = (uint32_t)rand();
  sender->segments = segments;
  sender->most = most;
  sender->ring = malloc(RING + 2048);
  sender->out = malloc(MOST_PACKETS * 2048);
  sender->cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(sender->cipher, EVP_aes_256_gcm(), NULL, key, NULL);
  napi_create_external(env, sender, NULL, NULL, &result);
  return result;
}

/* send(sender, picture with a length of 32 bits before each unit, time stamp): how many packets it has made. */
static napi_value send_picture(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value args[3], result;
  void *external, *data;
  size_t length;
  uint32_t timestamp = 0;
  napi_get_cb_info(env, info, &argc, args, NULL, NULL);
  napi_get_value_external(env, args[0], &external);
  napi_get_buffer_info(env, args[1], &data, &length);
  napi_get_value_uint32(env, args[2], &timestamp);
  Sender *sender = external;
  const uint8_t *bytes = data;
  sender->count = 0;
  for (size_t at = 0; at + 4 <= length;) {
    size_t size = ((size_t)bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    at += 4;
    if (size == 0 || size > length - at) break;
    add(sender, bytes + at, size, timestamp, at + size == length);
    at += size;
  }
  napi_create_uint32(env, (uint32_t)flush(sender), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value open, send;
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_sender, NULL, &open);
  napi_create_function(env, "send", NAPI_AUTO_LENGTH, send_picture, NULL, &send);
  napi_set_named_property(env, exports, "open", open);
  napi_set_named_property(env, exports, "send", send);
  return exports;
}
