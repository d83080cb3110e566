// A seccomp filter without a library: a list of system calls that a component has no business with. A list of what
// is allowed would be stricter, and would break honest libraries with every new glibc.
#include "host/worker/sandbox.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

namespace cedar::host::worker {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kMachine = 0;
#endif

constexpr long kDenied[] = {
    // the network
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    // other programs and processes
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_open,
    SYS_pidfd_send_signal,
    SYS_setpgid,
    SYS_setsid,
    SYS_kcmp,
    SYS_setrlimit,
    // the system
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_acct,
    SYS_quotactl,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_syslog,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_fsopen,
    SYS_fsmount,
    SYS_move_mount,
    SYS_open_tree,
    // doors into the kernel that no component needs
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_personality,
    // who it is
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_capset,
#if defined(__x86_64__)
    SYS_fork,
    SYS_vfork,
    SYS_ioperm,
    SYS_iopl,
    SYS_modify_ldt,
#endif
};

constexpr std::uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS, kEqual = BPF_JMP | BPF_JEQ | BPF_K,
                        kAnyBit = BPF_JMP | BPF_JSET | BPF_K, kReturn = BPF_RET | BPF_K;
constexpr std::uint32_t kDeny = SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA);

class Filter {
public:
    void add(std::uint16_t code, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0) {
        steps_.push_back({code, if_true, if_false, value});
    }
    void load(std::size_t offset) { add(kLoad, static_cast<std::uint32_t>(offset)); }
    // The lower half of an argument is enough: the upper half of the flags we look at is unused.
    static std::size_t argument(std::size_t index) { return offsetof(seccomp_data, args) + 8 * index; }

    bool install() const {
        const sock_fprog program{static_cast<unsigned short>(steps_.size()),
                                 const_cast<sock_filter*>(steps_.data())};
        return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
               ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
    }

private:
    std::vector<sock_filter> steps_;
};

Filter make_filter() {
    Filter filter;
    filter.load(offsetof(seccomp_data, arch));
    filter.add(kEqual, kMachine, 1, 0);
    filter.add(kReturn, SECCOMP_RET_KILL_PROCESS);
    filter.load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    filter.add(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);  // the x32 numbers are a way around
    filter.add(kReturn, kDeny);
#endif
    for (const long call : kDenied) {
        filter.add(kEqual, static_cast<std::uint32_t>(call), 0, 1);
        filter.add(kReturn, kDeny);
    }
    // clone3 keeps its flags in memory, where a filter cannot look: "not there" makes glibc use clone.
    filter.add(kEqual, SYS_clone3, 0, 1);
    filter.add(kReturn, SECCOMP_RET_ERRNO | (ENOSYS & SECCOMP_RET_DATA));
    // clone: threads only.
    filter.add(kEqual, SYS_clone, 0, 4);
    filter.load(Filter::argument(0));
    filter.add(kAnyBit, CLONE_THREAD, 1, 0);
    filter.add(kReturn, kDeny);
    filter.add(kReturn, SECCOMP_RET_ALLOW);
    // Signals: to itself only, as abort() sends one.
    for (const long call : {SYS_tgkill, SYS_kill}) {
        filter.add(kEqual, static_cast<std::uint32_t>(call), 0, 4);
        filter.load(Filter::argument(0));
        filter.add(kEqual, static_cast<std::uint32_t>(::getpid()), 1, 0);
        filter.add(kReturn, kDeny);
        filter.add(kReturn, SECCOMP_RET_ALLOW);
    }
    // prlimit64: only to read. The new limit is a pointer, so both halves count.
    filter.add(kEqual, SYS_prlimit64, 0, 6);
    filter.load(Filter::argument(2));
    filter.add(kEqual, 0, 0, 2);
    filter.load(Filter::argument(2) + 4);
    filter.add(kEqual, 0, 1, 0);
    filter.add(kReturn, kDeny);
    filter.add(kReturn, SECCOMP_RET_ALLOW);
    filter.add(kReturn, SECCOMP_RET_ALLOW);
    return filter;
}

}  // namespace

std::string filter_system_calls() {
    if (kMachine == 0) return "no filter for this machine";
    return make_filter().install() ? std::string() : std::string("seccomp: ") + std::strerror(errno);
}

}  // namespace cedar::host::worker
