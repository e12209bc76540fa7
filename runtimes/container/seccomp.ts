/**
 * Calls of the kernel that a run may make: what the C library, R and Python need to compute, to read and write files, to
 * start programs and threads, and to speak over what was opened for them. Every other call fails with "not permitted":
 * namespaces, mounts, tracing, keys, modules, clocks, BPF, io_uring, userfaultfd, performance events and all that the
 * kernel will learn later. Names of both architectures that we support; those that a kernel does not know do nothing.
 */
const allowed = `
access arch_prctl brk capget chdir chmod chown clock_getres clock_gettime clock_nanosleep close close_range copy_file_range
creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old
eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchown
fchownat fcntl fdatasync fgetxattr flistxattr flock fork fstat fstatfs fsync ftruncate futex futex_waitv futimesat
get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername
getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname getsockopt
gettid gettimeofday getuid getxattr ioctl kill lchown lgetxattr link linkat listxattr llistxattr lseek lstat madvise membarrier
memfd_create mincore mkdir mkdirat mknod mknodat mlock mlock2 mmap mprotect mremap msync munlock munmap nanosleep newfstatat
open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6
pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg rename renameat renameat2
restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
rt_sigtimedwait rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield select semctl semget semop semtimedop
sendfile sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setgid setgroups setitimer setpgid
setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt setuid shmat shmctl shmdt shmget shutdown
sigaltstack socketpair splice stat statfs statx symlink symlinkat sync_file_range sysinfo tee tgkill time timer_create
timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill truncate
umask uname unlink unlinkat utime utimensat utimes vfork vmsplice wait4 waitid waitpid write writev
bind connect listen accept accept4
`
  .trim()
  .split(/\s+/);

/** Kinds of sockets: local ones and those of a network that is not there; none that sees packets. */
const [unix, inet, inet6] = [1, 2, 10];
/** New namespaces among the flags of `clone`. */
const namespaceFlags = 0x7e020000;
const [notPermitted, notKnown] = [1, 38];

type Operator = 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
const when = (index: number, op: Operator, value: number, valueTwo = 0) => ({ index, op, value, valueTwo });

/** The seccomp profile of every run, as an engine takes it. */
export function seccompProfile(): object {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: notPermitted,
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
    syscalls: [
      { names: allowed, action: 'SCMP_ACT_ALLOW' },
      ...[unix, inet, inet6].map((kind) => ({
        names: ['socket'],
        action: 'SCMP_ACT_ALLOW',
        args: [when(0, 'SCMP_CMP_EQ', kind)],
      })),
      // Threads and processes, without a namespace of their own.
      { names: ['clone'], action: 'SCMP_ACT_ALLOW', args: [when(0, 'SCMP_CMP_MASKED_EQ', namespaceFlags)] },
      // Its flags lie in memory, where no filter sees them: the C library falls back to `clone`.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: notKnown },
      // What kind of kernel a program was built for; 0xffffffff asks.
      ...[0, 8, 0xffffffff].map((value) => ({
        names: ['personality'],
        action: 'SCMP_ACT_ALLOW',
        args: [when(0, 'SCMP_CMP_EQ', value)],
      })),
    ],
  };
}
