/* libmosquitto as a peer of the benchmark: cc -O2 libmosquitto-peer.c -lmosquitto -lpthread
 *
 *   libmosquitto-peer publish PORT QOS COUNT WINDOW      prints elapsed and processor nanoseconds
 *   libmosquitto-peer round-trip PORT QOS COUNT WINDOW   prints COUNT times in nanoseconds
 *   libmosquitto-peer hold PORT SECONDS PER-SECOND WINDOW   prints resident kB with the connection open
 *
 * As its users write it: the library's own thread reads and writes, the main thread publishes.
 */
#include <mosquitto.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char TOPIC[] = "bench/24/characters/long";
static const char PAYLOAD[20];
static sem_t window, ready, finished;
static long *times, count, received, at;
static int qos;

static long now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void check(int result, const char *what) {
    if (result != MOSQ_ERR_SUCCESS) {
        fprintf(stderr, "%s: %s\n", what, mosquitto_strerror(result));
        exit(1);
    }
}

static void on_connect(struct mosquitto *client, void *unused, int code) {
    (void) client, (void) unused;
    check(code, "connect");
    sem_post(&ready);
}

static void on_subscribe(struct mosquitto *client, void *unused, int id, int n, const int *codes) {
    (void) client, (void) unused, (void) id, (void) n, (void) codes;
    sem_post(&ready);
}

static void on_publish(struct mosquitto *client, void *unused, int id) {
    (void) client, (void) unused, (void) id;
    sem_post(&window);
}

static void send_one(struct mosquitto *client, int with) {
    check(mosquitto_publish(client, NULL, TOPIC, sizeof PAYLOAD, PAYLOAD, with, false), "publish");
}

static void on_message(struct mosquitto *client, void *unused, const struct mosquitto_message *m) {
    (void) unused, (void) m;
    times[received++] = now(CLOCK_MONOTONIC) - at;
    if (received == count) {
        sem_post(&finished);
    } else {
        at = now(CLOCK_MONOTONIC);
        send_one(client, qos);
    }
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: %s publish|round-trip PORT QOS COUNT WINDOW\n", argv[0]);
        return 64;
    }
    qos = atoi(argv[3]);
    count = atol(argv[4]);
    int limit = atoi(argv[5]);
    sem_init(&window, 0, limit);
    sem_init(&ready, 0, 0);
    sem_init(&finished, 0, 0);
    times = calloc(count, sizeof *times);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new(NULL, true, NULL);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_publish_callback_set(client, on_publish);
    mosquitto_message_callback_set(client, on_message);
    mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, limit);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    check(mosquitto_connect(client, "127.0.0.1", atoi(argv[2]), 60), "connect");
    check(mosquitto_loop_start(client), "loop_start");
    sem_wait(&ready);
    if (strcmp(argv[1], "publish") == 0) {
        long elapsed = now(CLOCK_MONOTONIC);
        long processor = now(CLOCK_PROCESS_CPUTIME_ID);
        for (long i = 0; i < count; i++) {
            sem_wait(&window);
            send_one(client, qos);
        }
        for (int i = 0; i < limit; i++) {
            sem_wait(&window);
        }
        if (qos == 0) {
            send_one(client, 1);
            sem_wait(&window);
        }
        elapsed = now(CLOCK_MONOTONIC) - elapsed;
        processor = now(CLOCK_PROCESS_CPUTIME_ID) - processor;
        printf("%ld %ld\n", elapsed, processor);
    } else if (strcmp(argv[1], "hold") == 0) {
        for (long i = 0; i < 100L * qos; i++) {
            for (long k = 0; k < count / 100; k++) {
                sem_wait(&window);
                send_one(client, 1);
            }
            struct timespec pause = {0, 10000000};
            nanosleep(&pause, NULL);
        }
        char line[128];
        FILE *status = fopen("/proc/self/status", "r");
        while (fgets(line, sizeof line, status)) {
            if (strncmp(line, "VmRSS:", 6) == 0) {
                printf("%ld\n", atol(line + 6));
            }
        }
    } else {
        check(mosquitto_subscribe(client, NULL, TOPIC, qos), "subscribe");
        sem_wait(&ready);
        at = now(CLOCK_MONOTONIC);
        send_one(client, qos);
        sem_wait(&finished);
        for (long i = 0; i < count; i++) {
            printf("%ld\n", times[i]);
        }
    }
    mosquitto_disconnect(client);
    mosquitto_loop_stop(client, true);
    return 0;
}
