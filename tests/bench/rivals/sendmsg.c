/*
 * The floor under every forwarding server: one sendmsg call per packet and viewer, and nothing else.
 * Usage: sendmsg VIEWERS PACKETS SIZE. Prints the CPU time per packet in µs. Each viewer is a UDP socket
 * on loopback that a second thread, on the other core, reads empty.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int viewers;
static int *receivers;
static atomic_bool done;

static void run_on(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static void *receive(void *unused) {
  (void)unused;
  run_on(1);
  int queue = epoll_create1(0);
  for (int i = 0; i < viewers; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = receivers[i]};
    epoll_ctl(queue, EPOLL_CTL_ADD, receivers[i], &event);
  }
  char packet[2048];
  struct epoll_event ready[64];
  while (!done) {
    int count = epoll_wait(queue, ready, 64, 100);
    for (int i = 0; i < count; i++)
      while (recv(ready[i].data.fd, packet, sizeof packet, MSG_DONTWAIT) > 0) {
      }
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  viewers = atoi(argv[1]);
  long packets = atol(argv[2]);
  size_t size = (size_t)atol(argv[3]);
  run_on(0);
  receivers = calloc((size_t)viewers, sizeof *receivers);
  struct sockaddr_in *addresses = calloc((size_t)viewers, sizeof *addresses);
  for (int i = 0; i < viewers; i++) {
    socklen_t length = sizeof addresses[i];
    addresses[i].sin_family = AF_INET;
    addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    receivers[i] = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(receivers[i], (struct sockaddr *)&addresses[i], length) != 0) return 1;
    getsockname(receivers[i], (struct sockaddr *)&addresses[i], &length);
  }
  pthread_t reader;
  pthread_create(&reader, NULL, receive, NULL);
  int sender = socket(AF_INET, SOCK_DGRAM, 0);
  char packet[2048];
  memset(packet, 0x55, sizeof packet);
  struct iovec part = {.iov_base = packet, .iov_len = size};
  struct timespec begun, ended;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
  for (long i = 0; i < packets; i++) {
    struct msghdr message = {.msg_name = &addresses[i % viewers],
                             .msg_namelen = sizeof addresses[0],
                             .msg_iov = &part,
                             .msg_iovlen = 1};
    sendmsg(sender, &message, 0);
  }
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
  done = true;
  pthread_join(reader, NULL);
  double spent = (double)(ended.tv_sec - begun.tv_sec) * 1e6 + (double)(ended.tv_nsec - begun.tv_nsec) / 1e3;
  printf("%.4f\n", spent / (double)packets);
  return 0;
}
