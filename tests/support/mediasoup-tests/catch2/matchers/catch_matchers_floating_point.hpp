// In version 2 these are part of the one header.
#pragma once

#include "../catch_test_macros.hpp"
