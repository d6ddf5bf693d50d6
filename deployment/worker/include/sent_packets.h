// Which packet went out under which transport-wide number, so that one of which a viewer's feedback says that it did not
// come can be sent again before it is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace surveillance
{
	struct SentPacket
	{
		// The stream that it was sent in: the media's own, or that of what is sent again (RFC 4588).
		uint32_t ssrc;
		// Of the media, also when it was sent again.
		uint16_t seq;
		int64_t sentAtMs;
	};

	// Those of the last 2 s at most: for as long, what was sent is kept to be sent again.
	class SentPackets
	{
	public:
		void Add(uint16_t number, const SentPacket& packet)
		{
			if (this->entries.empty())
			{
				this->entries.resize(Kept);
			}

			this->entries[number % Kept] = { packet, number, true };
		}

		// When a number was sent; nothing when that is unknown or too old.
		std::optional<int64_t> GetSentAt(uint16_t number, int64_t nowMs) const
		{
			if (this->entries.empty())
			{
				return std::nullopt;
			}

			const auto& entry = this->entries[number % Kept];

			if (entry.number != number || nowMs - entry.packet.sentAtMs > OldestMs)
			{
				return std::nullopt;
			}

			return entry.packet.sentAtMs;
		}

		// What was sent under a number that is told to be lost; nothing when that is unknown, too old, or told before.
		std::optional<SentPacket> TakeLost(uint16_t number, int64_t nowMs)
		{
			if (this->entries.empty())
			{
				return std::nullopt;
			}

			auto& entry = this->entries[number % Kept];

			if (!entry.waits || entry.number != number || nowMs - entry.packet.sentAtMs > OldestMs)
			{
				return std::nullopt;
			}

			entry.waits = false;

			return entry.packet;
		}

	private:
		struct Entry
		{
			SentPacket packet;
			uint16_t number;
			bool waits;
		};

		// Divides the range of the numbers.
		static constexpr size_t Kept{ 2048 };
		static constexpr int64_t OldestMs{ 2000 };

		// Empty until something was sent.
		std::vector<Entry> entries;
	};
} // namespace surveillance
