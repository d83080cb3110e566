#include "host/redis/reply_room.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <exception>

namespace cedar::host::redis {

// hiredis' hooks. What is null means that there is no memory. Source: hiredis' read.h and createReplyObject.
struct ReplyRoom::Makers {
    static ReplyRoom& room(const redisReadTask* task) { return *static_cast<ReplyRoom*>(task->privdata); }

    static void* make_string(const redisReadTask* task, char* text, std::size_t size) noexcept try {
        auto* const made = room(task).make(*task, task->type);
        made->str = room(task).text(text, size);
        made->len = size;
        return made;
    } catch (const std::exception&) {
        return nullptr;
    }
    static void* make_array(const redisReadTask* task, int elements) noexcept try {
        auto* const made = room(task).make(*task, REDIS_REPLY_ARRAY);
        if (elements < 1) return made;
        if (elements > kElementsMax) return nullptr;
        made->elements = static_cast<std::size_t>(elements);
        auto** const all = static_cast<redisReply**>(
            room(task).room_.allocate(made->elements * sizeof(redisReply*), alignof(redisReply*)));
        std::fill_n(all, made->elements, nullptr);
        made->element = all;
        return made;
    } catch (const std::exception&) {
        return nullptr;
    }
    static void* make_integer(const redisReadTask* task, long long value) noexcept try {
        auto* const made = room(task).make(*task, REDIS_REPLY_INTEGER);
        made->integer = value;
        return made;
    } catch (const std::exception&) {
        return nullptr;
    }
    static void* make_nil(const redisReadTask* task) noexcept try {
        return room(task).make(*task, REDIS_REPLY_NIL);
    } catch (const std::exception&) {
        return nullptr;
    }
    static void free(void*) {}  // the next reply ends it

    static inline redisReplyObjectFunctions hooks{make_string, make_array, make_integer, make_nil, free};
};

void ReplyRoom::serve(redisReader& reader) {
    reader.fn = &Makers::hooks;
    reader.privdata = this;
}

redisReply* ReplyRoom::make(const redisReadTask& task, int type) {
    if (task.parent == nullptr) room_.release();
    auto* const made = std::pmr::polymorphic_allocator<>(&room_).new_object<redisReply>();
    made->type = type;
    if (task.parent != nullptr) static_cast<redisReply*>(task.parent->obj)->element[task.idx] = made;
    return made;
}

char* ReplyRoom::text(const char* from, std::size_t size) {
    auto* const out = static_cast<char*>(room_.allocate(size + 1, 1));
    std::copy_n(from, size, out);
    out[size] = '\0';
    return out;
}

}  // namespace cedar::host::redis
