/*
 * Many viewers that cost little: each makes a WebRTC connection of its own to an SFU (ICE towards an
 * ice-lite server, RFC 8445; DTLS client, RFC 5764) and then only counts the SRTP packets that come. It
 * reads their sequence numbers, which SRTP leaves in the clear, and decrypts nothing.
 *
 * Says on standard output: `fingerprint SHA-256` once; `up INDEX SUITE` when a viewer's DTLS is up;
 * `failed INDEX REASON`; and `count PACKETS LOST` when asked. Takes lines on standard input:
 *   add UFRAG PASSWORD ADDRESS PORT SSRC   one more viewer; the first has index 0
 *   count                                  the sums over all viewers
 *   deafen                                 from now on media ends in the kernel, and is not counted
 * Ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { most_viewers = 16384, batch = 32, datagram = 1600, input = -1, ticking = -2 };
enum { tick_ms = 100, consent_ticks = 50 }; /* RFC 7675 §5.1: every 5 s */
enum { give_up_ticks = 100 };
static const int receive_buffer = 1 << 20; /* bytes */
/* Packets are taken in handfuls, not one by one, which is a third of the cost. */
static const struct timespec rest = {0, 4000000};

enum state { checking, handshaking, up, failed };
struct viewer {
  int socket;
  enum state state;
  int age; /* ticks */
  char user[300], password[300];
  uint32_t ssrc;
  SSL *dtls;
  BIO *incoming;
  bool begun;
  uint64_t packets, first, highest; /* sequence numbers, extended (RFC 3550 appendix A.1) */
};

static struct viewer *viewers[most_viewers];
static int count, queue;
static SSL_CTX *context;

static void fail(int index, const char *reason) {
  viewers[index]->state = failed;
  printf("failed %d %s\n", index, reason);
}

static uint32_t crc32_of(const uint8_t *bytes, size_t length) {
  uint32_t crc = ~0u;
  while (length--) {
    crc ^= *bytes++;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

/* RFC 8489 §14: type, length, value, padded to 4 bytes. */
static size_t attribute(uint8_t *at, uint16_t type, const void *value, size_t length) {
  *(uint16_t *)at = htons(type);
  *(uint16_t *)(at + 2) = htons((uint16_t)length);
  memset(at + 4, 0, (length + 3) / 4 * 4);
  if (length) memcpy(at + 4, value, length);
  return 4 + (length + 3) / 4 * 4;
}

/* A connectivity check that nominates its pair (RFC 8445 §7.2), or later one of consent. */
static void check(struct viewer *viewer) {
  uint8_t message[700] = {0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42};
  size_t length = 20;
  const uint8_t priority[4] = {0x6e, 0x7f, 0x1e, 0xff}, tie_breaker[8] = {1};
  RAND_bytes(message + 8, 12);
  length += attribute(message + length, 0x0006, viewer->user, strlen(viewer->user));
  length += attribute(message + length, 0x0024, priority, sizeof priority);
  length += attribute(message + length, 0x802a, tie_breaker, sizeof tie_breaker);
  length += attribute(message + length, 0x0025, NULL, 0);
  uint8_t digest[20];
  *(uint16_t *)(message + 2) = htons((uint16_t)(length - 20 + 24));
  HMAC(EVP_sha1(), viewer->password, (int)strlen(viewer->password), message, length, digest, NULL);
  length += attribute(message + length, 0x0008, digest, sizeof digest);
  *(uint16_t *)(message + 2) = htons((uint16_t)(length - 20 + 8));
  uint32_t fingerprint = htonl(crc32_of(message, length) ^ 0x5354554e);
  length += attribute(message + length, 0x8028, &fingerprint, sizeof fingerprint);
  send(viewer->socket, message, length, 0);
}

static void handshake(int index) {
  struct viewer *viewer = viewers[index];
  int outcome = SSL_do_handshake(viewer->dtls);
  if (outcome == 1) {
    const SRTP_PROTECTION_PROFILE *suite = SSL_get_selected_srtp_profile(viewer->dtls);
    if (!suite) return fail(index, "no SRTP suite was agreed on");
    viewer->state = up;
    printf("up %d %s\n", index, suite->name);
  } else if (SSL_get_error(viewer->dtls, outcome) != SSL_ERROR_WANT_READ) {
    fail(index, "DTLS was refused");
  }
}

static void begin_dtls(int index) {
  struct viewer *viewer = viewers[index];
  viewer->state = handshaking;
  viewer->dtls = SSL_new(context);
  viewer->incoming = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(viewer->incoming, -1);
  BIO *outgoing = BIO_new_dgram(viewer->socket, BIO_NOCLOSE);
  struct sockaddr_in server;
  socklen_t length = sizeof server;
  getpeername(viewer->socket, (struct sockaddr *)&server, &length);
  BIO_ctrl_set_connected(outgoing, &server);
  SSL_set_bio(viewer->dtls, viewer->incoming, outgoing);
  SSL_set_options(viewer->dtls, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(viewer->dtls, 1200);
  SSL_set_connect_state(viewer->dtls);
  handshake(index);
}

static void take_media(struct viewer *viewer, const uint8_t *packet, size_t length) {
  if (length < 12 || (packet[1] >= 192 && packet[1] <= 223)) return; /* RTCP (RFC 5761 §4) */
  if (ntohl(*(uint32_t *)(packet + 8)) != viewer->ssrc) return;
  uint16_t sequence = ntohs(*(uint16_t *)(packet + 2));
  viewer->packets++;
  if (!viewer->begun) {
    viewer->begun = true;
    viewer->first = viewer->highest = sequence;
    return;
  }
  uint16_t step = (uint16_t)(sequence - (uint16_t)viewer->highest);
  if (step < 0x8000) viewer->highest += step;
}

/* What a datagram is, its first byte tells (RFC 7983). */
static void take(int index, const uint8_t *packet, size_t length) {
  struct viewer *viewer = viewers[index];
  if (length == 0) return;
  if (packet[0] >= 128 && packet[0] <= 191) take_media(viewer, packet, length);
  else if (packet[0] >= 20 && packet[0] <= 63 && viewer->dtls) {
    BIO_write(viewer->incoming, packet, (int)length);
    if (viewer->state == handshaking) handshake(index);
  } else if (packet[0] <= 3 && viewer->state == checking) {
    if (packet[0] == 0x01 && packet[1] == 0x01) begin_dtls(index);
    else fail(index, "the ICE check was refused");
  }
}

static void drain(int index) {
  static uint8_t packets[batch][datagram];
  static struct iovec parts[batch];
  static struct mmsghdr messages[batch];
  for (int i = 0; i < batch; i++) {
    parts[i] = (struct iovec){packets[i], datagram};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  int got;
  do {
    got = recvmmsg(viewers[index]->socket, messages, batch, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) take(index, packets[i], messages[i].msg_len);
  } while (got == batch);
}

static void add(const char *line) {
  char ufrag[256], password[256], address[64];
  unsigned port, ssrc;
  if (sscanf(line, "add %255s %255s %63s %u %u", ufrag, password, address, &port, &ssrc) != 5) exit(2);
  if (count == most_viewers) exit(3);
  struct viewer *viewer = calloc(1, sizeof *viewer);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, address, &server.sin_addr) != 1) exit(2);
  viewer->socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  setsockopt(viewer->socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  viewer->ssrc = ssrc;
  snprintf(viewer->user, sizeof viewer->user, "%s:light", ufrag);
  snprintf(viewer->password, sizeof viewer->password, "%s", password);
  viewers[count] = viewer;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = count};
  epoll_ctl(queue, EPOLL_CTL_ADD, viewer->socket, &event);
  if (connect(viewer->socket, (struct sockaddr *)&server, sizeof server) != 0) fail(count, "no way there");
  else check(viewer);
  count++;
}

/* Keeps STUN and DTLS only (RFC 7983); the filter sees the UDP header of 8 bytes first. */
static void deafen(void) {
  static struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 128, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  };
  struct sock_fprog filter = {sizeof steps / sizeof steps[0], steps};
  for (int i = 0; i < count; i++)
    if (setsockopt(viewers[i]->socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) exit(4);
}

static void obey(const char *line) {
  if (strncmp(line, "add ", 4) == 0) return add(line);
  if (strcmp(line, "deafen") == 0) return deafen();
  uint64_t packets = 0, lost = 0;
  for (int i = 0; i < count; i++) {
    struct viewer *viewer = viewers[i];
    packets += viewer->packets;
    if (viewer->begun) lost += viewer->highest - viewer->first + 1 - viewer->packets;
  }
  printf("count %llu %llu\n", (unsigned long long)packets, (unsigned long long)lost);
}

static void read_input(void) {
  static char text[1 << 16];
  static size_t held;
  ssize_t got = read(STDIN_FILENO, text + held, sizeof text - 1 - held);
  if (got == 0) exit(0);
  if (got < 0) return;
  held += (size_t)got;
  text[held] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    obey(line);
  }
  held -= (size_t)(line - text);
  memmove(text, line, held);
}

static void tick(int timer) {
  uint64_t times;
  if (read(timer, &times, sizeof times) < 0) return;
  for (int i = 0; i < count; i++) {
    struct viewer *viewer = viewers[i];
    if (viewer->state == failed) continue;
    viewer->age++;
    if (viewer->state != up && viewer->age > give_up_ticks) fail(i, viewer->state == checking ? "no answer to its ICE checks within 10 s" : "no end of DTLS within 10 s");
    else if (viewer->state == checking || viewer->age % consent_ticks == 0) check(viewer);
    if (viewer->state == handshaking) DTLSv1_handle_timeout(viewer->dtls);
  }
}

/* One certificate for all, which the server knows by its fingerprint. */
static void prepare_dtls(void) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  context = SSL_CTX_new(DTLS_client_method());
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
  SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80");
  uint8_t digest[32];
  X509_digest(certificate, EVP_sha256(), digest, NULL);
  printf("fingerprint ");
  for (int i = 0; i < 32; i++) printf(i ? ":%02X" : "%02X", digest[i]);
  printf("\n");
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdout, NULL, _IOLBF, 1 << 16);
  prepare_dtls();
  queue = epoll_create1(0);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec often = {{0, tick_ms * 1000000}, {0, tick_ms * 1000000}};
  timerfd_settime(timer, 0, &often, NULL);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  struct epoll_event commands = {.events = EPOLLIN, .data.fd = input};
  struct epoll_event ticks = {.events = EPOLLIN, .data.fd = ticking};
  epoll_ctl(queue, EPOLL_CTL_ADD, STDIN_FILENO, &commands);
  epoll_ctl(queue, EPOLL_CTL_ADD, timer, &ticks);
  for (;;) {
    struct epoll_event ready[1024];
    int got = epoll_wait(queue, ready, 1024, -1);
    for (int i = 0; i < got; i++) {
      if (ready[i].data.fd == input) read_input();
      else if (ready[i].data.fd == ticking) tick(timer);
      else drain(ready[i].data.fd);
    }
    nanosleep(&rest, NULL);
  }
}
