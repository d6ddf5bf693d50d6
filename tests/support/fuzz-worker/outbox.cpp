// Fuzzes the outbox: datagrams of any length to several destinations, flushed at any time, while the kernel accepts all,
// some or none of them. The kernel must be given exactly what was sent, to each destination in order.
// Linked with --wrap for the two functions below.
#include "chance.h"
#include "outbox.h"
#include <array>
#include <deque>
#include <map>
#include <vector>

using surveillance::Address;
using surveillance::Outbox;

static constexpr uint16_t Destinations{ 6 };

static Chance* chance;
static std::map<uint16_t, std::deque<std::vector<char>>> expected;
static uv_loop_t loop;

static void take(const void* name, const std::vector<char>& bytes)
{
	auto& queue = expected[ntohs(static_cast<const sockaddr_in*>(name)->sin_port)];

	must(!queue.empty() && queue.front() == bytes);
	queue.pop_front();
}

extern "C"
{
	int __wrap_sendmmsg(int, mmsghdr* messages, unsigned int count, int)
	{
		const size_t outcome = chance->Below(6);

		if (outcome == 0)
		{
			errno = EAGAIN;

			return -1;
		}
		if (outcome == 1 && messages[0].msg_hdr.msg_controllen > 0)
		{
			errno = EIO;

			return -1;
		}

		const unsigned int taken = 1 + chance->Below(count);

		for (unsigned int index{ 0 }; index < taken; index++)
		{
			const msghdr& message = messages[index].msg_hdr;

			for (size_t part{ 0 }; part < message.msg_iovlen; part++)
			{
				const auto* bytes = static_cast<const char*>(message.msg_iov[part].iov_base);

				take(message.msg_name, { bytes, bytes + message.msg_iov[part].iov_len });
				// All segments have one length; only the last may be shorter (udp(7)).
				must(part == 0 || message.msg_iov[part].iov_len <= message.msg_iov[0].iov_len);
				must(part + 1 >= message.msg_iovlen || message.msg_iov[part].iov_len == message.msg_iov[0].iov_len);
			}
		}

		return static_cast<int>(taken);
	}

	int __wrap_uv_udp_try_send(uv_udp_t*, const uv_buf_t* buffers, unsigned int, const sockaddr* to)
	{
		take(to, { buffers->base, buffers->base + buffers->len });

		return static_cast<int>(buffers->len);
	}
}

extern "C" int LLVMFuzzerInitialize(int*, char***)
{
	uv_loop_init(&loop);

	return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size)
{
	Chance choices(bytes, size);
	auto* socket = new uv_udp_t;
	sockaddr_in address{};

	chance = &choices;
	expected.clear();
	uv_ip4_addr("127.0.0.1", 0, &address);
	uv_udp_init(&loop, socket);
	uv_udp_bind(socket, reinterpret_cast<const sockaddr*>(&address), 0);

	while (!choices.IsOver())
	{
		switch (choices.Below(5))
		{
			case 0:
				Outbox::FlushSince(choices.Below(2) == 0 ? 0 : Outbox::Sent() - choices.Below(64));
				break;

			case 1:
				Outbox::Holding() = choices.Below(2) == 1;
				uv_run(&loop, UV_RUN_NOWAIT);
				break;

			default:
			{
				const auto port = static_cast<uint16_t>(1 + choices.Below(Destinations));
				std::vector<char> datagram(1 + choices.Below(1700), static_cast<char>(choices.Byte()));
				uv_buf_t buffer = uv_buf_init(datagram.data(), datagram.size());
				sockaddr_in to{};

				uv_ip4_addr("127.0.0.1", port, &to);
				expected[port].push_back(datagram);

				const int sent = Outbox::Send(socket, &buffer, 1, reinterpret_cast<const sockaddr*>(&to));

				must(sent == static_cast<int>(datagram.size()));
			}
		}
	}

	Outbox::Holding() = false;
	Outbox::Close(socket);

	for (const auto& [port, queue] : expected)
	{
		must(queue.empty());
	}

	uv_close(
	  reinterpret_cast<uv_handle_t*>(socket),
	  [](uv_handle_t* handle) { delete reinterpret_cast<uv_udp_t*>(handle); });
	uv_run(&loop, UV_RUN_DEFAULT);

	return 0;
}
