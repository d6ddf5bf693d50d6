// Which transport the sender of a datagram belongs to. On a guarded socket, a remote address belongs to a transport once
// it has sent that transport's ICE credentials (RFC 8445); all other addresses are unknown senders, "strangers".
#pragma once

#include "address.h"
#include <cstddef>
#include <unordered_map>
#include <unordered_set>

namespace surveillance
{
	class KnownSenders
	{
	public:
		// From now on senders to this socket are told apart. @param local the socket's address
		static void Guard(const sockaddr* local)
		{
			Guarded().insert(Address(local));
		}

		static void Unguard(const sockaddr* local)
		{
			const Address socket(local);

			Guarded().erase(socket);
			std::erase_if(All(), [&](const auto& entry) { return entry.first.local == socket; });
		}

		static bool IsGuarded(const Address& local)
		{
			return Guarded().contains(local);
		}

		// @param transport only compared, never used; a transport may have several addresses
		static void Add(const sockaddr* local, const sockaddr* remote, const void* transport)
		{
			All().insert_or_assign({ Address(local), Address(remote) }, transport);
		}

		static void Remove(const sockaddr* local, const sockaddr* remote)
		{
			All().erase({ Address(local), Address(remote) });
		}

		// The transport that an address belongs to; null for an unknown sender.
		static const void* Find(const Address& local, const Address& remote)
		{
			const auto entry = All().find({ local, remote });

			return entry == All().end() ? nullptr : entry->second;
		}

	private:
		struct Path
		{
			Address local;
			Address remote;

			bool operator==(const Path& other) const = default;

			struct Hash
			{
				size_t operator()(const Path& path) const
				{
					return 31 * Address::Hash()(path.local) + Address::Hash()(path.remote);
				}
			};
		};

		// One per thread: workers that are linked into one program are threads of it.
		static std::unordered_map<Path, const void*, Path::Hash>& All()
		{
			static thread_local std::unordered_map<Path, const void*, Path::Hash> all;

			return all;
		}

		static std::unordered_set<Address, Address::Hash>& Guarded()
		{
			static thread_local std::unordered_set<Address, Address::Hash> guarded;

			return guarded;
		}
	};
} // namespace surveillance
