// Interprets the fuzzer's input: as choices, and as bytes received from outside.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

class Chance
{
public:
	Chance(const uint8_t* bytes, size_t size) : bytes(bytes), left(size)
	{
	}

	bool IsOver() const
	{
		return this->left == 0;
	}

	uint8_t Byte()
	{
		if (this->left == 0)
		{
			return 0;
		}

		this->left--;

		return *this->bytes++;
	}

	// Below `limit`, which is 65,536 at most.
	size_t Below(size_t limit)
	{
		const size_t high = Byte();

		return (high << 8 | Byte()) % limit;
	}

	// Up to `most` bytes. @returns how many
	size_t Take(uint8_t* to, size_t most)
	{
		const size_t count = std::min(most, this->left);

		std::copy_n(this->bytes, count, to);
		this->bytes += count;
		this->left -= count;

		return count;
	}

private:
	const uint8_t* bytes;
	size_t left;
};

// An assertion, at which the fuzzer stops.
inline void must(bool holds)
{
	if (!holds)
	{
		std::abort();
	}
}
