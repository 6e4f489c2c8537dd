/*
 * time-to-level PID SIGNAL FILE LEVEL TIMEOUT_MS: sends the signal and prints after how many
 * microseconds FILE (gpio-sim's view of a line from outside) shows the level; -1 when it does not.
 * Looks without pause, so that a level that stands for a millisecond is seen.
 * PID may be the path of a cgroup.kill: then 1 is written into it, and everything in that group is
 * killed at once.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

int main(int count, char **a) {
    if (count != 6) return 64;
    char level = 0;
    int fd = open(a[3], O_RDONLY);
    long timeout_us = atol(a[5]) * 1000, begun = now_us();
    if (fd < 0 || pread(fd, &level, 1, 0) != 1 || level == a[4][0]) return 66;
    if (a[1][0] == '/') {
        int group = open(a[1], O_WRONLY);
        if (group < 0 || write(group, "1", 1) != 1) return 1;
    } else if (kill(atoi(a[1]), atoi(a[2])) != 0) {
        return 1;
    }
    while (level != a[4][0] && now_us() - begun < timeout_us) {
        if (pread(fd, &level, 1, 0) != 1) return 66;
    }
    printf("%ld\n", level == a[4][0] ? now_us() - begun : -1L);
    return 0;
}
