/*
 * hold-line LABEL LINE: what an agent is to the kernel and to systemd, without a Java machine's start: holds the lock, holds an output high, and
 * has written down what pipit-safe does after its death. Ends by signal only. For measuring fifty deaths in a minute.
 */
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int count, char **a) {
    if (count != 3) return 64;
    char device[32] = "";
    int chip = -1;
    for (int n = 0; n < 10; n++) {
        struct gpiochip_info info = {0};
        snprintf(device, sizeof device, "/dev/gpiochip%d", n);
        chip = open(device, O_RDWR | O_CLOEXEC);
        if (chip >= 0 && ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info) == 0 && strcmp(info.label, a[1]) == 0) break;
        if (chip >= 0) close(chip);
        chip = -1;
    }
    if (chip < 0) { fprintf(stderr, "hold-line: no chip labelled %s\n", a[1]); return 66; }
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int lock = open("/run/pipit/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || fcntl(lock, F_SETLK, &whole) < 0) { perror("hold-line: /run/pipit/lock"); return 75; }
    struct gpio_v2_line_request r = {.num_lines = 1, .offsets = {atoi(a[2])}};
    strcpy(r.consumer, "hold-line");
    r.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
    r.config.num_attrs = 1;
    r.config.attrs[0].mask = 1;
    r.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
    r.config.attrs[0].attr.values = 1;
    if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &r) < 0) { perror("hold-line: line"); return 69; }
    FILE *safe = fopen("/run/pipit/safe.new", "w");
    if (safe == NULL) { perror("hold-line: /run/pipit/safe.new"); return 73; }
    fprintf(safe, "pipit-safe\t1\nlock\t/run/pipit/lock\ngpio\t%s\t%s\t%s\t0\trelay\nend\t1\n", device, a[1], a[2]);
    if (fclose(safe) != 0 || rename("/run/pipit/safe.new", "/run/pipit/safe") != 0) return 73;
    for (;;) pause();
}
