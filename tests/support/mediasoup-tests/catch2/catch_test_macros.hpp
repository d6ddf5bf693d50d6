// The macros of Catch2 3 over version 2. That one takes an expression apart by references to its operands, which does
// not compile in a lambda that has not captured them; so here it sees the outcome alone, and a failure shows the
// expression without its values.
#pragma once

#include <catch2/catch.hpp>

#undef REQUIRE
#undef REQUIRE_FALSE
#define REQUIRE(...) \
	INTERNAL_CATCH_TEST("REQUIRE", Catch::ResultDisposition::Normal, static_cast<bool>(__VA_ARGS__))
#define REQUIRE_FALSE(...) \
	INTERNAL_CATCH_TEST("REQUIRE_FALSE", Catch::ResultDisposition::Normal, !static_cast<bool>(__VA_ARGS__))
