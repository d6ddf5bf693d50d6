// Which TCP connections to the worker may stay open (ICE-TCP, RFC 6544): those that have proved to belong to a transport,
// by a STUN request with its credentials. Others have a short time to do so, and their number is limited, per address
// and in all.
#pragma once

#include "address.h"
#include <cstdint>
#include <unordered_map>
#include <uv.h>
#include <vector>

namespace surveillance
{
	template<typename Connection>
	class TcpDoor
	{
	public:
		static constexpr uint64_t TimeToProve{ 10'000 }; // ms
		static constexpr size_t MostOfAddress{ 256 };
		static constexpr size_t MostInAll{ 1024 };

		explicit TcpDoor(uv_loop_t* loop) : timer(new uv_timer_t)
		{
			uv_timer_init(loop, this->timer);
			this->timer->data = this;
			uv_unref(reinterpret_cast<uv_handle_t*>(this->timer));
		}

		TcpDoor(const TcpDoor&)            = delete;
		TcpDoor& operator=(const TcpDoor&) = delete;

		~TcpDoor()
		{
			uv_close(
			  reinterpret_cast<uv_handle_t*>(this->timer),
			  [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
		}

		// To be called for an accepted connection. Returns whether there is room for it.
		bool Enter(Connection* connection)
		{
			const Address host = HostOf(connection->GetPeerAddress());

			if (this->strangers.size() >= MostInAll || this->hosts[host] >= MostOfAddress)
			{
				Forget(host);

				return false;
			}

			this->hosts[host]++;
			this->strangers.emplace(connection, Stranger{ host, uv_now(this->timer->loop) });
			uv_timer_start(this->timer, Sweep, SweepInterval, SweepInterval);

			return true;
		}

		// To be called when a connection has proved itself, or is closed.
		void Leave(Connection* connection)
		{
			const auto stranger = this->strangers.find(connection);

			if (stranger == this->strangers.end())
			{
				return;
			}

			const Address host = stranger->second.host;

			this->strangers.erase(stranger);
			this->hosts[host]--;
			Forget(host);

			if (this->strangers.empty())
			{
				uv_timer_stop(this->timer);
			}
		}

		bool IsStranger(Connection* connection) const
		{
			return this->strangers.contains(connection);
		}

	private:
		static constexpr uint64_t SweepInterval{ 1000 }; // ms

		struct Stranger
		{
			Address host;
			uint64_t since; // ms
		};

		// An address without its port; of IPv6 only the first 64 bits, since one host may own all addresses below them.
		static Address HostOf(const sockaddr* address)
		{
			if (address->sa_family == AF_INET6)
			{
				auto host = *reinterpret_cast<const sockaddr_in6*>(address);

				host.sin6_port     = 0;
				host.sin6_flowinfo = 0;

				// An IPv4 address mapped into IPv6 is kept whole.
				if (!IN6_IS_ADDR_V4MAPPED(&host.sin6_addr))
				{
					std::memset(host.sin6_addr.s6_addr + 8, 0, 8);
				}

				return Address(reinterpret_cast<const sockaddr*>(&host));
			}

			auto host = *reinterpret_cast<const sockaddr_in*>(address);

			host.sin_port = 0;

			return Address(reinterpret_cast<const sockaddr*>(&host));
		}

		void Forget(const Address& host)
		{
			if (const auto entry = this->hosts.find(host); entry != this->hosts.end() && entry->second == 0)
			{
				this->hosts.erase(entry);
			}
		}

		static void Sweep(uv_timer_t* timer)
		{
			auto* const door = static_cast<TcpDoor*>(timer->data);
			std::vector<Connection*> late;

			for (const auto& [connection, stranger] : door->strangers)
			{
				if (uv_now(timer->loop) - stranger.since >= TimeToProve)
				{
					late.push_back(connection);
				}
			}
			for (auto* connection : late)
			{
				connection->TriggerClose(); // which calls Leave()
			}
		}

		uv_timer_t* const timer;
		std::unordered_map<Connection*, Stranger> strangers;
		std::unordered_map<Address, size_t, Address::Hash> hosts;
	};
} // namespace surveillance
