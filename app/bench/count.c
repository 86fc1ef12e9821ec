/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

/*
 * Instructions, counted exactly and without counters of the CPU, which
 * virtual machines often lack: a child process does the work and is stepped
 * through it.
 */

/* Shared with the child. */
static volatile int *counting;
static bool traced;

void
bench_count_on(void)
{
	if (!traced)
		return;
	*counting = 1;
	/* The tracer gets to know. */
	__asm__ volatile("int3" ::: "memory");
}

void
bench_count_off(void)
{
	if (traced)
		*counting = 0;
}

/* @return steps while the child counts; negative: it ended otherwise */
static double
follow(pid_t child)
{
	double steps = 0;
	bool stepping = false;
	int status;

	for (;;) {
		if (waitpid(child, &status, 0) != child)
			return -1;
		if (WIFEXITED(status))
			return WEXITSTATUS(status) == 0 ? steps : -1;
		if (!WIFSTOPPED(status))
			return -1;
		if (*counting) {
			stepping = true;
			steps++;
		} else {
			stepping = false;
		}
		if (ptrace(stepping ? PTRACE_SINGLESTEP : PTRACE_CONT, child, NULL, NULL) != 0)
			return -1;
	}
}

static double
count(void (*fn)(void *arg), void *arg)
{
	pid_t child = fork();
	double steps;

	if (child < 0)
		return -1;
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(1);
		traced = true;
		fn(arg);
		_exit(0);
	}
	steps = follow(child);
	if (steps < 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return steps;
}

static void
nothing(void *arg)
{
	RTE_SET_USED(arg);
	bench_count_on();
	bench_count_off();
}

double
bench_count(void (*fn)(void *arg), void *arg)
{
	static double overhead = -1;
	double steps;

	if (counting == NULL) {
		void *p = mmap(NULL, sizeof(*counting), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return -1;
		counting = p;
		/* The first and the last step are not the work's. */
		overhead = count(nothing, NULL);
	}
	*counting = 0;
	steps = overhead < 0 ? -1 : count(fn, arg);
	*counting = 0;
	return steps < overhead ? -1 : steps - overhead;
}
