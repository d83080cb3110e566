#include "host/worker/worker_process.hpp"

int main(int count, char** arguments) {
    return count == 3 ? cedar::host::worker::run_worker_process(arguments[2]) : 2;
}
