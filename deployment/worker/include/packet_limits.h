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
	// SSRCs of one client that are kept in mind; a camera has two for each of its tracks and layers.
	inline constexpr size_t MostSsrcs{ 64 };

	// How many packets of a stream are sent again: each that is new is good for so many percent of one.
	class ResendBudget
	{
	public:
		constexpr ResendBudget(size_t percent, size_t most, size_t first)
		  : percent(percent), most(most * One), left(first * One)
		{
		}

		void Earn()
		{
			this->left = std::min(this->left + this->percent, this->most);
		}

		bool Spend()
		{
			if (this->left < One)
			{
				return false;
			}

			this->left -= One;

			return true;
		}

	private:
		static constexpr size_t One{ 100 };

		size_t percent;
		size_t most;
		size_t left;
	};

	// Those that a receiver asks for. One who claims to have lost all makes a small multiple of the stream.
	inline constexpr ResendBudget Asked{ 200, 2500, 500 };
	// Those that feedback tells to be lost. Of what is lost on the way, most has been asked for before.
	inline constexpr ResendBudget Unasked{ 25, 20, 20 };
	// Where more is lost, the link is full.
	inline constexpr double MostLossOnTheWay{ 0.2 };
} // namespace surveillance
