/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * telemetry COMMAND: asks the DPDK application that runs in the guest, and
 * prints its answer (JSON). The distribution's own client needs Python.
 */

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_PATH	"/var/run/dpdk/rte/dpdk_telemetry.v2"
#define TIMEOUT_S	10
/* What DPDK's side announces as the largest answer. */
#define ANSWER_MAX	16384

static ssize_t
receive(int fd, char *buf, size_t len)
{
	ssize_t n = recv(fd, buf, len, 0);

	if (n < 0)
		perror("telemetry: recv");
	else if (n == 0)
		fprintf(stderr, "telemetry: the application closed the connection\n");
	return n;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
	struct timeval timeout = { .tv_sec = TIMEOUT_S };
	char buf[ANSWER_MAX + 1];
	ssize_t n;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: telemetry COMMAND\n");
		return 2;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) != 0 ||
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
		perror("telemetry: " SOCKET_PATH);
		return 1;
	}
	/* It introduces itself first. */
	if (receive(fd, buf, sizeof(buf) - 1) <= 0)
		return 1;
	if (send(fd, argv[1], strlen(argv[1]), 0) < 0) {
		perror("telemetry: send");
		return 1;
	}
	n = receive(fd, buf, sizeof(buf) - 1);
	if (n <= 0)
		return 1;
	buf[n] = '\0';
	puts(buf);
	close(fd);
	return 0;
}
