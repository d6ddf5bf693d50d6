// Limits the worker's log messages, since anybody can send packets that cause some.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <memory>

namespace surveillance
{
	// Whether one more message may be logged: 50 a second, with bursts of up to 200 (a token bucket).
	inline bool MayLog()
	{
		static constexpr double Rate{ 50 };
		static constexpr double Most{ 200 };
		static thread_local double left{ Most };
		static thread_local double before{ 0 };
		timespec clock{};

		clock_gettime(CLOCK_MONOTONIC, std::addressof(clock));

		const double now = static_cast<double>(clock.tv_sec) + static_cast<double>(clock.tv_nsec) / 1e9;

		left   = std::min(Most, left + (now - before) * Rate);
		before = now;

		if (left < 1)
		{
			return false;
		}

		left -= 1;

		return true;
	}
} // namespace surveillance
