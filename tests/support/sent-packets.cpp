// Sends packets under transport-wide numbers that wrap around twice, and is told of losses that were, and of ones that
// cannot be. Prints JSON: of what was lost and told in time, how many were found and were the right ones; of what was
// told twice, too late, of numbers that were never sent and of ones of a former round, how many were found all the same;
// and of 1,000 packets with all told to be lost for ever, how many the budget sends again.
#include "packet_limits.h"
#include "sent_packets.h"
#include <cstdio>

using surveillance::SentPacket;
using surveillance::SentPackets;

static constexpr int Packets{ 150'000 };
static constexpr int Lag{ 500 };      // packets until the viewer's feedback is there
static constexpr int LateLag{ 5'000 }; // ms

static int right, wrong, twice, late, unknown, former;

static SentPacket packetOf(int index)
{
	return { static_cast<uint32_t>(index % 7), static_cast<uint16_t>(index * 3), index };
}

static void tellWhatWasLost()
{
	SentPackets sent;

	unknown += sent.TakeLost(1, 0).has_value();

	for (int index{ 0 }; index < Packets; index++)
	{
		const auto number = static_cast<uint16_t>(index);

		sent.Add(number, packetOf(index));

		// Not sent yet; of the round before, 65,536 packets ago.
		unknown += sent.TakeLost(number + 1, index).has_value();

		if (index < Lag || index % 10 != 0)
		{
			continue;
		}

		const uint16_t lost = number - Lag;
		const auto told     = packetOf(index - Lag);
		const auto found    = sent.TakeLost(lost, index);

		(found && found->ssrc == told.ssrc && found->seq == told.seq && found->sentAtMs == told.sentAtMs ? right : wrong)++;
		twice += sent.TakeLost(lost, index).has_value();
		// Others have its place by now.
		former += sent.TakeLost(number - LateLag, index).has_value();
	}

	late += sent.TakeLost(static_cast<uint16_t>(Packets - 1), Packets + LateLag).has_value();
}

static int resent()
{
	auto budget = surveillance::Unasked;
	int count{ 0 };

	for (int packet{ 0 }; packet < 1000; packet++)
	{
		budget.Earn();

		for (int told{ 0 }; told < 40; told++)
		{
			count += budget.Spend();
		}
	}

	return count;
}

int main()
{
	tellWhatWasLost();
	std::printf(
	  R"({"right":%d,"wrong":%d,"twice":%d,"late":%d,"unknown":%d,"former":%d,"resent":%d})",
	  right,
	  wrong,
	  twice,
	  late,
	  unknown,
	  former,
	  resent());
}
