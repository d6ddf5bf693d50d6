// The largest packets that clients may send, and how much may be retransmitted.
#pragma once

#include <algorithm>
#include <cstddef>

namespace surveillance
{
	// Bytes of an RTP or RTCP packet from a client: what fits into an Ethernet frame. Browsers send up to 1200.
	inline constexpr size_t MaxMediaPacket{ 1500 };
	// Bytes of a frame of ICE-TCP (RFC 4571).
	inline constexpr size_t MaxTcpFrame{ 2048 };
	// Bytes queued for a client that does not read its TCP connection; beyond this, packets are dropped.
	inline constexpr size_t MaxTcpBacklog{ 1'000'000 };

	// How many packets of a stream are sent again. Each that is new is good for two, so that a receiver who claims to
	// have lost all makes a small multiple of the stream, whatever it asks for.
	class ResendBudget
	{
	public:
		void Earn()
		{
			this->left = std::min(this->left + EarnedByOne, Most);
		}

		bool Spend()
		{
			if (this->left == 0)
			{
				return false;
			}

			this->left--;

			return true;
		}

	private:
		static constexpr size_t EarnedByOne{ 2 };
		static constexpr size_t Most{ 2500 }; // as many as are kept for it

		size_t left{ Most / 5 };
	};
} // namespace surveillance
