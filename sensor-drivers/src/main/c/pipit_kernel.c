/*
 * What pipit asks of the kernel and Java cannot: GPIO v2 lines, I2C and SPI transfers, poll, and
 * systemd's notification socket. One system call per function, no state, no memory of its own:
 * buffers live on the stack, and bytes cross into Java's arrays by copying, so that neither a
 * transfer nor an event allocates, and no transfer ever holds up the garbage collector.
 *
 * Every function returns 0 or above when done, and -errno otherwise.
 * Layouts: linux/gpio.h (v2), linux/i2c-dev.h, linux/spi/spidev.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <linux/gpio.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/spi/spidev.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_pipit_board_kernel_NativeKernel_##name

/* The longest message that the Java side sends: an EEPROM page and its address fit easily. */
#define I2C_MOST 4096
#define SPI_MOST 4096
#define POLL_MOST 64
#define EVENTS_MOST 64
#define EVENT_LONGS 3

static jint outcome(long result) { return result < 0 ? -errno : (jint) result; }

NATIVE(jint, open0)(JNIEnv *env, jclass class, jbyteArray path, jint flags) {
    char name[4096];
    jsize length = (*env)->GetArrayLength(env, path);
    if (length >= (jsize) sizeof name) return -ENAMETOOLONG;
    (*env)->GetByteArrayRegion(env, path, 0, length, (jbyte *) name);
    name[length] = 0;
    return outcome(open(name, flags | O_CLOEXEC));
}

NATIVE(jint, close)(JNIEnv *env, jclass class, jint fd) { return outcome(close(fd)); }

/* ---- I2C ---- */

NATIVE(jint, i2cTransfer)(JNIEnv *env, jclass class, jint fd, jint address, jbyteArray out,
                          jint outOffset, jint outLength, jbyteArray in, jint inOffset,
                          jint inLength) {
    unsigned char buffer[I2C_MOST];
    struct i2c_msg messages[2];
    int count = 0;
    if (outLength < 0 || inLength < 0 || outLength + inLength > I2C_MOST) return -EMSGSIZE;
    if (outLength > 0) {
        (*env)->GetByteArrayRegion(env, out, outOffset, outLength, (jbyte *) buffer);
        if ((*env)->ExceptionCheck(env)) return -EINVAL;
        messages[count].addr = address;
        messages[count].flags = 0;
        messages[count].len = outLength;
        messages[count++].buf = buffer;
    }
    if (inLength > 0) {
        messages[count].addr = address;
        messages[count].flags = I2C_M_RD;
        messages[count].len = inLength;
        messages[count++].buf = buffer + outLength;
    }
    struct i2c_rdwr_ioctl_data both = {.msgs = messages, .nmsgs = count};
    /* A transfer that a signal cut short has not reached the wires: tried once more. */
    int result = ioctl(fd, I2C_RDWR, &both);
    if (result < 0 && errno == EINTR) result = ioctl(fd, I2C_RDWR, &both);
    if (result < 0) return -errno;
    if (inLength > 0) {
        (*env)->SetByteArrayRegion(env, in, inOffset, inLength, (jbyte *) buffer + outLength);
    }
    return 0;
}

/* Retries count lost arbitrations only; the kernel takes the timeout in units of 10 ms. */
NATIVE(jint, i2cSettings)(JNIEnv *env, jclass class, jint fd, jint retries, jint timeoutMs) {
    if (ioctl(fd, I2C_RETRIES, (unsigned long) retries) < 0) return -errno;
    return outcome(ioctl(fd, I2C_TIMEOUT, (unsigned long) (timeoutMs + 9) / 10));
}

/* ---- SPI ---- */

NATIVE(jint, spiSettings)(JNIEnv *env, jclass class, jint fd, jint mode, jint bits, jint hertz) {
    uint32_t wideMode = mode;
    uint8_t bitsPerWord = bits;
    uint32_t speed = hertz;
    if (ioctl(fd, SPI_IOC_WR_MODE32, &wideMode) < 0) return -errno;
    if (ioctl(fd, SPI_IOC_WR_BITS_PER_WORD, &bitsPerWord) < 0) return -errno;
    return outcome(ioctl(fd, SPI_IOC_WR_MAX_SPEED_HZ, &speed));
}

NATIVE(jint, spiTransfer)(JNIEnv *env, jclass class, jint fd, jbyteArray out, jint outOffset,
                          jbyteArray in, jint inOffset, jint length) {
    unsigned char buffer[SPI_MOST];
    if (length < 0 || length > SPI_MOST) return -EMSGSIZE;
    if (out != NULL) {
        (*env)->GetByteArrayRegion(env, out, outOffset, length, (jbyte *) buffer);
        if ((*env)->ExceptionCheck(env)) return -EINVAL;
    } else {
        memset(buffer, 0, length);
    }
    struct spi_ioc_transfer transfer = {
        .tx_buf = (uintptr_t) buffer, .rx_buf = (uintptr_t) buffer, .len = length};
    if (ioctl(fd, SPI_IOC_MESSAGE(1), &transfer) < 0) return -errno;
    if (in != NULL) {
        (*env)->SetByteArrayRegion(env, in, inOffset, length, (jbyte *) buffer);
    }
    return length;
}

/* ---- GPIO v2 ---- */

/* Name and label, 32 bytes each with their zeros; returns the number of lines. */
NATIVE(jint, gpioChip)(JNIEnv *env, jclass class, jint fd, jbyteArray nameAndLabel) {
    struct gpiochip_info info = {0};
    if (ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) < 0) return -errno;
    (*env)->SetByteArrayRegion(env, nameAndLabel, 0, 32, (jbyte *) info.name);
    (*env)->SetByteArrayRegion(env, nameAndLabel, 32, 32, (jbyte *) info.label);
    return info.lines;
}

/* Name and consumer, 32 bytes each with their zeros; returns the low flags, which fit an int. */
NATIVE(jint, gpioLine)(JNIEnv *env, jclass class, jint fd, jint line, jbyteArray nameAndConsumer) {
    struct gpio_v2_line_info info = {.offset = line};
    if (ioctl(fd, GPIO_V2_GET_LINEINFO_IOCTL, &info) < 0) return -errno;
    (*env)->SetByteArrayRegion(env, nameAndConsumer, 0, 32, (jbyte *) info.name);
    (*env)->SetByteArrayRegion(env, nameAndConsumer, 32, 32, (jbyte *) info.consumer);
    return (jint) (info.flags & 0x7fffffff);
}

static jint request(JNIEnv *env, int fd, jint line, jbyteArray consumer,
                    struct gpio_v2_line_request *r) {
    jsize length = (*env)->GetArrayLength(env, consumer);
    if (length >= GPIO_MAX_NAME_SIZE) length = GPIO_MAX_NAME_SIZE - 1;
    (*env)->GetByteArrayRegion(env, consumer, 0, length, (jbyte *) r->consumer);
    r->offsets[0] = line;
    r->num_lines = 1;
    if (ioctl(fd, GPIO_V2_GET_LINE_IOCTL, r) < 0) return -errno;
    return r->fd;
}

/* Bias -1 as it is, 0 none, 1 up, 2 down. */
static uint64_t biasFlag(jint bias) {
    return bias < 0    ? 0
           : bias == 1 ? GPIO_V2_LINE_FLAG_BIAS_PULL_UP
           : bias == 2 ? GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN
                       : GPIO_V2_LINE_FLAG_BIAS_DISABLED;
}

/* Both edges, stamped with the monotonic clock. */
NATIVE(jint, gpioInput)(JNIEnv *env, jclass class, jint fd, jint line, jbyteArray consumer,
                        jint bias, jint debounceMicros) {
    struct gpio_v2_line_request r = {0};
    r.event_buffer_size = EVENTS_MOST;
    r.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
                     GPIO_V2_LINE_FLAG_EDGE_FALLING | biasFlag(bias);
    if (debounceMicros > 0) {
        r.config.num_attrs = 1;
        r.config.attrs[0].mask = 1;
        r.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
        r.config.attrs[0].attr.debounce_period_us = debounceMicros;
    }
    return request(env, fd, line, consumer, &r);
}

/* Direction and level in one request: the line never shows another level in between.
 * Drive 0 push-pull, 1 open drain, 2 open source. */
NATIVE(jint, gpioOutput)(JNIEnv *env, jclass class, jint fd, jint line, jbyteArray consumer,
                         jint high, jint drive, jint bias) {
    struct gpio_v2_line_request r = {0};
    r.config.flags = GPIO_V2_LINE_FLAG_OUTPUT | biasFlag(bias);
    if (drive == 1) r.config.flags |= GPIO_V2_LINE_FLAG_OPEN_DRAIN;
    if (drive == 2) r.config.flags |= GPIO_V2_LINE_FLAG_OPEN_SOURCE;
    r.config.num_attrs = 1;
    r.config.attrs[0].mask = 1;
    r.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
    r.config.attrs[0].attr.values = high ? 1 : 0;
    return request(env, fd, line, consumer, &r);
}

NATIVE(jint, gpioGet)(JNIEnv *env, jclass class, jint fd) {
    struct gpio_v2_line_values values = {.mask = 1};
    if (ioctl(fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0) return -errno;
    return values.bits & 1;
}

NATIVE(jint, gpioSet)(JNIEnv *env, jclass class, jint fd, jint high) {
    struct gpio_v2_line_values values = {.mask = 1, .bits = high ? 1 : 0};
    return outcome(ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values));
}

/* Per event three longs: nanoseconds, 1 rising or 2 falling, sequence number. Returns events. */
NATIVE(jint, gpioEvents)(JNIEnv *env, jclass class, jint fd, jlongArray into) {
    struct gpio_v2_line_event events[EVENTS_MOST];
    jlong longs[EVENTS_MOST * EVENT_LONGS];
    jsize room = (*env)->GetArrayLength(env, into) / EVENT_LONGS;
    if (room > EVENTS_MOST) room = EVENTS_MOST;
    ssize_t bytes = read(fd, events, room * sizeof events[0]);
    if (bytes < 0) return -errno;
    int count = bytes / sizeof events[0];
    for (int i = 0; i < count; i++) {
        longs[i * EVENT_LONGS] = events[i].timestamp_ns;
        longs[i * EVENT_LONGS + 1] = events[i].id;
        longs[i * EVENT_LONGS + 2] = events[i].line_seqno;
    }
    (*env)->SetLongArrayRegion(env, into, 0, count * EVENT_LONGS, longs);
    return count;
}

/* ---- waiting ---- */

/* Waits until one of the first count descriptors can be read; ready[i] says which. */
NATIVE(jint, poll)(JNIEnv *env, jclass class, jintArray fds, jint count, jint timeoutMs,
                   jbooleanArray ready) {
    struct pollfd polled[POLL_MOST];
    jint numbers[POLL_MOST];
    jboolean flags[POLL_MOST];
    if (count < 0 || count > POLL_MOST) return -EINVAL;
    (*env)->GetIntArrayRegion(env, fds, 0, count, numbers);
    if ((*env)->ExceptionCheck(env)) return -EINVAL;
    for (int i = 0; i < count; i++) {
        polled[i].fd = numbers[i];
        polled[i].events = POLLIN;
        polled[i].revents = 0;
    }
    int result = poll(polled, count, timeoutMs);
    if (result < 0 && errno != EINTR) return -errno;
    for (int i = 0; i < count; i++) flags[i] = result > 0 && polled[i].revents != 0;
    (*env)->SetBooleanArrayRegion(env, ready, 0, count, flags);
    return result < 0 ? 0 : result;
}

NATIVE(jint, wakeable)(JNIEnv *env, jclass class) {
    return outcome(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

NATIVE(jint, wake)(JNIEnv *env, jclass class, jint fd) {
    uint64_t one = 1;
    return outcome(write(fd, &one, sizeof one));
}

NATIVE(jint, sleepAgain)(JNIEnv *env, jclass class, jint fd) {
    uint64_t count;
    return outcome(read(fd, &count, sizeof count));
}

/* ---- the rest ---- */

/* sd_notify(3): one datagram; a name that begins with '@' is an abstract socket. */
NATIVE(jint, notify0)(JNIEnv *env, jclass class, jbyteArray socketName, jbyteArray message) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char text[512];
    jsize nameLength = (*env)->GetArrayLength(env, socketName);
    jsize length = (*env)->GetArrayLength(env, message);
    if (nameLength < 2 || nameLength >= (jsize) sizeof to.sun_path) return -EINVAL;
    if (length > (jsize) sizeof text) return -EMSGSIZE;
    (*env)->GetByteArrayRegion(env, socketName, 0, nameLength, (jbyte *) to.sun_path);
    (*env)->GetByteArrayRegion(env, message, 0, length, (jbyte *) text);
    if (to.sun_path[0] == '@') to.sun_path[0] = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + nameLength;
    long sent = sendto(fd, text, length, MSG_NOSIGNAL, (struct sockaddr *) &to, size);
    jint result = outcome(sent);
    close(fd);
    return result;
}

/* Nanoseconds since boot, time asleep included. */
NATIVE(jlong, bootNanos)(JNIEnv *env, jclass class) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* 1 once something (NTP, a clock chip's daemon) has declared the clock synchronised. */
NATIVE(jint, clockSynchronised)(JNIEnv *env, jclass class) {
    struct timex query = {0};
    int state = adjtimex(&query);
    if (state < 0) return -errno;
    return state != TIME_ERROR && !(query.status & STA_UNSYNC);
}
