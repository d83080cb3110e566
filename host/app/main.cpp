#include "host/app/program.hpp"

#include <iostream>

int main(int count, char** arguments) {
    return cedar::host::app::run_program({arguments + 1, arguments + count}, std::cin, std::cout, std::cerr);
}
