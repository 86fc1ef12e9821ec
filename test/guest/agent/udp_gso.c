/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * udp_gso ADDRESS PORT SEGMENT COUNT: one datagram of COUNT segments, which the
 * kernel or the NIC cuts. Byte i of it is i modulo 251.
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#endif
#define MAX_DATAGRAM	65000

int
main(int argc, char **argv)
{
	static unsigned char data[MAX_DATAGRAM];
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd, segment, count, i;

	if (argc != 5 || inet_aton(argv[1], &to.sin_addr) == 0)
		return 2;
	to.sin_port = htons((unsigned short)atoi(argv[2]));
	segment = atoi(argv[3]);
	count = atoi(argv[4]);
	if (segment <= 0 || count <= 0 || count > MAX_DATAGRAM / segment)
		return 2;
	for (i = 0; i < segment * count; i++)
		data[i] = (unsigned char)(i % 251);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)) != 0 ||
	    sendto(fd, data, (size_t)segment * count, 0, (struct sockaddr *)&to, sizeof(to)) !=
	    (ssize_t)segment * count) {
		perror("udp_gso");
		return 1;
	}
	return 0;
}
