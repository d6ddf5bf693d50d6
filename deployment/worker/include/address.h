// Where a datagram goes to or comes from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace surveillance
{
	// An address of IPv4 or IPv6.
	struct Address
	{
		std::array<uint64_t, 4> words{}; // a sockaddr_in or sockaddr_in6, the rest zero
		socklen_t size{ 0 };

		// No address.
		Address() = default;

		explicit Address(const sockaddr* address)
		  : size(address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in))
		{
			std::memcpy(this->words.data(), address, this->size);
		}

		bool operator==(const Address& other) const = default;

		struct Hash
		{
			size_t operator()(const Address& address) const
			{
				const auto& words = address.words;
				const auto mixed  = (words[0] ^ words[1] ^ words[2]) * 0x9e3779b97f4a7c15;

				return mixed ^ (mixed >> 32);
			}
		};
	};
} // namespace surveillance
