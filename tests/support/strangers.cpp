// Measures how long frames of a camera with many viewers wait while 50 unknown senders flood the worker.
// Usage: strangers known|unknown. `known`: the inbox is told who has sent the credentials of a transport. `unknown`: it
// is not, so that each address is a sender of its own, as in the first version.
// Time is simulated: each datagram that is handled or sent takes 4 µs (docs/decisions/fair-turns.md), and every 4 µs
// one datagram arrives from one of the 50, which together with the camera is more than the worker can handle.
// Prints JSON: frames sent, and handled whole; the longest wait of a frame, ms; the datagrams of a new viewer, who is
// still unknown, and how many of them were handled; the most datagrams of unknown senders that waited at a time.
#include "inbox.h"
#include "known_senders.h"
#include "loopback.h"
#include "outbox.h"
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <map>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

using surveillance::Inbox;
using surveillance::KnownSenders;
using surveillance::Outbox;

static constexpr double WorkTime{ 0.004 }; // ms
static constexpr int Viewers{ 299 };
static constexpr int Strangers{ 50 };
static constexpr int PacketsOfFrame{ 3 };
static constexpr double FrameTime{ 33 };  // ms
static constexpr double JoinTime{ 13 };    // ms, between the attempts of a new viewer
static constexpr double Duration{ 1'000 }; // ms
static constexpr double Patience{ 8'000 }; // ms

enum class Kind : char
{
	Junk,
	Frame,
	Join,
};

struct Message
{
	Kind kind;
	int number;
};

struct Frame
{
	double sentAt{ 0 };
	int handled{ 0 };
};

static uv_loop_t loop;
static uv_udp_t* worker;
static sockaddr_in sink{};
static char space[65536];
static std::map<int, Frame> frames;
static uint64_t handledDatagrams;
static int joins;
static double longest{ 0 };
static double idle{ 0 }; // ms

static double now()
{
	return idle + WorkTime * static_cast<double>(handledDatagrams + Outbox::Sent());
}

static int openClient(const sockaddr_in& to)
{
	const int client = socket(AF_INET, SOCK_DGRAM, 0);

	connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof(to));

	return client;
}

static void handle(uv_udp_t* socket, ssize_t size, const uv_buf_t* buffer, const sockaddr* from, unsigned int)
{
	Message message;

	if (size <= 0 || from == nullptr)
	{
		return;
	}

	handledDatagrams++;
	std::memcpy(&message, buffer->base, sizeof(message));

	if (message.kind == Kind::Join)
	{
		joins++;
	}
	if (message.kind != Kind::Frame)
	{
		return;
	}
	for (int viewer{ 0 }; viewer < Viewers; viewer++)
	{
		uv_buf_t bytes = uv_buf_init(buffer->base, sizeof(message));

		Outbox::Send(socket, &bytes, 1, reinterpret_cast<const sockaddr*>(&sink));
	}

	Frame& frame = frames[message.number];

	if (++frame.handled == PacketsOfFrame)
	{
		longest = std::max(longest, now() - frame.sentAt);
	}
}

static size_t whole()
{
	return std::count_if(
	  frames.begin(), frames.end(), [](const auto& entry) { return entry.second.handled == PacketsOfFrame; });
}

int main(int, char** argv)
{
	const bool isKnown = std::string(argv[1]) == "known";
	uv_udp_t sinkSocket;
	int room{ 1 << 22 };

	uv_loop_init(&loop);
	sink   = bindTo(loop, &sinkSocket);
	worker = new uv_udp_t;

	const sockaddr_in address = bindTo(loop, worker);
	const auto* local         = reinterpret_cast<const sockaddr*>(&address);

	uv_recv_buffer_size(reinterpret_cast<uv_handle_t*>(worker), &room);
	Inbox::Start(
	  worker, [](uv_handle_t*, size_t, uv_buf_t* buffer) { *buffer = uv_buf_init(space, sizeof(space)); }, handle);

	const int camera = openClient(address);
	const int viewer = openClient(address);
	std::array<int, Strangers> strangers{};
	sockaddr_in cameraAddress{};
	socklen_t length{ sizeof(cameraAddress) };

	for (int& stranger : strangers)
	{
		stranger = openClient(address);
	}

	getsockname(camera, reinterpret_cast<sockaddr*>(&cameraAddress), &length);

	if (isKnown)
	{
		KnownSenders::Guard(local);
		KnownSenders::Add(local, reinterpret_cast<const sockaddr*>(&cameraAddress), &camera);
	}

	const auto say = [](int client, Kind kind, int number)
	{
		const Message message{ kind, number };

		send(client, &message, sizeof(message), MSG_DONTWAIT);
	};
	double came{ 0 };
	double nextFrame{ 500 }; // by then the flood has filled the queue
	double nextJoin{ 500 };
	int frame{ 0 };
	int tries{ 0 };
	int turn{ 0 };

	while (now() < Duration || (whole() < frames.size() && now() < Patience))
	{
		// Receive what arrived while the worker was busy.
		for (; came <= now(); came += WorkTime)
		{
			say(strangers[turn++ % Strangers], Kind::Junk, 0);

			if (came >= nextJoin && came < Duration)
			{
				say(viewer, Kind::Join, 0);
				tries++;
				nextJoin += JoinTime;
			}
		}
		if (now() >= nextFrame && now() < Duration)
		{
			frames[frame].sentAt = now();

			for (int packet{ 0 }; packet < PacketsOfFrame; packet++)
			{
				say(camera, Kind::Frame, frame);
			}

			frame++;
			nextFrame += FrameTime;
		}

		const double before = now();

		uv_run(&loop, UV_RUN_NOWAIT);
		idle += now() == before ? WorkTime : 0;
	}

	std::printf(
	  "{\"frames\":%d,\"whole\":%d,\"longest\":%.1f,\"tries\":%d,\"joins\":%d}\n",
	  frame,
	  static_cast<int>(whole()),
	  longest,
	  tries,
	  joins);

	Inbox::Close(worker);
	Outbox::Close(worker);
	uv_close(
	  reinterpret_cast<uv_handle_t*>(worker),
	  [](uv_handle_t* handle) { delete reinterpret_cast<uv_udp_t*>(handle); });
	uv_close(reinterpret_cast<uv_handle_t*>(&sinkSocket), nullptr);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	close(camera);
	close(viewer);

	for (const int stranger : strangers)
	{
		close(stranger);
	}
}
