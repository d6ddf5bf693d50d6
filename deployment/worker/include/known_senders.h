// Who a datagram comes from, as far as the worker knows. On a socket that is guarded anybody may send; whoever has
// shown the credentials of a transport (ICE, RFC 8445) is known by the transport, and all others are strangers.
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
		// @param local the address of the socket
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

		// @param transport stands for it, whatever it is; one may have several addresses
		static void Add(const sockaddr* local, const sockaddr* remote, const void* transport)
		{
			All().insert_or_assign({ Address(local), Address(remote) }, transport);
		}

		static void Remove(const sockaddr* local, const sockaddr* remote)
		{
			All().erase({ Address(local), Address(remote) });
		}

		// The transport of whoever sends from an address; null for strangers.
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

		// A worker is one thread; linked into a program, each has its own.
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
