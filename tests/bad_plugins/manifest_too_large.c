/* A note of 65537 bytes; in assembly, as a C string literal of that length is not portable. */
#include "fixture.h"

__asm__(
    ".pushsection .note.cedar, \"a\", %note\n"
    ".balign 4\n"
    ".long 6, 65537, 1\n"
    ".asciz \"cedar\"\n"
    ".balign 4\n"
    ".fill 65537, 1, 0x20\n"
    ".balign 4\n"
    ".popsection\n");
FIXTURE_ENTRY;
