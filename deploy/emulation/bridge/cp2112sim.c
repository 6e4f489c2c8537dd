// A Silicon Labs CP2112 (USB to I2C bridge) played over /dev/uhid: the kernel's hid-cp2112 binds to it and makes a real /dev/i2c-N,
// with our chips on the other side and every fault we like.   usage: cp2112sim CONTROL   (a serial line; one command a line)
//
//   chip ADDR WIDTH           a chip with 256 registers of WIDTH bytes (1 or 2) answers there      (addresses, registers, bytes: hex)
//   set ADDR REG BYTE...      fills its registers from REG on
//   get ADDR REG COUNT        prints them
//   remove ADDR               it does not answer any more (NACK)
//   busy POLLS                each transfer needs this many status polls: a chip that stretches the clock (the kernel gives up after 10)
//   fault none|hang|lost|held|short|silent    all transfers: never complete, arbitration lost, bus not free, incomplete, no answer at all
//
// Every command is answered by a line that begins with ok or with what is wrong.
// Report numbers and layouts: Silicon Labs AN495, CP2112 Interface Specification.

#include <fcntl.h>
#include <linux/uhid.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { // AN495, table of report ids
    GPIO_CONFIG = 0x02, GPIO_GET = 0x03, GPIO_SET = 0x04, VERSION = 0x05, SMBUS_CONFIG = 0x06,
    READ_REQUEST = 0x10, WRITE_READ_REQUEST = 0x11, READ_FORCE_SEND = 0x12, READ_RESPONSE = 0x13, WRITE_REQUEST = 0x14,
    STATUS_REQUEST = 0x15, STATUS_RESPONSE = 0x16, CANCEL = 0x17, LOCK = 0x20, USB_CONFIG = 0x21,
};
enum { IDLE = 0, BUSY = 1, COMPLETE = 2, ERROR = 3 };                                           // status 0
enum { NACKED = 0, NOT_FREE = 1, ARBITRATION_LOST = 2, READ_INCOMPLETE = 3, SUCCEEDED = 5 };    // status 1

struct chip {
    int width; // 0: nothing answers
    unsigned char pointer;
    unsigned char bytes[512];
};
static struct chip chips[128];
static int uhid, control;
static int busy_polls;
static char fault[16] = "none";

static struct { int status0, status1, polls_left, length, sent; unsigned char data[512]; } transfer;
static unsigned char smbus[14] = {SMBUS_CONFIG, 0, 1, 0x86, 0xa0, 2};
static unsigned char gpio_direction, gpio_levels;

static void say(const char *text) {
    if (write(control, text, strlen(text)) < 0) perror("control");
}

static void send_event(struct uhid_event *event) {
    if (write(uhid, event, sizeof *event) < 0) perror("uhid");
}

static void input_report(const unsigned char *data, int n) {
    struct uhid_event event = {.type = UHID_INPUT2};
    event.u.input2.size = 64;
    memcpy(event.u.input2.data, data, n);
    send_event(&event);
}

static void write_chip(struct chip *chip, const unsigned char *data, int n) {
    if (n == 0) return;
    chip->pointer = data[0];
    for (int i = 1; i < n; i++) chip->bytes[(chip->pointer * chip->width + i - 1) % (256 * chip->width)] = data[i];
}

static void read_chip(struct chip *chip, int n) {
    if (n > (int) sizeof transfer.data) n = sizeof transfer.data;
    for (int i = 0; i < n; i++) transfer.data[i] = chip->bytes[(chip->pointer * chip->width + i) % (256 * chip->width)];
    transfer.length = n;
}

static void finish(int status0, int status1) {
    transfer.status0 = status0;
    transfer.status1 = status1;
}

static void begin(const unsigned char *report) {
    struct chip *chip = &chips[report[1] >> 1];
    transfer.sent = transfer.length = 0;
    transfer.polls_left = busy_polls;
    if (!strcmp(fault, "hang")) { transfer.polls_left = 1 << 30; return finish(COMPLETE, SUCCEEDED); }
    if (!strcmp(fault, "lost")) return finish(ERROR, ARBITRATION_LOST);
    if (!strcmp(fault, "held")) return finish(ERROR, NOT_FREE);
    if (!strcmp(fault, "short")) return finish(ERROR, READ_INCOMPLETE);
    if (chip->width == 0) return finish(ERROR, NACKED);
    switch (report[0]) {
    case READ_REQUEST: read_chip(chip, report[2] << 8 | report[3]); break;
    case WRITE_READ_REQUEST:
        write_chip(chip, report + 5, report[4]);
        read_chip(chip, report[2] << 8 | report[3]);
        break;
    case WRITE_REQUEST:
        write_chip(chip, report + 3, report[2]);
        transfer.length = report[2];
        break;
    }
    finish(COMPLETE, SUCCEEDED);
}

static void on_output(const unsigned char *report) {
    if (!strcmp(fault, "silent")) return;
    switch (report[0]) {
    case READ_REQUEST: case WRITE_READ_REQUEST: case WRITE_REQUEST: begin(report); break;
    case STATUS_REQUEST: {
        int busy = transfer.polls_left > 0;
        if (busy) transfer.polls_left--;
        // response: id, status 0, status 1, retries (2 bytes), length (2 bytes)
        unsigned char response[7] = {STATUS_RESPONSE, busy ? BUSY : transfer.status0, busy ? 2 : transfer.status1, 0, 0, transfer.length >> 8, transfer.length};
        input_report(response, sizeof response);
        break;
    }
    case READ_FORCE_SEND: {
        int n = transfer.length - transfer.sent;
        if (n > 61) n = 61;
        unsigned char response[64] = {READ_RESPONSE, COMPLETE, n};
        memcpy(response + 3, transfer.data + transfer.sent, n);
        transfer.sent += n;
        input_report(response, sizeof response);
        break;
    }
    case CANCEL: transfer.polls_left = 0; finish(IDLE, 0); break;
    }
}

static void on_get_report(const struct uhid_event *event) {
    struct uhid_event reply = {.type = UHID_GET_REPORT_REPLY};
    unsigned char *d = reply.u.get_report_reply.data;
    int size = 62;
    reply.u.get_report_reply.id = event->u.get_report.id;
    switch (event->u.get_report.rnum) {
    case GPIO_CONFIG: d[1] = gpio_direction; size = 5; break;
    case GPIO_GET: d[1] = gpio_levels & gpio_direction; size = 2; break;
    case VERSION: d[1] = 0x0c; d[2] = 3; size = 3; break;
    case SMBUS_CONFIG: memcpy(d, smbus, sizeof smbus); size = sizeof smbus; break;
    case USB_CONFIG: size = 10; break;
    }
    d[0] = event->u.get_report.rnum;
    reply.u.get_report_reply.size = size;
    send_event(&reply);
}

static void on_set_report(const struct uhid_event *event) {
    struct uhid_event reply = {.type = UHID_SET_REPORT_REPLY};
    const unsigned char *d = event->u.set_report.data;
    reply.u.set_report_reply.id = event->u.set_report.id;
    if (d[0] == GPIO_CONFIG) gpio_direction = d[1];
    if (d[0] == GPIO_SET) gpio_levels = (gpio_levels & ~d[2]) | (d[1] & d[2]);
    if (d[0] == SMBUS_CONFIG) memcpy(smbus, d, sizeof smbus);
    send_event(&reply);
}

static void on_command(char *line) {
    char *word = strtok(line, " \r"), *address = strtok(0, " \r"), *next;
    if (word == 0) return;
    if (!strcmp(word, "busy") && address) { busy_polls = atoi(address); return say("ok\n"); }
    if (!strcmp(word, "fault") && address && strlen(address) < sizeof fault) { strcpy(fault, address); return say("ok\n"); }
    if (address == 0) return say("which address?\n");
    struct chip *chip = &chips[strtol(address, 0, 16) & 127];
    if (!strcmp(word, "chip") && (next = strtok(0, " \r"))) { chip->width = atoi(next) == 2 ? 2 : 1; return say("ok\n"); }
    if (!strcmp(word, "remove")) { chip->width = 0; return say("ok\n"); }
    if (!strcmp(word, "set") && (next = strtok(0, " \r"))) {
        int at = strtol(next, 0, 16) * chip->width;
        while ((next = strtok(0, " \r"))) chip->bytes[at++ % (int) sizeof chip->bytes] = strtol(next, 0, 16);
        return say("ok\n");
    }
    if (!strcmp(word, "get") && (next = strtok(0, " \r"))) {
        char text[600] = "ok";
        int at = strtol(next, 0, 16) * chip->width, count = (next = strtok(0, " \r")) ? strtol(next, 0, 16) : 1;
        for (int i = 0; i < count && i < 128; i++) sprintf(text + strlen(text), " %02x", chip->bytes[(at + i) % (int) sizeof chip->bytes]);
        strcat(text, "\n");
        return say(text);
    }
    say("unknown command\n");
}

static void create(void) {
    // One vendor-defined collection; per report: id, usage 1, feature, output or input.
    static const unsigned char head[] = {0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x3f};
    static const unsigned char feature[] = {GPIO_CONFIG, GPIO_GET, GPIO_SET, VERSION, SMBUS_CONFIG, LOCK, USB_CONFIG, 0x22, 0x23, 0x24};
    static const unsigned char output[] = {READ_REQUEST, WRITE_READ_REQUEST, READ_FORCE_SEND, WRITE_REQUEST, STATUS_REQUEST, CANCEL};
    static const unsigned char in[] = {READ_RESPONSE, STATUS_RESPONSE};
    struct uhid_event event = {.type = UHID_CREATE2};
    unsigned char *d = event.u.create2.rd_data;
    int n = 0;
    memcpy(d, head, sizeof head);
    n += sizeof head;
    for (unsigned i = 0; i < sizeof feature; i++) { unsigned char r[] = {0x85, feature[i], 0x09, 0x01, 0xb1, 0x02}; memcpy(d + n, r, 6); n += 6; }
    for (unsigned i = 0; i < sizeof output; i++) { unsigned char r[] = {0x85, output[i], 0x09, 0x01, 0x91, 0x02}; memcpy(d + n, r, 6); n += 6; }
    for (unsigned i = 0; i < sizeof in; i++) { unsigned char r[] = {0x85, in[i], 0x09, 0x01, 0x81, 0x02}; memcpy(d + n, r, 6); n += 6; }
    d[n++] = 0xc0;
    strcpy((char *) event.u.create2.name, "CP2112 simulated");
    event.u.create2.rd_size = n;
    event.u.create2.bus = 3; // USB
    event.u.create2.vendor = 0x10c4;
    event.u.create2.product = 0xea90;
    send_event(&event);
}

int main(int argc, char **argv) {
    static char line[4096];
    int filled = 0;
    struct termios raw;
    struct uhid_event event;
    if (argc != 2) return fprintf(stderr, "usage: cp2112sim CONTROL\n"), 64;
    control = open(argv[1], O_RDWR | O_NOCTTY);
    uhid = open("/dev/uhid", O_RDWR);
    if (control < 0 || uhid < 0) return perror("cp2112sim: open"), 1;
    if (tcgetattr(control, &raw) == 0) { cfmakeraw(&raw); tcsetattr(control, TCSANOW, &raw); }
    create();
    for (;;) {
        struct pollfd polled[2] = {{uhid, POLLIN, 0}, {control, POLLIN, 0}};
        poll(polled, 2, -1);
        if (polled[0].revents & POLLIN) {
            if (read(uhid, &event, sizeof event) <= 0) return 1;
            if (event.type == UHID_OUTPUT) on_output(event.u.output.data);
            if (event.type == UHID_GET_REPORT) on_get_report(&event);
            if (event.type == UHID_SET_REPORT) on_set_report(&event);
        }
        if (polled[1].revents & POLLIN) {
            int n = read(control, line + filled, sizeof line - 1 - filled);
            char *end;
            if (n <= 0) { usleep(100000); continue; }
            filled += n;
            line[filled] = 0;
            while ((end = strchr(line, '\n'))) {
                int used = end + 1 - line;
                *end = 0;
                on_command(line);
                memmove(line, line + used, filled - used + 1);
                filled -= used;
            }
            if (filled == sizeof line - 1) filled = 0;
        }
    }
}
