// Sends through an outbox of the media worker to sockets on loopback, as the worker would, and counts what arrives.
// Usage: outbox FAULT, which is `none`, `no-room` (the kernel's buffer is full again and again), `no-segments`
// (as with a network card without checksums) or `closed` (the socket is closed at once, with data waiting).
// Prints JSON: datagrams sent, received, received whole and in order; and the system calls that it took.
// Linked with --wrap for the two functions below.
#include "outbox.h"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <uv.h>

static std::string fault;
static int calls;

extern "C"
{
	int __real_sendmmsg(int socket, mmsghdr* messages, unsigned int count, int flags);
	int __real_uv_udp_try_send(uv_udp_t* socket, const uv_buf_t* buffers, unsigned int count, const sockaddr* to);

	// The kernel's function, with the fault that was asked for.
	int __wrap_sendmmsg(int socket, mmsghdr* messages, unsigned int count, int flags)
	{
		calls++;

		const bool noRoom     = fault == "no-room" && calls % 3 == 0;
		const bool noSegments = fault == "no-segments" && messages[0].msg_hdr.msg_controllen > 0;

		if (noRoom || noSegments)
		{
			errno = noRoom ? EAGAIN : EIO;

			return -1;
		}

		return __real_sendmmsg(socket, messages, count, flags);
	}

	// Called after the above has failed: the buffer is still full.
	int __wrap_uv_udp_try_send(uv_udp_t* socket, const uv_buf_t* buffers, unsigned int count, const sockaddr* to)
	{
		calls++;

		return fault == "no-room" ? UV_EAGAIN : __real_uv_udp_try_send(socket, buffers, count, to);
	}
}

static constexpr int Receivers{ 40 };
static constexpr int Rounds{ 50 };
// Lengths of one round, to each receiver: several equal ones, a shorter one after them, longer ones, the longest.
static constexpr size_t Sizes[]{ 900, 900, 900, 400, 901, 901, 12, 1500, 1600, 900 };
static constexpr int PerRound{ sizeof(Sizes) / sizeof(Sizes[0]) };

struct Receiver
{
	uv_udp_t socket;
	sockaddr_storage address;
	uint32_t next{ 0 };
};

static Receiver receivers[Receivers];
static uv_udp_t* sender;
static uv_timer_t timer;
static int sentRounds, sent, received, right;
static char space[65536];

static void take(uv_udp_t* socket, ssize_t size, const uv_buf_t* buffer, const sockaddr* from, unsigned int)
{
	if (size <= 0 || from == nullptr)
	{
		return;
	}

	auto* receiver = static_cast<Receiver*>(socket->data);
	uint32_t number;

	std::memcpy(&number, buffer->base, sizeof(number));
	received++;
	right += number == receiver->next && static_cast<size_t>(size) == Sizes[number % PerRound] &&
	         buffer->base[size - 1] == static_cast<char>(number);
	receiver->next = number + 1;
}

static void end()
{
	uv_timer_stop(&timer);
	surveillance::Outbox::Close(sender);
	uv_close(
	  reinterpret_cast<uv_handle_t*>(sender),
	  [](uv_handle_t* handle) { delete reinterpret_cast<uv_udp_t*>(handle); });
}

static void sendRound(uv_timer_t*)
{
	if (sentRounds == Rounds)
	{
		// Closing drops what libuv has queued, so that is sent first.
		if (uv_udp_get_send_queue_count(sender) == 0)
		{
			end();
		}

		return;
	}

	// Packet by packet, each to all, as a router does.
	for (int index{ 0 }; index < PerRound; index++)
	{
		for (auto& receiver : receivers)
		{
			const uint32_t number = sentRounds * PerRound + index;
			char datagram[2000];

			std::memset(datagram, static_cast<char>(number), sizeof(datagram));
			std::memcpy(datagram, &number, sizeof(number));

			const uv_buf_t buffer = uv_buf_init(datagram, Sizes[index]);
			const auto* to        = reinterpret_cast<const sockaddr*>(&receiver.address);

			sent++;

			if (surveillance::Outbox::Send(sender, &buffer, 1, to) >= 0)
			{
				continue;
			}

			// As the worker does after this error.
			auto* request = new uv_udp_send_t;
			auto* copy    = new std::string(datagram, Sizes[index]);

			request->data         = copy;
			const uv_buf_t copied = uv_buf_init(copy->data(), copy->size());
			const auto done       = [](uv_udp_send_t* request, int)
			{
				delete static_cast<std::string*>(request->data);
				delete request;
			};

			uv_udp_send(request, sender, &copied, 1, to, done);
		}
	}

	sentRounds++;

	if (fault == "closed")
	{
		end();
	}
}

int main(int, char** argv)
{
	fault = argv[1];

	auto* loop = uv_default_loop();

	for (int index{ 0 }; index < Receivers; index++)
	{
		auto& receiver = receivers[index];
		int size{ sizeof(receiver.address) };
		int room{ 1 << 20 };

		sockaddr_in6 local{};

		uv_ip6_addr("::1", 0, &local);
		uv_udp_init(loop, &receiver.socket);
		uv_udp_bind(&receiver.socket, reinterpret_cast<const sockaddr*>(&local), 0);
		uv_recv_buffer_size(reinterpret_cast<uv_handle_t*>(&receiver.socket), &room);
		uv_udp_getsockname(&receiver.socket, reinterpret_cast<sockaddr*>(&receiver.address), &size);
		receiver.socket.data = &receiver;
		uv_udp_recv_start(
		  &receiver.socket,
		  [](uv_handle_t*, size_t, uv_buf_t* buffer) { *buffer = uv_buf_init(space, sizeof(space)); },
		  take);
		uv_unref(reinterpret_cast<uv_handle_t*>(&receiver.socket));
	}

	sockaddr_in6 any{};

	uv_ip6_addr("::", 0, &any);
	sender = new uv_udp_t;
	uv_udp_init(loop, sender);
	uv_udp_bind(sender, reinterpret_cast<const sockaddr*>(&any), 0);
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, sendRound, 0, 2);
	uv_run(loop, UV_RUN_DEFAULT);

	// After the sender has ended: read what is left in the sockets.
	for (int times{ 0 }; times < 100; times++)
	{
		uv_run(loop, UV_RUN_NOWAIT);
	}

	std::printf(
	  "{\"sent\":%d,\"received\":%d,\"right\":%d,\"calls\":%d}\n", sent, received, right, calls);

	return 0;
}
