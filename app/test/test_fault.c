/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Probe fault sweep: each AdminQ command of the probe in turn is refused,
 * never answered, answered with garbage, too little or too much. The probe
 * ends in a clean error, or in success when the answer was still a legitimate
 * one; it never leaves anything behind, and the next probe works.
 */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_bus_vdev.h>

#include "test.h"

/* The probe's commands; a fault that finds no command to hit ends a sweep. */
static const uint16_t opcodes[] = {
	0x0001, 0x0002, 0x000A, 0x000B, 0x0107, 0x0200, 0x0208, 0x0210, 0x0212, 0x02A0, 0x0400,
	0x0401, 0x0402, 0x0404, 0x0412, 0x0600, 0x0601, 0x0603, 0x0607, 0x0613, 0x06EA, 0x0B02,
	0x0B03,
};

/* One probe on a device that starts with fault `cmd`.
 * @return 0 failed cleanly, 1 succeeded, -1 test failure */
static int
probe_with(const char *cmd, unsigned int ports)
{
	char path[] = "/tmp/ice_mp_fault_XXXXXX", args[128];
	struct t_usage before;
	uint64_t t0;
	FILE *f;
	int fd, rc;

	fd = mkstemp(path);
	if (fd < 0)
		return t_fail(__FILE__, __LINE__, "no script file");
	f = fdopen(fd, "w");
	fprintf(f, "%s\n", cmd);
	fclose(f);
	snprintf(args, sizeof(args), "ports=%u,script=%s", ports, path);
	t_usage_get(&before);
	t0 = t_now_ms();
	rc = t_probe(T_DEV, args);
	unlink(path);
	if (rc == 0) {
		unsigned int nb = t_count_ethdevs(T_DEV);

		/* Success means all of it. */
		if (nb != ports)
			return t_fail(__FILE__, __LINE__, "%s: %u of %u ports", cmd, nb, ports);
		if (t_remove(T_DEV) != 0)
			return t_fail(__FILE__, __LINE__, "%s: remove fails", cmd);
	} else if (t_count_ethdevs(T_DEV) != 0) {
		return t_fail(__FILE__, __LINE__, "%s: ethdevs are left", cmd);
	}
	if (t_now_ms() - t0 > 15000)
		return t_fail(__FILE__, __LINE__, "%s: took %lu ms", cmd,
			      (unsigned long)(t_now_ms() - t0));
	if (t_usage_check(&before) != 0)
		return t_fail(__FILE__, __LINE__, "%s", cmd);
	return rc == 0;
}

static int
next_probe_works(void)
{
	T_EQ(t_probe(T_DEV, "ports=2,wire=0:1"), 0);
	T_EQ(t_discover(T_DEV), 2);
	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_EQ(t_remove(T_DEV), 0);
	return 0;
}

/* How often the fault was applied, as the device removed last tells. */
static bool
was_hit(void)
{
	return t_state(NULL, "fault", "aq_hits") > 0;
}

/* Sweep one kind of fault over every opcode and every occurrence of it (every
 * `stride`-th of all). must_fail: success is wrong when the fault was hit. */
static int
sweep(const char *kind, const char *more, unsigned int stride, bool must_fail)
{
	unsigned int i, nth, hits = 0, failed = 0, turn = 0;
	char cmd[128];

	for (i = 0; i < RTE_DIM(opcodes); i++) {
		for (nth = 1; nth < 64; nth++) {
			int rc;

			if (turn++ % stride != 0 && nth > 1)
				continue;
			if (stride > 1 && turn % stride != 1 % stride)
				break;
			snprintf(cmd, sizeof(cmd), "%s 0x%04x nth=%u%s", kind, opcodes[i], nth, more);
			rc = probe_with(cmd, 2);
			if (rc < 0)
				return -1;
			if (!was_hit())
				break;
			hits++;
			failed += rc == 0;
			T_CHECK(rc == 0 || !must_fail, "%s: the probe did not notice", cmd);
		}
	}
	T_CHECK(hits >= 8, "%s: only %u commands were hit", kind, hits);
	T_CHECK(failed >= hits / 2 || !must_fail, "%u of %u failed", failed, hits);
	return next_probe_works();
}

static int
refused(void)
{
	return sweep("aq-fail", " rc=5", 1, false);
}

static int
no_memory(void)
{
	return sweep("aq-fail", " rc=9", 3, false);
}

static int
silent(void)
{
	return sweep("aq-silent", "", 5, false);
}

static int
garbled(void)
{
	return sweep("aq-garble", "", 1, false);
}

static int
shortened(void)
{
	return sweep("aq-short", "", 1, false);
}

static int
oversized(void)
{
	return sweep("aq-oversize", "", 1, false);
}

static const struct t_case cases[] = {
	{ "refused", refused, 0, T_BARE, NULL },
	{ "no_memory", no_memory, 0, T_BARE, NULL },
	{ "silent", silent, 0, T_BARE, NULL },
	{ "garbled", garbled, 0, T_BARE, NULL },
	{ "shortened", shortened, 0, T_BARE, NULL },
	{ "oversized", oversized, 0, T_BARE, NULL },
};

T_SUITE(fault, cases);
