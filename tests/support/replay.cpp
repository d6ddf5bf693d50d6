// Plays a camera's stream, whose sequence numbers and time stamps wrap and whose neighbours change places, and has
// newcomers shown what is kept of it; then streams that cannot be kept; then bursts over a wide and a narrow link. Prints
// JSON with what a newcomer must not see, and with figures of the bursts.
#include "burst_pace.h"
#include "kept_pictures.h"
#include <algorithm>
#include <cstdio>
#include <deque>
#include <random>
#include <set>
#include <utility>

using surveillance::BurstPace;
using surveillance::KeptLimits;
using surveillance::KeptPictures;
using surveillance::KeptTotal;
using surveillance::Replay;

static constexpr int Interval{ 40 }; // ms
static constexpr uint32_t Ticks{ 90 * Interval };
static constexpr int PacketsOfPicture{ 3 };
static constexpr int PicturesOfGroup{ 100 };

struct Packet
{
	int number; // from the stream's first
};

static uint16_t seqOf(int number)
{
	return static_cast<uint16_t>(65'000 + number);
}

static uint32_t timestampOf(int number)
{
	return 4'294'000'000u + static_cast<uint32_t>(number / PacketsOfPicture) * Ticks;
}

static bool isKey(int number)
{
	return number % (PacketsOfPicture * PicturesOfGroup) == 0;
}

using Kept   = KeptPictures<Packet>;
using Shown  = Replay<Packet>;

static void add(Kept& kept, int number, int64_t nowMs, size_t bytes = 1000, bool isLast = true)
{
	kept.Add(seqOf(number), timestampOf(number), isKey(number), isLast, bytes, nowMs, [&] { return Packet{ number }; });
}

struct Newcomer
{
	explicit Newcomer(Shown shown) : shown(std::move(shown))
	{
	}

	Shown shown;
	int last{ -1 };
	uint32_t stamp{ 0 };
	bool isDone{ false };
};

static int begun, ended, gaps, backwards, torn, old, off;

// As many packets as `most`; what it is shown must go on without a gap, or with a key picture.
static void show(Newcomer& newcomer, int newest, int most)
{
	while (!newcomer.isDone && most-- > 0)
	{
		if (newcomer.shown.IsAtEnd())
		{
			// Live goes on from here: with the next packet, and after the newest picture as it is.
			gaps += newcomer.last != newest;
			off += newcomer.stamp != timestampOf(newest);
			newcomer.isDone = true;
			ended++;

			return;
		}

		const auto due = newcomer.shown.Next();

		if (!due)
		{
			return;
		}

		const auto number = due->packet->number;
		const bool isNew  = newcomer.last < 0 || number / PacketsOfPicture != newcomer.last / PacketsOfPicture;
		const auto step   = static_cast<int32_t>(due->timestamp - newcomer.stamp);

		gaps += due->seq != seqOf(number) || (newcomer.last < 0 || due->isFresh ? !isKey(number) : number != newcomer.last + 1);
		backwards += newcomer.last >= 0 && (isNew ? step <= 0 : step != 0);
		torn += isNew && number % PacketsOfPicture != 0;
		// However old the picture is, it is to be shown now.
		old += isNew && static_cast<int32_t>(timestampOf(newest) - due->timestamp) > static_cast<int32_t>(Ticks + 90 * 15);
		newcomer.last  = number;
		newcomer.stamp = due->timestamp;
	}
}

static size_t play()
{
	std::mt19937 random{ 7 };
	KeptTotal total;
	Kept kept(total, KeptLimits{});
	std::deque<Newcomer> newcomers;
	const int pictures = 3000;

	for (int picture{ 0 }; picture < pictures; picture++)
	{
		const int64_t nowMs = picture * Interval;
		const int first     = picture * PacketsOfPicture;
		int order[PacketsOfPicture]{ 0, 1, 2 };

		if (random() % 10 == 0 && !isKey(first))
		{
			std::swap(order[0], order[2]);
		}

		for (const int offset : order)
		{
			add(kept, first + offset, nowMs);
		}

		if (random() % 3 == 0)
		{
			add(kept, first + 1, nowMs); // It came twice.
		}

		if (random() % 4 == 0)
		{
			if (auto group = kept.Get(nowMs))
			{
				newcomers.emplace_back(Shown(std::move(group)));
				begun++;
			}
		}

		for (auto& newcomer : newcomers)
		{
			show(newcomer, first + PacketsOfPicture - 1, static_cast<int>(random() % 60));
		}

		while (!newcomers.empty() && newcomers.front().isDone)
		{
			newcomers.pop_front();
		}
	}

	kept.Forget();

	return total.bytes;
}

// What nobody may be shown: each adds 1 to `wrong` where it would be.
static int refusals()
{
	int wrong{ 0 };
	KeptTotal total;
	Kept kept(total, KeptLimits{});

	// Nothing before the first key picture.
	add(kept, 4, 0);
	wrong += kept.Get(0) != nullptr;

	// Parameter sets alone, whose picture is still to come.
	add(kept, 0, 0, 1000, false);
	wrong += kept.Get(0) != nullptr;

	for (int number{ 300 }; number < 330; number++)
	{
		if (number != 310)
		{
			add(kept, number, (number - 300) / PacketsOfPicture * Interval);
		}
	}

	// A packet is missing, and then came late.
	const int64_t nowMs = 9 * Interval;

	wrong += kept.Get(nowMs) != nullptr;
	add(kept, 310, nowMs);
	wrong += kept.Get(nowMs) == nullptr;
	// The camera stopped: its last picture is not live any more, and then forgotten.
	wrong += kept.Get(nowMs + 500) != nullptr;
	kept.ForgetOld(nowMs + 2500);
	wrong += total.bytes != 0;
	// It is paused, or asleep.
	add(kept, 600, 5000);
	wrong += kept.Get(5000) == nullptr;
	kept.Forget();
	wrong += kept.Get(5000) != nullptr || total.bytes != 0;
	// Key pictures too far apart, by time and by bytes; the next one is kept again.
	add(kept, 600, 5000);
	add(kept, 601, 21000);
	wrong += kept.Get(21000) != nullptr || total.bytes != 0;
	add(kept, 900, 22000, 4'000'000);
	wrong += kept.Get(22000) == nullptr;
	add(kept, 901, 22000, 400'000);
	wrong += kept.Get(22000) != nullptr || total.bytes != 0;
	add(kept, 1200, 23000);
	wrong += kept.Get(23000) == nullptr;

	// All cameras together.
	Kept other(total, KeptLimits{ .bytesOfAll = 1500 });

	add(other, 0, 23000);
	wrong += other.Get(23000) != nullptr;

	// Who is being shown something is shown all of it, with what comes after it was too long.
	Shown shown(kept.Get(23000));

	for (int number{ 1201 }; number < 1210; number++)
	{
		add(kept, number, 23000, 1'000'000);
	}

	int seen{ 0 };

	while (shown.Next())
	{
		seen++;
	}

	wrong += seen != 10 || !shown.IsAtEnd() || kept.Get(23000) != nullptr;

	return wrong;
}

struct Burst
{
	int64_t doneMs;
	int64_t longestQueueMs;
};

// Sends so many bytes over a link of a rate (bit/s), with a feedback each 100 ms after a way of 10 ms.
static Burst burst(size_t bytes, int64_t rate, int64_t available)
{
	BurstPace pace;
	Burst told{ -1, 0 };
	int64_t queued{ 0 };
	std::deque<std::pair<int64_t, int64_t>> arrivals; // when it comes, when it was sent
	int64_t freeAtUs{ 0 };

	for (int64_t nowMs{ 10'000 }; nowMs < 70'000; nowMs++)
	{
		if (nowMs % 100 == 0)
		{
			int64_t newest{ -1 };

			while (!arrivals.empty() && arrivals.front().first <= nowMs - 10)
			{
				newest = arrivals.front().second;
				arrivals.pop_front();
			}

			if (newest >= 0)
			{
				pace.Heard(newest, 0, nowMs);
			}
		}

		while (nowMs % 4 == 0 && bytes > 0 && pace.Take(available, nowMs) > 0)
		{
			const size_t packet = std::min<size_t>(bytes, 1200);

			freeAtUs = std::max(freeAtUs, nowMs * 1000) + static_cast<int64_t>(packet) * 8'000'000 / rate;
			queued   = freeAtUs / 1000 - nowMs;
			arrivals.emplace_back(freeAtUs / 1000, nowMs);
			told.longestQueueMs = std::max(told.longestQueueMs, queued);
			pace.Sent(packet, nowMs);
			bytes -= packet;
		}

		if (bytes == 0)
		{
			told.doneMs = nowMs - 10'000;

			return told;
		}
	}

	return told;
}

int main()
{
	const auto left   = play();
	const auto wrong  = refusals();
	const auto wide   = burst(2'000'000, 1'000'000'000, 1'500'000);
	const auto narrow = burst(500'000, 2'000'000, 1'500'000);
	BurstPace known;

	known.Heard(980, 0, 1000);

	// A client that gets other pictures over a link of 2 Mbit/s, and a new one.
	const bool starves = known.Allows(1'000'000, 2'000'000, 10'000) || !known.Allows(200'000, 2'000'000, 10'000) ||
	                     !known.Allows(1'000'000, 2'000'000, 2'000);

	std::printf(
	  "{\"begun\":%d,\"ended\":%d,\"gaps\":%d,\"backwards\":%d,\"torn\":%d,\"old\":%d,\"off\":%d,\"left\":%zu,"
	  "\"wrong\":%d,\"starves\":%d,\"wideMs\":%lld,\"narrowMs\":%lld,\"narrowQueueMs\":%lld}\n",
	  begun, ended, gaps, backwards, torn, old, off, left, wrong, starves,
	  static_cast<long long>(wide.doneMs), static_cast<long long>(narrow.doneMs),
	  static_cast<long long>(narrow.longestQueueMs));
}
