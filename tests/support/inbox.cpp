// Sends datagrams over loopback to an inbox of the media worker, and records the order in which they are handled.
// Usage: inbox CASE
//   waiting    frames for many viewers (a, b, c) wait, and a datagram for one (l), which arrived last
//   meanwhile  that datagram arrives while the first frame is handled
//   flood      200 datagrams for 50 viewers each (f), and a frame for many (a), wait
//   many       1,600 datagrams wait at eight sockets, from five senders each
//   closed     all sockets are closed while the first of these is handled
//   stopped    as many, and once the sockets are closed, so is whatever is still open, as when a worker ends
// Prints JSON: the order, as letters; datagrams handled, and how many of these whole and in their sender's order; datagrams
// to many viewers that had been sent when the one for a single viewer was.
#include "inbox.h"
#include "loopback.h"
#include "outbox.h"
#include <array>
#include <cstdio>
#include <cstring>
#include <map>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
#include <vector>

using surveillance::Inbox;
using surveillance::Outbox;

static constexpr int Many{ 300 };
static constexpr int Sinks{ 16 };
static constexpr size_t Size{ 100 };

// What a datagram makes the worker do; the rest of it is filled with its number.
struct Order
{
	char sender;
	uint32_t number;
	uint32_t sends;
};

struct Sender
{
	int socket{ ::socket(AF_INET, SOCK_DGRAM, 0) };
	uint32_t sent{ 0 };
	uint32_t handled{ 0 };
};

struct Sink
{
	uv_udp_t socket;
	sockaddr_in address;
	int count{ 0 };
};

static uv_loop_t loop;
static std::vector<uv_udp_t*> workers;
static std::map<std::pair<const uv_udp_t*, char>, Sender> senders;
static std::array<Sink, Sinks> sinks;
static Sink lonely; // the single viewer
static int sentToMany{ -1 };
static std::string which;
static std::string order;
static int handled, right;
static char space[65536];

static void provide(uv_handle_t*, size_t, uv_buf_t* buffer)
{
	*buffer = uv_buf_init(space, sizeof(space));
}

static void send(const uv_udp_t* worker, char name, uint32_t sends)
{
	auto& sender = senders[{ worker, name }];
	const Order order{ name, sender.sent++, sends };
	char datagram[Size];
	sockaddr_in to{};
	int size{ sizeof(to) };

	std::memset(datagram, static_cast<char>(order.number), sizeof(datagram));
	std::memcpy(datagram, &order, sizeof(order));
	uv_udp_getsockname(worker, reinterpret_cast<sockaddr*>(&to), &size);
	sendto(sender.socket, datagram, sizeof(datagram), 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
}

static void sendFrames(uv_udp_t* worker, const char* names)
{
	for (const char* name{ names }; *name != '\0'; name++)
	{
		for (int packet{ 0 }; packet < 3; packet++)
		{
			send(worker, *name, Many);
		}
	}
}

static void closeAll()
{
	for (auto* worker : workers)
	{
		Inbox::Close(worker);
		Outbox::Close(worker);
		uv_close(
		  reinterpret_cast<uv_handle_t*>(worker),
		  [](uv_handle_t* handle) { delete reinterpret_cast<uv_udp_t*>(handle); });
	}

	workers.clear();
}

static void handle(uv_udp_t* worker, ssize_t size, const uv_buf_t* buffer, const sockaddr* from, unsigned int)
{
	Order asked;

	if (size <= 0 || from == nullptr)
	{
		return;
	}

	std::memcpy(&asked, buffer->base, sizeof(asked));

	auto& sender = senders[{ worker, asked.sender }];

	handled++;
	right += size == Size && asked.number == sender.handled && buffer->base[Size - 1] == static_cast<char>(asked.number);
	sender.handled++;
	order += asked.sender;

	for (uint32_t index{ 0 }; index < asked.sends; index++)
	{
		const auto& sink = asked.sends == 1 ? lonely : sinks[index % Sinks];
		uv_buf_t bytes   = uv_buf_init(buffer->base, Size);

		Outbox::Send(worker, &bytes, 1, reinterpret_cast<const sockaddr*>(&sink.address));
	}

	if (which == "meanwhile" && order == "a")
	{
		send(worker, 'l', 1);
	}
	if (which == "closed")
	{
		closeAll();
	}
}

static void count(uv_udp_t* socket, ssize_t size, const uv_buf_t*, const sockaddr*, unsigned int)
{
	static_cast<Sink*>(socket->data)->count += size > 0;

	if (size <= 0 || socket != &lonely.socket)
	{
		return;
	}

	sentToMany = 0;

	for (const auto& sink : sinks)
	{
		sentToMany += sink.count;
	}
}

static void open(Sink& sink)
{
	sink.address     = bindTo(loop, &sink.socket);
	sink.socket.data = &sink;
	uv_udp_recv_start(&sink.socket, provide, count);
}

static void openWorkers(int number)
{
	for (int index{ 0 }; index < number; index++)
	{
		auto* worker = new uv_udp_t;

		bindTo(loop, worker);
		workers.push_back(worker);
		Inbox::Start(worker, provide, handle);
	}
}

// Until all datagrams are handled.
static void run()
{
	for (int times{ 0 }; times < 2000; times++)
	{
		uv_run(&loop, UV_RUN_NOWAIT);
	}
}

// Several times, by the same senders.
static void learn(uv_udp_t* worker)
{
	for (int times{ 0 }; times < 10; times++)
	{
		sendFrames(worker, "abc");
		send(worker, 'l', 1);
		run();
	}

	order.clear();
	handled = right = 0;

	for (auto& sink : sinks)
	{
		sink.count = 0;
	}
}

static void send()
{
	if (which == "waiting" || which == "meanwhile")
	{
		learn(workers[0]);
		sendFrames(workers[0], "abc");

		if (which == "waiting")
		{
			send(workers[0], 'l', 1);
		}
	}
	else if (which == "flood")
	{
		for (int times{ 0 }; times < 200; times++)
		{
			send(workers[0], 'f', 50);
		}

		sendFrames(workers[0], "a");
	}
	else
	{
		for (int times{ 0 }; times < 200; times++)
		{
			for (auto* worker : workers)
			{
				send(worker, static_cast<char>('a' + times % 5), times % 7);
			}
		}
	}
}

// As the worker does with its event loop in the end.
static void closeWhatIsOpen()
{
	uv_walk(
	  &loop,
	  [](uv_handle_t* handle, void*)
	  {
		  if (uv_is_closing(handle) == 0)
		  {
			  uv_close(handle, nullptr);
		  }
	  },
	  nullptr);
}

int main(int, char** argv)
{
	which = argv[1];
	uv_loop_init(&loop);
	openWorkers(which == "many" || which == "closed" || which == "stopped" ? 8 : 1);
	open(lonely);

	for (auto& sink : sinks)
	{
		open(sink);
	}

	send();
	run();
	closeAll();
	uv_close(reinterpret_cast<uv_handle_t*>(&lonely.socket), nullptr);

	for (auto& sink : sinks)
	{
		uv_close(reinterpret_cast<uv_handle_t*>(&sink.socket), nullptr);
	}

	if (which == "stopped")
	{
		closeWhatIsOpen();
	}

	uv_run(&loop, UV_RUN_DEFAULT);

	for (const auto& [key, sender] : senders)
	{
		close(sender.socket);
	}

	const bool ended = uv_loop_close(&loop) == 0;

	std::printf(
	  "{\"order\":\"%s\",\"handled\":%d,\"right\":%d,\"sentToMany\":%d,\"ended\":%s}\n",
	  order.c_str(),
	  handled,
	  right,
	  sentToMany,
	  ended ? "true" : "false");

	return 0;
}
