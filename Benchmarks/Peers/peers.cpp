// Bare parses by other people's parsers, behind C functions: no schema, no check of duplicate members.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <simdjson.h>

#include "yyjson.h"

#define TEXT_OF(name) #name
#define VALUE_OF(name) TEXT_OF(name)

namespace {
simdjson::dom::parser dom;
simdjson::ondemand::parser lazy;
char *pool = nullptr;
std::size_t pool_size = 0;

// Reads every value, as a consumer would.
std::size_t visit(simdjson::ondemand::value value) {
    std::size_t count = 1;
    switch (value.type()) {
    case simdjson::ondemand::json_type::object:
        for (auto field : value.get_object()) {
            count += std::string_view(field.unescaped_key()).size() & 1;
            count += visit(field.value());
        }
        break;
    case simdjson::ondemand::json_type::array:
        for (auto item : value.get_array()) count += visit(item.value());
        break;
    case simdjson::ondemand::json_type::string: count += std::string_view(value.get_string()).size() & 1; break;
    case simdjson::ondemand::json_type::number: count += double(value.get_double()) > 0; break;
    case simdjson::ondemand::json_type::boolean: count += bool(value.get_bool()); break;
    default: break;
    }
    return count;
}
}

extern "C" {
// Each takes `size` bytes with 64 readable ones behind them, and returns 0 for a JSON text.

int peer_yyjson(const char *bytes, std::size_t size) {
    std::size_t wanted = yyjson_read_max_memory_usage(size, 0);
    if (wanted > pool_size) {
        std::free(pool);
        pool = static_cast<char *>(std::malloc(wanted));
        pool_size = wanted;
    }
    yyjson_alc allocator;
    yyjson_alc_pool_init(&allocator, pool, pool_size);
    return yyjson_read_opts(const_cast<char *>(bytes), size, 0, &allocator, nullptr) == nullptr;
}

int peer_simdjson_dom(const char *bytes, std::size_t size) {
    return dom.parse(bytes, size, false).error() != simdjson::SUCCESS;
}

int peer_simdjson_ondemand(const char *bytes, std::size_t size) {
    try {
        simdjson::padded_string_view view(bytes, size, size + simdjson::SIMDJSON_PADDING);
        auto document = lazy.iterate(view);
        return visit(document.get_value()) == 0;
    } catch (const simdjson::simdjson_error &) {
        return 1;
    }
}

const char *peer_versions() {
    static char text[96];
    std::snprintf(text, sizeof text, "yyjson %u.%u.%u, simdjson %s (%s)", yyjson_version() >> 16,
                  (yyjson_version() >> 8) & 255, yyjson_version() & 255, VALUE_OF(SIMDJSON_VERSION),
                  simdjson::get_active_implementation()->name().c_str());
    return text;
}
}
