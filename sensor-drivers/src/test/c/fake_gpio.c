/*
 * Loaded before libc (LD_PRELOAD): a GPIO chip that is a regular file. Each request appends a line
 * "LINE LEVEL CONSUMER [DRIVE]" to the file, so that a test sees what was asked for and in which order.
 * FAKE_GPIO_LABEL is the chip's label; FAKE_GPIO_BUSY names a line that is always taken.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int level_of_last;

int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *at = va_arg(rest, void *);
    va_end(rest);
    if (request == GPIO_GET_CHIPINFO_IOCTL) {
        struct gpiochip_info *info = at;
        strncpy(info->label, getenv("FAKE_GPIO_LABEL"), sizeof info->label - 1);
        info->lines = 54;
        return 0;
    }
    if (request == GPIO_V2_GET_LINE_IOCTL) {
        struct gpio_v2_line_request *r = at;
        const char *busy = getenv("FAKE_GPIO_BUSY");
        char text[64];
        if (busy != NULL && atoi(busy) == (int) r->offsets[0]) {
            errno = EBUSY;
            return -1;
        }
        level_of_last = (int) r->config.attrs[0].attr.values;
        int n = snprintf(text, sizeof text, "%u %d %s%s\n", r->offsets[0], level_of_last, r->consumer,
                         r->config.flags & GPIO_V2_LINE_FLAG_OPEN_DRAIN    ? " open-drain"
                         : r->config.flags & GPIO_V2_LINE_FLAG_OPEN_SOURCE ? " open-source"
                                                                           : "");
        lseek(fd, 0, SEEK_END);
        if (write(fd, text, n) != n) return -1;
        r->fd = dup(fd);
        return 0;
    }
    if (request == GPIO_V2_LINE_GET_VALUES_IOCTL) {
        ((struct gpio_v2_line_values *) at)->bits = level_of_last;
        return 0;
    }
    errno = ENOTTY;
    return -1;
}
