// Headers that most files of the worker include: of the standard library, of libraries, and of the channel's messages.
// None of mediasoup's own, since those depend on macros that its files define.
#pragma once

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstring>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <flatbuffers/flatbuffers.h>
#include <openssl/ssl.h>
#include <uv.h>

#include "FBS/message.h"
#include "FBS/notification.h"
#include "FBS/request.h"
#include "FBS/response.h"
