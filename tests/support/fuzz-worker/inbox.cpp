// Fuzzes what is behind the inbox, the fair queue and the known senders: datagrams of known and of unknown senders arrive
// on several sockets; turns are taken; sockets are closed, also while a datagram is handled.
#include "chance.h"
#include "fair_queue.h"
#include "known_senders.h"
#include <arpa/inet.h>
#include <array>
#include <map>

using surveillance::Address;
using surveillance::FairQueue;
using surveillance::KnownSenders;
using surveillance::Received;
using surveillance::Sender;

static constexpr size_t Sockets{ 4 };
static constexpr size_t Remotes{ 16 };

static sockaddr_in addressOf(uint32_t host, uint16_t port)
{
	sockaddr_in address{};

	address.sin_family      = AF_INET;
	address.sin_addr.s_addr = htonl(host);
	address.sin_port        = htons(port);

	return address;
}

static const sockaddr* plain(const sockaddr_in& address)
{
	return reinterpret_cast<const sockaddr*>(&address);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size)
{
	Chance chance(bytes, size);
	FairQueue queue;
	std::array<uv_udp_t, Sockets> sockets{};
	std::array<int, Remotes> transports{};
	// How many datagrams of each socket must be waiting, and dropped.
	std::map<const uv_udp_t*, size_t> waiting;

	for (uint16_t socket{ 0 }; socket < Sockets; socket++)
	{
		const auto local = addressOf(1, socket);

		if (socket % 2 == 0)
		{
			KnownSenders::Guard(plain(local));
			must(KnownSenders::IsGuarded(Address(plain(local))));
		}
	}

	const auto forget = [&](size_t socket)
	{
		queue.Forget(&sockets[socket]);
		waiting[&sockets[socket]] = 0;
	};
	const auto total = [&]
	{
		size_t sum{ 0 };

		for (const auto& [socket, count] : waiting)
		{
			sum += count;
		}

		return sum;
	};

	while (!chance.IsOver())
	{
		const size_t socket  = chance.Below(Sockets);
		const auto local     = addressOf(1, static_cast<uint16_t>(socket));
		const auto remote    = addressOf(2, static_cast<uint16_t>(chance.Below(Remotes)));
		const auto transport = &transports[chance.Below(Remotes)];

		switch (chance.Below(8))
		{
			case 0:
				KnownSenders::Add(plain(local), plain(remote), transport);
				must(KnownSenders::Find(Address(plain(local)), Address(plain(remote))) == transport);
				break;

			case 1:
				KnownSenders::Remove(plain(local), plain(remote));
				must(KnownSenders::Find(Address(plain(local)), Address(plain(remote))) == nullptr);
				break;

			case 2:
				forget(socket);
				break;

			case 3:
			case 4:
				if (!queue.Empty())
				{
					queue.TakeTurn(
					  [&](const Received& datagram)
					  {
						  auto& count = waiting[datagram.socket];

						  must(count > 0);
						  count--;

						  if (chance.Below(16) == 0)
						  {
							  forget(chance.Below(Sockets));
						  }

						  return 1 + chance.Below(400);
					  });
				}
				break;

			default:
			{
				Sender sender{ &sockets[socket], Address(plain(remote)) };

				if (KnownSenders::IsGuarded(Address(plain(local))))
				{
					sender = { KnownSenders::Find(Address(plain(local)), Address(plain(remote))), {} };
				}

				queue.Add(sender, { &sockets[socket], Address(plain(remote)), std::vector<char>(chance.Below(64)) });
				waiting[&sockets[socket]]++;
			}
		}

		must(queue.Size() == total());
	}

	// In the end, all waiting datagrams are handled.
	for (size_t turns{ 0 }; !queue.Empty(); turns++)
	{
		must(turns < 1'000'000);
		queue.TakeTurn([&](const Received& datagram) { return waiting[datagram.socket]-- * 0 + 1; });
	}

	must(queue.Size() == 0 && total() == 0);

	for (uint16_t socket{ 0 }; socket < Sockets; socket++)
	{
		const auto local = addressOf(1, socket);

		KnownSenders::Unguard(plain(local));
	}

	return 0;
}
