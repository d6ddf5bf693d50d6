// A matcher that version 2 does not have.
#pragma once

#include "../catch_test_macros.hpp"
#include <algorithm>
#include <iterator>
#include <string>

namespace Catch::Matchers
{
	template<typename Range>
	struct RangeEqualsMatcher
	{
		const Range& expected;

		template<typename Given>
		bool match(const Given& given) const
		{
			return std::equal(std::begin(given), std::end(given), std::begin(expected), std::end(expected));
		}

		std::string toString() const
		{
			return "elements are " + Catch::Detail::stringify(expected);
		}
	};

	template<typename Range>
	RangeEqualsMatcher<Range> RangeEquals(const Range& expected)
	{
		return { expected };
	}
} // namespace Catch::Matchers
