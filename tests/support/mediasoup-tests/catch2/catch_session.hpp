// The program's own part of Catch2, in one file only.
#pragma once

#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
