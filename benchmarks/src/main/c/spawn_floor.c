/*
 * The floor of the spawn race: what the kernel and libc cost, with nothing above them. It makes the
 * system calls that a good event loop makes and no others: posix_spawn with default signal
 * dispositions, an empty signal mask, the null device as standard input and every other descriptor
 * closed; pidfd_open; epoll; wait4.
 *
 *   spawn_floor race TOTAL CONCURRENCY nopipe|pipe PROGRAM
 *   spawn_floor crowd CHILDREN SAMPLES PROGRAM
 *
 * race   runs TOTAL/4 children to warm up, then TOTAL children, CONCURRENCY at a time. With `pipe`
 *        each child's standard output is read to its end, and must be six bytes.
 * crowd  keeps CHILDREN children alive, and SAMPLES times kills one of them at random, notes how
 *        long it takes to learn of that and to reap it, and starts another in its place.
 *
 * Both print one line of JSON; the fields are described in benchmarks/README.md.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { HELLO_LENGTH = 6, EVENTS = 256, BUFFER = 64 * 1024 };

extern char **environ;

/* One slot per child that is alive; epoll's user data is slot * 2, plus 1 for its pipe. */
struct child {
    pid_t pid;
    int pidfd;
    int out;      /* read end of its standard output, or -1 */
    long bytes;   /* read from it so far */
};

static struct child *children;
static char *program;
static int epoll;
static int nullDevice;
static posix_spawnattr_t attributes;
static posix_spawn_file_actions_t plainActions;
static char buffer[BUFFER];

static void fail(const char *what) {
    fprintf(stderr, "spawn_floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static double cpuMicros(int who) {
    struct rusage usage;
    getrusage(who, &usage);
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
            + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static long residentBytes(void) {
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm == NULL) return 0;
    if (fscanf(statm, "%*s %ld", &pages) != 1) pages = 0;
    fclose(statm);
    return pages * sysconf(_SC_PAGESIZE);
}

static void watch(int fd, uint64_t data) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = data};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

static void addActions(posix_spawn_file_actions_t *actions, int out) {
    posix_spawn_file_actions_init(actions);
    posix_spawn_file_actions_adddup2(actions, nullDevice, 0);
    if (out >= 0) posix_spawn_file_actions_adddup2(actions, out, 1);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
}

static void start(int slot, bool pipe) {
    struct child *child = &children[slot];
    char *argv[] = {program, NULL};
    int ends[2] = {-1, -1};
    posix_spawn_file_actions_t actions;
    if (pipe) {
        if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
        if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
        addActions(&actions, ends[1]);
    }
    int error = posix_spawn(
            &child->pid, program, pipe ? &actions : &plainActions, &attributes, argv, environ);
    if (error != 0) {
        errno = error;
        fail("posix_spawn");
    }
    child->pidfd = (int) syscall(SYS_pidfd_open, child->pid, 0);
    if (child->pidfd < 0) fail("pidfd_open");
    watch(child->pidfd, (uint64_t) slot * 2);
    child->out = ends[0];
    child->bytes = 0;
    if (pipe) {
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        watch(ends[0], (uint64_t) slot * 2 + 1);
    }
}

/* Reaps the child of a slot whose pidfd is readable; true if it exited with status 0. */
static bool reap(int slot) {
    struct child *child = &children[slot];
    struct rusage usage;
    int status;
    if (wait4(child->pid, &status, WNOHANG, &usage) != child->pid) fail("wait4");
    close(child->pidfd);
    child->pidfd = -1;
    return status == 0;
}

/* Reads what there is; closes the pipe at its end. */
static void drain(int slot) {
    struct child *child = &children[slot];
    for (;;) {
        ssize_t count = read(child->out, buffer, BUFFER);
        if (count > 0) {
            child->bytes += count;
        } else if (count == 0) {
            close(child->out);
            child->out = -1;
            return;
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            fail("read");
        }
    }
}

static long runAll(long total, int concurrency, bool pipe) {
    long started = 0;
    long finished = 0;
    long failures = 0;
    while (started < total && started < concurrency) start((int) started++, pipe);
    while (finished < total) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, -1);
        if (count < 0) {
            if (errno == EINTR) continue;
            fail("epoll_wait");
        }
        for (int i = 0; i < count; i++) {
            int slot = (int) (events[i].data.u64 / 2);
            struct child *child = &children[slot];
            if (events[i].data.u64 % 2 == 1) {
                drain(slot);
            } else if (!reap(slot)) {
                failures++;
            }
            if (child->pidfd >= 0 || child->out >= 0) continue;
            if (pipe && child->bytes != HELLO_LENGTH) failures++;
            finished++;
            if (started < total) {
                /*
                 * Safe although the slot's other event may still be in this batch: a slot is
                 * finished only when both of its events have been handled.
                 */
                start(slot, pipe);
                started++;
            }
        }
    }
    return failures;
}

static void race(long total, int concurrency, bool pipe) {
    children = calloc((size_t) concurrency, sizeof *children);
    long failures = runAll(total / 4, concurrency, pipe);
    double self = cpuMicros(RUSAGE_SELF);
    double tree = cpuMicros(RUSAGE_CHILDREN);
    double begin = seconds();
    failures += runAll(total, concurrency, pipe);
    double elapsed = seconds() - begin;
    self = cpuMicros(RUSAGE_SELF) - self;
    tree = cpuMicros(RUSAGE_CHILDREN) - tree;
    printf("{\"contestant\":\"c\",\"mode\":\"%s\",\"total\":%ld,\"concurrency\":%d,"
           "\"seconds\":%.6f,\"rate\":%.1f,\"cpuPerChildMicros\":%.2f,"
           "\"parentCpuPerChildMicros\":%.2f,\"failures\":%ld}\n",
           pipe ? "pipe" : "nopipe", total, concurrency, elapsed, (double) total / elapsed,
           (self + tree) / (double) total, self / (double) total, failures);
}

static int compareDoubles(const void *left, const void *right) {
    double a = *(const double *) left;
    double b = *(const double *) right;
    return (a > b) - (a < b);
}

static double percentile(const double *sorted, int count, double fraction) {
    int index = (int) (fraction * count);
    return sorted[index < count ? index : count - 1];
}

static void crowd(int size, int samples) {
    children = calloc((size_t) size, sizeof *children);
    double *latency = calloc((size_t) samples, sizeof *latency);
    double *cost = calloc((size_t) samples, sizeof *cost);
    long before = residentBytes();
    double begin = seconds();
    for (int i = 0; i < size; i++) start(i, false);
    double startSeconds = seconds() - begin;
    long after = residentBytes();
    srand48(42);
    for (int i = 0; i < samples; i++) {
        int victim = (int) (drand48() * size);
        struct epoll_event event;
        double cpu = cpuMicros(RUSAGE_SELF);
        double killed = seconds();
        if (kill(children[victim].pid, SIGKILL) != 0) fail("kill");
        int count;
        do count = epoll_wait(epoll, &event, 1, -1); while (count < 0 && errno == EINTR);
        if (count != 1 || event.data.u64 != (uint64_t) victim * 2) fail("epoll_wait");
        reap(victim);
        latency[i] = (seconds() - killed) * 1e6;
        cost[i] = cpuMicros(RUSAGE_SELF) - cpu;
        start(victim, false);
    }
    for (int i = 0; i < size; i++) kill(children[i].pid, SIGKILL);
    for (int i = 0; i < size; i++) waitpid(children[i].pid, NULL, 0);
    qsort(latency, (size_t) samples, sizeof *latency, compareDoubles);
    qsort(cost, (size_t) samples, sizeof *cost, compareDoubles);
    printf("{\"contestant\":\"c\",\"mode\":\"crowd\",\"children\":%d,\"samples\":%d,"
           "\"startSeconds\":%.6f,\"learnMedianMicros\":%.1f,\"learnP99Micros\":%.1f,"
           "\"cpuPerExitMicros\":%.1f,\"bytesPerChild\":%ld,\"extraThreads\":0}\n",
           size, samples, startSeconds, percentile(latency, samples, 0.5),
           percentile(latency, samples, 0.99), percentile(cost, samples, 0.5),
           (after - before) / size);
}

static void prepare(void) {
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    nullDevice = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nullDevice < 0) fail("/dev/null");
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    addActions(&plainActions, -1);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int main(int argc, char **argv) {
    if (argc == 6 && strcmp(argv[1], "race") == 0) {
        program = argv[5];
        prepare();
        race(atol(argv[2]), atoi(argv[3]), strcmp(argv[4], "pipe") == 0);
    } else if (argc == 5 && strcmp(argv[1], "crowd") == 0) {
        program = argv[4];
        prepare();
        crowd(atoi(argv[2]), atoi(argv[3]));
    } else {
        fprintf(stderr, "usage: spawn_floor race TOTAL CONCURRENCY nopipe|pipe PROGRAM\n"
                        "       spawn_floor crowd CHILDREN SAMPLES PROGRAM\n");
        return 2;
    }
    return 0;
}
