// How much of a burst may be on its way to one client, beside all else that it gets: little at first, twice as much with
// each answer as long as it comes without delay, and half where it does not (as RFC 5681 §3.1, but by delay, so that what
// else goes there is not held up).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace surveillance
{
	class BurstPace
	{
	public:
		// The client's feedback. `sentAtMs` is when the newest packet that it tells of was sent.
		void Heard(int64_t sentAtMs, double lossShare, int64_t nowMs)
		{
			const auto delayMs = nowMs - sentAtMs;
			size_t arrived{ 0 };

			while (!this->onTheWay.empty() && this->onTheWay.front().atMs <= sentAtMs)
			{
				arrived += this->onTheWay.front().bytes;
				this->onTheWay.pop_front();
			}

			this->bytesOnTheWay -= arrived;
			this->heardAtMs    = nowMs;
			this->knownSinceMs = this->knownSinceMs < 0 ? nowMs : this->knownSinceMs;
			// The way may have become a longer one.
			this->leastDelayMs = this->leastDelayMs < 0 ? delayMs : std::min(this->leastDelayMs + 1, delayMs);

			if (lossShare > MostLoss || delayMs > this->leastDelayMs + MostQueueMs)
			{
				this->window = std::max(this->window / 2, LeastWindow);
			}
			else
			{
				this->window = std::min(this->window + arrived, MostWindow);
			}
		}

		// Whether a burst of so many bytes is worth it. A client that gets nothing else loses nothing by trying; for another
		// one it must fit into a second of what its link is known to carry.
		// `available`: as estimated, bit/s; negative where the client tells nothing of what comes.
		bool Allows(size_t bytes, int64_t available, int64_t nowMs) const
		{
			const bool isNew = this->knownSinceMs < 0 || nowMs - this->knownSinceMs < NewMs;

			return available < 0 || isNew || static_cast<int64_t>(bytes) * 8 <= available * LongestS;
		}

		// Bytes that may go now.
		size_t Take(int64_t available, int64_t nowMs)
		{
			// Long after the last one, it is another burst.
			if (this->tookAtMs < 0 || nowMs - this->tookAtMs > RestMs)
			{
				this->window   = FirstWindow;
				this->tookAtMs = nowMs - 1;
				this->due      = 0;
				this->onTheWay.clear();
				this->bytesOnTheWay = 0;
				this->heardAtMs     = nowMs;
			}

			// The client is silent: what was sent is lost, or nobody knows.
			if (nowMs - this->heardAtMs > SilentMs)
			{
				this->window        = LeastWindow;
				this->heardAtMs     = nowMs;
				this->bytesOnTheWay = 0;
				this->onTheWay.clear();
			}

			const auto rate = available < 0 ? Blind : Most;

			this->due += rate * (nowMs - this->tookAtMs) / 8000;
			this->due      = std::min(this->due, MostAtOnce);
			this->tookAtMs = nowMs;

			if (this->due <= 0 || (available >= 0 && this->bytesOnTheWay >= this->window))
			{
				return 0;
			}

			return static_cast<size_t>(this->due);
		}

		void Sent(size_t bytes, int64_t nowMs)
		{
			this->due -= static_cast<int64_t>(bytes);
			this->bytesOnTheWay += bytes;

			if (this->onTheWay.empty() || this->onTheWay.back().atMs != nowMs)
			{
				this->onTheWay.push_back({ nowMs, 0 });
			}

			this->onTheWay.back().bytes += bytes;
		}

	private:
		struct Part
		{
			int64_t atMs;
			size_t bytes;
		};

		static constexpr double MostLoss{ 0.1 };
		static constexpr int64_t MostQueueMs{ 40 };
		static constexpr int64_t SilentMs{ 300 };
		static constexpr int64_t RestMs{ 500 };
		static constexpr int64_t NewMs{ 2000 };
		static constexpr int64_t LongestS{ 1 };
		// About a large key picture, which goes at once as well.
		static constexpr size_t FirstWindow{ 128u * 1024 };
		static constexpr size_t LeastWindow{ 32u * 1024 };
		static constexpr size_t MostWindow{ 4u * 1024 * 1024 };
		static constexpr int64_t MostAtOnce{ 64 * 1024 };
		// bit/s
		static constexpr int64_t Most{ 100'000'000 };
		static constexpr int64_t Blind{ 20'000'000 };

		std::deque<Part> onTheWay;
		size_t bytesOnTheWay{ 0 };
		size_t window{ FirstWindow };
		int64_t leastDelayMs{ -1 };
		int64_t knownSinceMs{ -1 };
		int64_t heardAtMs{ -1 };
		int64_t tookAtMs{ -1 };
		// What may go by the rate and has not; below 0, what went ahead.
		int64_t due{ 0 };
	};
} // namespace surveillance
