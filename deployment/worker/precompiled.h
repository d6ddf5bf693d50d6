// What most files of the worker read first: of the standard library, of libraries, and the messages of the channel.
// Nothing of mediasoup's own, which depends on macros that its files define.
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
