#pragma once
#include "host/core/error.hpp"

#include <functional>
#include <future>
#include <memory>
#include <utility>

namespace cedar::host {

// Makes a call that answers through a `done` and waits for its answer: ask<Project>([&](auto done) {
// store.find_project(1, std::move(done)); }). A second answer throws out of `done`.
template <class T, class Call>
Result<T> ask(Call call) {
    const auto answer = std::make_shared<std::promise<Result<T>>>();
    auto future = answer->get_future();
    call(std::function<void(Result<T>)>([answer](Result<T> result) { answer->set_value(std::move(result)); }));
    return future.get();
}

}  // namespace cedar::host
