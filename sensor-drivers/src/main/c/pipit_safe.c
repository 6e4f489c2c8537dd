/*
 * pipit-safe [--root DIR] [--hold MS] FILE: sets every output's safe value after the agent's death.
 * pipit-safe [--root DIR] [--hold MS] --watch FILE COMMAND...: becomes COMMAND, and leaves a process
 *   beside it that does the same as soon as COMMAND has died.
 *
 * systemd runs the first when the agent has ended, in whatever way (ExecStopPost=), after it has
 * noticed, has made the service's sandbox anew and has loaded a program: that takes a hundred times
 * longer than the work itself. So the agent is started by the second (ExecStart=): its watcher is
 * loaded, inside the sandbox, and waits for nothing but that death. It heeds no signal: who ends the
 * agent by one sends it to the whole service. SIGKILL to the whole service leaves the first.
 *
 * Both must do their work in milliseconds, while a Java machine would still be starting, and must
 * never hang: no memory is allocated, nothing is waited for longer than PATIENCE_MS, and an alarm
 * ends them after DEADLINE_S.
 *
 * FILE is what the agent wrote when it had claimed its outputs, each with its safe value: one line
 * each, fields apart by one tab. The first removes it when every output is safe; its directory
 * outlives the service, with the readings that wait there.
 *
 *   pipit-safe  1                                             first line: the format's version
 *   lock        PATH                                          held (fcntl) while an agent lives
 *   gpio        DEVICE     LABEL    LINE       LEVEL   NAME   a GPIO v2 line; LEVEL is electrical,
 *                                                         + 2 with open drain, + 4 with open source
 *   pwm         CHIP       CHANNEL  PERIOD_NS  DUTY_NS NAME   a channel below /sys/class/pwm
 *   write       FILE       TEXT     NAME                      one file of sysfs
 *   simulated   WHAT       VALUE    NAME                      gone with the agent: only told
 *   end         OUTPUTS                                       how many lines stand between
 *
 * In force are the safe values in the order of FILE; one that fails does not keep the next from
 * being set. A GPIO line is held until all are set and then let go: a Raspberry Pi's kernel leaves
 * its level as it is (with strict_gpiod in config.txt it becomes an input instead).
 *
 * --root DIR stands before every path: for tests. --hold MS keeps the lines that long before they
 * are let go, for whoever measures from outside.
 *
 * Ends with 0 when every output is safe or FILE is not there, 1 when one is not, 64 for a wrong
 * command line, 65 for a damaged FILE (what could be read is set all the same), 75 when an agent
 * still holds the lock (nothing is touched), 124 when DEADLINE_S is over. With --watch what ends is
 * COMMAND, with its own status; 127 when there is none.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MOST_BYTES 65536
#define MOST_FIELDS 6
#define PATH_BYTES 512
#define PATIENCE_MS 200
#define DEADLINE_S 3

enum { DONE = 0, NOT_SAFE = 1, USAGE = 64, DAMAGED = 65, HELD = 75, NO_COMMAND = 127 };

static const char *root = "";
static long long hold_ms;
/* When there was something to do: this program's start, or the death it waited for. */
static long long begun_ns;

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static double since_ms(void) { return (now_ns() - begun_ns) / 1e6; }

static void pause_ms(long ms) {
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void deadline(int signal) {
    static const char words[] = "pipit-safe: not done in time: an output may not be safe\n";
    ssize_t ignored = write(STDERR_FILENO, words, sizeof words - 1);
    (void) ignored;
    (void) signal;
    _exit(124);
}

/* The path below root; 0 when it does not fit. */
static int at(char path[PATH_BYTES], const char *format, const char *a, const char *b) {
    char rest[PATH_BYTES];
    int length = snprintf(rest, sizeof rest, format, a, b);
    if (length < 0 || length >= (int) sizeof rest) return 0;
    length = snprintf(path, PATH_BYTES, "%s%s", root, rest);
    return length > 0 && length < PATH_BYTES;
}

/* A whole number from 0 to most; -1 when it is none. */
static long long number(const char *text, long long most) {
    char *end;
    if (*text < '0' || *text > '9') return -1;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return errno || *end || value > most ? -1 : value;
}

static int complain(const char *name, const char *what, int error) {
    fprintf(stderr, "pipit-safe: %s: NOT SAFE: %s%s%s\n", name, what, error ? ": " : "",
            error ? strerror(error) : "");
    return 0;
}

/* One write(2) to a file of sysfs; 0 or errno. */
static int put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    int error = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return error;
}

/* ---- the kinds of output: each returns whether its output is safe now ---- */

static int set_gpio(char **f) {
    const char *device = f[1], *label = f[2], *name = f[5];
    char path[PATH_BYTES];
    long long line = number(f[3], 511), level = number(f[4], 5);
    if (line < 0 || level < 0) return complain(name, "line and level are no numbers", 0);
    unsigned long long drive = level & 2   ? GPIO_V2_LINE_FLAG_OPEN_DRAIN
                     : level & 4 ? GPIO_V2_LINE_FLAG_OPEN_SOURCE
                                 : 0;
    level &= 1;
    if (!at(path, "%s%s", device, "")) return complain(name, "the path is too long", 0);
    int chip = open(path, O_RDWR | O_CLOEXEC);
    if (chip < 0) return complain(name, path, errno);
    struct gpiochip_info info = {0};
    if (ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info) < 0) return complain(name, path, errno);
    /* Chips are numbered in the order in which they appear; the label says which one it is. */
    if (strncmp(info.label, label, sizeof info.label) != 0) {
        return complain(name, "another chip has this number now", 0);
    }
    struct gpio_v2_line_request r = {.num_lines = 1, .offsets = {line}};
    strcpy(r.consumer, "pipit-safe");
    r.config.flags = GPIO_V2_LINE_FLAG_OUTPUT | drive;
    r.config.num_attrs = 1;
    r.config.attrs[0].mask = 1;
    r.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
    r.config.attrs[0].attr.values = level;
    /* Direction and level in one request, as at the agent's start. */
    while (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &r) < 0) {
        if (errno != EBUSY || since_ms() > PATIENCE_MS) return complain(name, "line", errno);
        pause_ms(1);
    }
    struct gpio_v2_line_values now = {.mask = 1};
    int read_back = ioctl(r.fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &now) < 0 ? -1 : (int) (now.bits & 1);
    fprintf(stderr, "pipit-safe: %s: line %lld of %s = %lld, reads %d, after %.2f ms\n", name, line,
            label, level, read_back, since_ms());
    /* Both descriptors stay open until this process ends: then the line is let go. */
    return read_back == level ? 1 : complain(name, "the level reads back otherwise", 0);
}

static int set_pwm(char **f) {
    const char *chip = f[1], *channel = f[2], *period = f[3], *duty = f[4], *name = f[5];
    char directory[PATH_BYTES - 16], path[PATH_BYTES];
    if (number(channel, 63) < 0 || number(period, 10000000000LL) < 1 ||
        number(duty, 10000000000LL) < 0) {
        return complain(name, "channel, period and duty are no numbers", 0);
    }
    if (!at(path, "%s/pwm%s", chip, channel) || strlen(path) >= sizeof directory) {
        return complain(name, "the path is too long", 0);
    }
    strcpy(directory, path);
    if (access(directory, F_OK) != 0) {
        if (!at(path, "%s/%s", chip, "export")) return complain(name, "the path is too long", 0);
        int error = put(path, channel);
        if (error) return complain(name, path, error);
    }
    /* The period stands from the agent's start, so the duty is usually all there is to write. */
    snprintf(path, sizeof path, "%s/duty_cycle", directory);
    int error = put(path, duty);
    if (error) {
        char other[PATH_BYTES];
        snprintf(other, sizeof other, "%s/period", directory);
        error = put(other, period);
        if (!error) error = put(path, duty);
    }
    if (error) return complain(name, path, error);
    snprintf(path, sizeof path, "%s/enable", directory);
    error = put(path, "1");
    if (error) return complain(name, path, error);
    fprintf(stderr, "pipit-safe: %s: channel %s of %s = %s ns, after %.2f ms\n", name, channel, chip,
            duty, since_ms());
    return 1;
}

static int set_file(char **f) {
    char path[PATH_BYTES];
    if (!at(path, "%s%s", f[1], "")) return complain(f[3], "the path is too long", 0);
    int error = put(path, f[2]);
    if (error) return complain(f[3], path, error);
    fprintf(stderr, "pipit-safe: %s: %s = %s, after %.2f ms\n", f[3], path, f[2], since_ms());
    return 1;
}

static int tell_simulated(char **f) {
    fprintf(stderr, "pipit-safe: %s: simulated %s is gone with the agent; safe is %s\n", f[3], f[1],
            f[2]);
    return 1;
}

/* ---- the file ---- */

/* Nobody may write outputs beside an agent. Held until this process ends. 0, or HELD. */
static int take_lock(const char *name) {
    char path[PATH_BYTES];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (!at(path, "%s%s", name, "")) return 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return 0; /* No lock file: no agent has lived here. */
    while (fcntl(fd, F_SETLK, &whole) < 0) {
        if (since_ms() > PATIENCE_MS) {
            struct flock holder = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
            if (fcntl(fd, F_GETLK, &holder) < 0 || holder.l_type == F_UNLCK) holder.l_pid = 0;
            fprintf(stderr,
                    "pipit-safe: process %d holds %s: an agent lives, and nothing was touched\n",
                    (int) holder.l_pid, path);
            return HELD;
        }
        pause_ms(1);
    }
    return 0;
}

struct kind {
    const char *word;
    int fields;
    int (*set)(char **fields);
};

static const struct kind kinds[] = {
    {"gpio", 6, set_gpio},
    {"pwm", 6, set_pwm},
    {"write", 4, set_file},
    {"simulated", 4, tell_simulated},
};

static int fields_of(char *line, char **fields) {
    int count = 0;
    for (char *rest = line; rest != NULL && count < MOST_FIELDS + 1;) {
        char *field = strsep(&rest, "\t");
        if (count < MOST_FIELDS) fields[count] = field;
        count++;
    }
    return count;
}

static int read_file(const char *file, char *text) {
    int fd = open(file, O_RDONLY | O_CLOEXEC), length = 0;
    if (fd < 0) return -1;
    for (ssize_t n = 1; n > 0 && length < MOST_BYTES; length += n > 0 ? n : 0) {
        n = read(fd, text + length, MOST_BYTES - length);
    }
    close(fd);
    text[length] = 0;
    return length;
}

/* Everything that FILE says, under the alarm; what to end with. */
static int set_all(const char *file, int tell_of_nothing) {
    static char text[MOST_BYTES + 1];
    begun_ns = now_ns();
    signal(SIGALRM, deadline);
    alarm(DEADLINE_S + hold_ms / 1000);
    if (read_file(file, text) < 0) {
        int error = errno;
        if (error == ENOENT) {
            if (tell_of_nothing) fputs("pipit-safe: the agent left nothing to do\n", stderr);
            return DONE;
        }
        fprintf(stderr, "pipit-safe: NOT SAFE: %s: %s\n", file, strerror(error));
        return NOT_SAFE;
    }

    char *rest = text, *first = strsep(&rest, "\n");
    if (strcmp(first, "pipit-safe\t1") != 0) {
        fprintf(stderr, "pipit-safe: %s: expected 'pipit-safe<tab>1' in the first line\n", file);
        return DAMAGED;
    }
    int outputs = 0, safe = 0, ended = 0, damaged = 0;
    for (int number_of_line = 2; rest != NULL && *rest && !ended; number_of_line++) {
        char *f[MOST_FIELDS];
        int n = fields_of(strsep(&rest, "\n"), f), known = 0;
        if (n == 2 && strcmp(f[0], "lock") == 0) {
            if (take_lock(f[1]) == HELD) return HELD;
            continue;
        }
        if (n == 2 && strcmp(f[0], "end") == 0) {
            ended = number(f[1], 1000) == outputs;
            damaged |= !ended;
            break;
        }
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            if (n == kinds[k].fields && strcmp(f[0], kinds[k].word) == 0) {
                known = 1;
                outputs++;
                safe += kinds[k].set(f);
            }
        }
        if (!known) {
            fprintf(stderr, "pipit-safe: %s:%d: no line of this format\n", file, number_of_line);
            damaged = 1;
        }
    }
    if (!ended || damaged) fprintf(stderr, "pipit-safe: %s is damaged\n", file);
    fprintf(stderr, "pipit-safe: %d of %d outputs safe after %.2f ms\n", safe, outputs, since_ms());
    if (hold_ms > 0) pause_ms(hold_ms);
    return safe < outputs ? NOT_SAFE : !ended || damaged ? DAMAGED : DONE;
}

/*
 * The process beside the agent. A pidfd tells of a death only when the last thread has gone and
 * let go of its descriptors: the lines and the lock are free by then.
 */
static int watch(int agent, const char *file) {
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    struct pollfd death = {.fd = agent, .events = POLLIN};
    while (poll(&death, 1, -1) < 1 && errno == EINTR) continue;
    /* One that somebody else sent meanwhile is forgotten. */
    signal(SIGALRM, SIG_IGN);
    sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
    return set_all(file, 0);
}

/*
 * Only returns when there is no command to become. An agent without its watcher still runs.
 *
 * No huge pages for the agent (kept over exec; a kernel without them refuses, and nothing is
 * missed): where they are "always", a thread of the kernel gathers a Java machine's memory into
 * them, and in that time, a third of a second on a slow processor, nobody else gets that processor.
 * SIGTERM may come just then. They would also be 2 MB resident for every few kB touched.
 */
static int become(char **command, const char *file) {
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    int self = (int) syscall(SYS_pidfd_open, getpid(), 0);
    if (self < 0) {
        fprintf(stderr, "pipit-safe: no watcher, only what systemd runs after a death: %s\n",
                strerror(errno));
    } else {
        sigset_t all, before;
        sigfillset(&all);
        /* Before there is a second process: no moment in which a signal would end it. */
        sigprocmask(SIG_BLOCK, &all, &before);
        pid_t child = fork();
        if (child == 0) _exit(watch(self, file));
        if (child < 0) fprintf(stderr, "pipit-safe: no watcher: %s\n", strerror(errno));
        sigprocmask(SIG_SETMASK, &before, NULL);
        close(self);
    }
    execv(command[0], command);
    fprintf(stderr, "pipit-safe: %s: %s\n", command[0], strerror(errno));
    return NO_COMMAND;
}

static int usage(void) {
    fputs("usage: pipit-safe [--root DIR] [--hold MS] FILE\n"
          "       pipit-safe [--root DIR] [--hold MS] --watch FILE COMMAND [ARGUMENT]...\n",
          stderr);
    return USAGE;
}

int main(int count, char **arguments) {
    int next = 1;
    for (; next + 1 < count && arguments[next][0] == '-'; next += 2) {
        if (strcmp(arguments[next], "--root") == 0) {
            root = arguments[next + 1];
        } else if (strcmp(arguments[next], "--hold") == 0) {
            hold_ms = number(arguments[next + 1], 60000);
        } else if (strcmp(arguments[next], "--watch") == 0) {
            if (hold_ms < 0 || next + 2 >= count) return usage();
            return become(arguments + next + 2, arguments[next + 1]);
        } else {
            return usage();
        }
    }
    if (next + 1 != count || hold_ms < 0) return usage();
    int result = set_all(arguments[next], 1);
    /* Under the lock still: what was done is nobody's to do again when the next agent dies before it has claimed anything. */
    if (result == DONE && unlink(arguments[next]) != 0 && errno != ENOENT) {
        fprintf(stderr, "pipit-safe: %s stays: %s\n", arguments[next], strerror(errno));
    }
    return result;
}
