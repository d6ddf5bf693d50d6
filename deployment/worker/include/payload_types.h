// Which stream of a transport a packet belongs to that says nothing but its payload type: neither its SSRC is known, nor
// does it name its media section or its layer (RFC 9143 section 9.2).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace surveillance
{
	// Owner: a pointer.
	template<typename Owner>
	class PayloadTypes
	{
	public:
		// @param isUnnamed whether nothing else tells its packets
		void Add(uint8_t payloadType, Owner owner, bool isUnnamed)
		{
			this->users[payloadType & Highest].push_back({ owner, isUnnamed });
		}

		void Remove(Owner owner)
		{
			for (auto& users : this->users)
			{
				std::erase_if(users, [owner](const User& user) { return user.owner == owner; });
			}
		}

		// Whoever alone has the payload type; null where several have it, so that a packet goes to nobody by chance.
		Owner Find(uint8_t payloadType) const
		{
			const auto& users = this->users[payloadType & Highest];

			return users.size() == 1 && users.front().isUnnamed ? users.front().owner : nullptr;
		}

	private:
		static constexpr uint8_t Highest{ 127 };

		struct User
		{
			Owner owner;
			bool isUnnamed;
		};

		std::array<std::vector<User>, Highest + 1> users;
	};
} // namespace surveillance
