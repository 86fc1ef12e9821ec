/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The guest's init process after /init: runs commands on behalf of the host.
 *
 * One character device (a virtio-serial port) carries frames both ways:
 * an 8-byte little-endian header {u32 length, u16 id, u8 type, u8 flags} and
 * "length" bytes of payload. The id names a command for as long as it runs and
 * is chosen by the host. Every command runs in its own session, so that a
 * signal reaches all of its processes.
 *
 * Single-threaded: one poll() loop. Frames to the host are written blocking,
 * because the host always reads; input to a command is buffered here, because
 * a command may not read.
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define FRAME_HDR	8
#define FRAME_MAX	(1U << 20)
#define CMD_MAX		64
#define OUT_CHUNK	16384

enum frame_type {
	FRAME_SPAWN = 1,	/* payload: shell command; flags bit 0: on a pty */
	FRAME_STDIN = 2,	/* payload: bytes for the command's input */
	FRAME_EOF = 3,		/* no more input */
	FRAME_KILL = 4,		/* payload: one byte, the signal */
	FRAME_POWEROFF = 5,
	FRAME_HELLO = 0x80,	/* payload: protocol version (u8) */
	FRAME_OUT = 0x81,	/* payload: output */
	FRAME_EXIT = 0x82,	/* payload: i32, exit status or 128 + signal */
	FRAME_ERROR = 0x83,	/* payload: text; the request was refused */
};

#define SPAWN_PTY	0x01
#define PROTO_VERSION	1

struct command {
	pid_t pid;		/* 0: slot free */
	uint16_t id;
	int out;		/* read side, -1 once at end of file */
	int in;			/* write side, the same descriptor as out; -1: closed */
	int in_eof;		/* close in when the buffer is drained */
	int status;
	uint8_t *inbuf;
	size_t inlen;
};

static struct command cmds[CMD_MAX];
static int port_fd = -1;
static int chld_pipe[2];

static void
on_sigchld(int sig)
{
	int saved = errno;

	(void)sig;
	if (write(chld_pipe[1], "", 1) < 0) {
		/* The pipe is full: a wake-up is already pending. */
	}
	errno = saved;
}

static int
write_all(int fd, const uint8_t *p, size_t len)
{
	while (len != 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN) {
				struct pollfd pfd = { .fd = fd, .events = POLLOUT };

				poll(&pfd, 1, 1000);
				continue;
			}
			return -errno;
		}
		p += n;
		len -= n;
	}
	return 0;
}

static void
send_frame(uint8_t type, uint16_t id, const void *data, uint32_t len)
{
	static uint8_t buf[FRAME_HDR + OUT_CHUNK];

	if (len > OUT_CHUNK)
		len = OUT_CHUNK;
	buf[0] = len & 0xff;
	buf[1] = (len >> 8) & 0xff;
	buf[2] = (len >> 16) & 0xff;
	buf[3] = (len >> 24) & 0xff;
	buf[4] = id & 0xff;
	buf[5] = id >> 8;
	buf[6] = type;
	buf[7] = 0;
	if (len != 0)
		memcpy(&buf[FRAME_HDR], data, len);
	if (write_all(port_fd, buf, FRAME_HDR + len) != 0)
		perror("ice_agent: write to the host");
}

static void
send_error(uint16_t id, const char *text)
{
	send_frame(FRAME_ERROR, id, text, strlen(text));
}

static struct command *
cmd_find(uint16_t id)
{
	for (int i = 0; i < CMD_MAX; i++)
		if (cmds[i].pid != 0 && cmds[i].id == id)
			return &cmds[i];
	return NULL;
}

static void
child_exec(const char *text)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	_exit(127);
}

static void
cmd_spawn(uint16_t id, uint8_t flags, const char *text)
{
	struct command *c = NULL;
	int sv[2] = { -1, -1 };
	int pty = -1;
	pid_t pid;

	if (cmd_find(id) != NULL) {
		send_error(id, "this id is running");
		return;
	}
	for (int i = 0; i < CMD_MAX && c == NULL; i++)
		if (cmds[i].pid == 0)
			c = &cmds[i];
	if (c == NULL) {
		send_error(id, "too many commands");
		return;
	}

	if ((flags & SPAWN_PTY) != 0) {
		struct winsize ws = { .ws_row = 50, .ws_col = 200 };

		pid = forkpty(&pty, NULL, NULL, &ws);
	} else {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0) {
			send_error(id, "socketpair failed");
			return;
		}
		pid = fork();
	}
	if (pid < 0) {
		if (sv[0] >= 0) {
			close(sv[0]);
			close(sv[1]);
		}
		send_error(id, "fork failed");
		return;
	}
	if (pid == 0) {
		if (pty < 0 && (flags & SPAWN_PTY) == 0) {
			setsid();
			dup2(sv[1], STDIN_FILENO);
			dup2(sv[1], STDOUT_FILENO);
			dup2(sv[1], STDERR_FILENO);
		}
		child_exec(text);
	}

	memset(c, 0, sizeof(*c));
	c->pid = pid;
	c->id = id;
	if (pty >= 0) {
		c->out = pty;
	} else {
		close(sv[1]);
		c->out = sv[0];
	}
	c->in = c->out;
	fcntl(c->out, F_SETFD, FD_CLOEXEC);
	fcntl(c->out, F_SETFL, fcntl(c->out, F_GETFL) | O_NONBLOCK);
}

/* Pass the command's output on, until it would block or ends. */
static void
cmd_drain(struct command *c, int all)
{
	static uint8_t buf[OUT_CHUNK];

	while (c->out >= 0) {
		ssize_t n = read(c->out, buf, sizeof(buf));

		if (n > 0) {
			send_frame(FRAME_OUT, c->id, buf, n);
			if (!all)
				return;
			continue;
		}
		if (n < 0 && (errno == EINTR))
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		/* End of file; a pty says EIO instead. */
		close(c->out);
		c->out = -1;
		c->in = -1;
	}
}

static void
cmd_finish(struct command *c)
{
	uint32_t st = htole32((uint32_t)c->status);

	cmd_drain(c, 1);
	if (c->out >= 0)
		close(c->out);
	free(c->inbuf);
	send_frame(FRAME_EXIT, c->id, &st, sizeof(st));
	memset(c, 0, sizeof(*c));
}

static void
cmd_feed(struct command *c)
{
	ssize_t n;

	if (c->in < 0)
		return;
	while (c->inlen != 0) {
		n = write(c->in, c->inbuf, c->inlen);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN)
				return;
			c->in = -1;
			c->inlen = 0;
			return;
		}
		c->inlen -= n;
		memmove(c->inbuf, c->inbuf + n, c->inlen);
	}
	if (c->in_eof) {
		c->in_eof = 0;
		shutdown(c->in, SHUT_WR);
		c->in = -1;
	}
}

static void
cmd_stdin(struct command *c, const uint8_t *data, size_t len)
{
	uint8_t *p;

	if (c->in < 0 || c->in_eof)
		return;
	if (c->inlen + len > 16 * FRAME_MAX) {
		send_error(c->id, "input not read by the command");
		return;
	}
	p = realloc(c->inbuf, c->inlen + len + 1);
	if (p == NULL) {
		send_error(c->id, "no memory");
		return;
	}
	c->inbuf = p;
	memcpy(p + c->inlen, data, len);
	c->inlen += len;
	cmd_feed(c);
}

static void
reap(void)
{
	uint8_t junk[64];
	int status;
	pid_t pid;

	while (read(chld_pipe[0], junk, sizeof(junk)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < CMD_MAX; i++) {
			if (cmds[i].pid != pid)
				continue;
			cmds[i].status = WIFEXITED(status) ? WEXITSTATUS(status) :
					 128 + WTERMSIG(status);
			cmd_finish(&cmds[i]);
			break;
		}
	}
}

static void
handle_frame(uint8_t type, uint16_t id, uint8_t flags, uint8_t *data, uint32_t len)
{
	struct command *c;

	switch (type) {
	case FRAME_SPAWN:
		data[len] = '\0';
		cmd_spawn(id, flags, (const char *)data);
		return;
	case FRAME_POWEROFF:
		sync();
		reboot(RB_POWER_OFF);
		return;
	default:
		break;
	}

	/* The command may have ended while the request was on its way. */
	c = cmd_find(id);
	if (c == NULL)
		return;
	if (type == FRAME_STDIN) {
		cmd_stdin(c, data, len);
	} else if (type == FRAME_EOF) {
		c->in_eof = 1;
		cmd_feed(c);
	} else if (type == FRAME_KILL && len == 1) {
		/* The session's leader is its process group's leader. */
		if (kill(-c->pid, data[0]) != 0)
			kill(c->pid, data[0]);
	} else {
		send_error(id, "unknown request");
	}
}

/* Consume whole frames from buf; returns the number of bytes used, or -1. */
static ssize_t
parse(uint8_t *buf, size_t have)
{
	size_t used = 0;

	while (have - used >= FRAME_HDR) {
		uint8_t *h = buf + used;
		uint32_t len = h[0] | h[1] << 8 | h[2] << 16 | (uint32_t)h[3] << 24;
		uint8_t saved;

		if (len > FRAME_MAX)
			return -1;
		if (have - used < FRAME_HDR + len)
			break;
		/* SPAWN terminates its text in place. */
		saved = h[FRAME_HDR + len];
		handle_frame(h[6], h[4] | h[5] << 8, h[7], h + FRAME_HDR, len);
		h[FRAME_HDR + len] = saved;
		used += FRAME_HDR + len;
	}
	return used;
}

static void
loop(void)
{
	static uint8_t buf[FRAME_HDR + FRAME_MAX + 1];
	struct pollfd pfd[2 + CMD_MAX];
	int slot[2 + CMD_MAX];
	size_t have = 0;
	ssize_t n;

	for (;;) {
		int nfds = 2;

		pfd[0] = (struct pollfd){ .fd = port_fd, .events = POLLIN };
		pfd[1] = (struct pollfd){ .fd = chld_pipe[0], .events = POLLIN };
		for (int i = 0; i < CMD_MAX; i++) {
			if (cmds[i].pid == 0 || cmds[i].out < 0)
				continue;
			pfd[nfds] = (struct pollfd){ .fd = cmds[i].out, .events = POLLIN };
			if (cmds[i].inlen != 0)
				pfd[nfds].events |= POLLOUT;
			slot[nfds++] = i;
		}
		if (poll(pfd, nfds, -1) < 0 && errno != EINTR) {
			perror("ice_agent: poll");
			return;
		}
		for (int k = 2; k < nfds; k++) {
			struct command *c = &cmds[slot[k]];

			if (pfd[k].revents & POLLOUT)
				cmd_feed(c);
			if (pfd[k].revents & (POLLIN | POLLHUP | POLLERR))
				cmd_drain(c, 0);
		}
		if (pfd[1].revents & POLLIN)
			reap();
		if (pfd[0].revents & POLLIN) {
			n = read(port_fd, buf + have, sizeof(buf) - 1 - have);
			if (n < 0 && errno != EINTR && errno != EAGAIN) {
				perror("ice_agent: read from the host");
				return;
			}
			if (n > 0) {
				have += n;
				n = parse(buf, have);
				if (n < 0) {
					fprintf(stderr, "ice_agent: garbled frame\n");
					return;
				}
				have -= n;
				memmove(buf, buf + n, have);
			}
		} else if (pfd[0].revents & (POLLHUP | POLLERR)) {
			/* The host is gone; it also ends QEMU. */
			usleep(100000);
		}
	}
}

int
main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_sigchld, .sa_flags = SA_RESTART };
	uint8_t version = PROTO_VERSION;
	struct termios tio;

	if (argc != 2) {
		fprintf(stderr, "usage: ice_agent CHARACTER-DEVICE\n");
		return 2;
	}
	port_fd = open(argv[1], O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (port_fd < 0) {
		perror(argv[1]);
		return 1;
	}
	if (tcgetattr(port_fd, &tio) == 0) {
		cfmakeraw(&tio);
		tcsetattr(port_fd, TCSANOW, &tio);
	}
	if (pipe2(chld_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		perror("ice_agent: pipe");
		return 1;
	}
	sigaction(SIGCHLD, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);

	send_frame(FRAME_HELLO, 0, &version, 1);
	loop();
	return 1;
}
