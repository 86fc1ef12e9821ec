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

/* Breaches that are the fault's doing, by what the checker says of them.
 *
 * A node was added and the reply with its number was lost: the driver cannot
 * delete what it does not know, and its parent is in use. */
#define ORPHANED_NODE	"AdminQ command on an object that is not there: delete of scheduler node "
/* The reply to the command that adds a VSI held a wrong number: which of those
 * that look right are right, nothing tells. */
#define GARBLED_VSI	"AdminQ command on an object that is not there: VSI "
/* To the device, memory that fails is memory it was not granted. */
#define FAILING_MEMORY	"control queue ring or buffer outside granted memory: "

static const char *const none[] = { NULL };
static const char *const reply_lost[] = { ORPHANED_NODE, NULL };
static const char *const reply_garbled[] = { ORPHANED_NODE, GARBLED_VSI, NULL };
static const char *const memory_fails[] = { FAILING_MEMORY, NULL };

/* One probe on a device that starts with fault `cmd`.
 * breaches: that the fault itself provokes, see t_breaches_are()
 * @return 0 failed cleanly, 1 succeeded, -1 test failure */
static int
probe_with(const char *cmd, unsigned int ports, const char *const *breaches)
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
	if (t_breaches_are(breaches) != 0)
		return t_fail(__FILE__, __LINE__, "%s", cmd);
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
	int64_t breaches = sim.violations(NULL);

	T_EQ(t_probe(T_DEV, "ports=2,wire=0:1"), 0);
	T_EQ(t_discover(T_DEV), 2);
	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_EQ(t_remove(T_DEV), 0);
	T_EQ(sim.violations(NULL), breaches);
	return 0;
}

/* How often the fault was applied, as the device removed last tells. */
static bool
was_hit(void)
{
	return t_state(NULL, "fault", "aq_hits") > 0;
}

/* Sweep one kind of fault over the commands of the probe, every `stride`-th.
 * most_fail: a probe that does not mind is the exception.
 * breaches: as in probe_with(). */
static int
sweep(const char *kind, const char *more, unsigned int stride, bool most_fail,
      const char *const *breaches)
{
	unsigned int nth, hits = 0, failed = 0;
	char cmd[128];
	int64_t nb;

	T_EQ(t_probe(T_DEV, "ports=2"), 0);
	nb = t_state(T_DEV, "aq", "cmds");
	T_EQ(t_remove(T_DEV), 0);
	T_CHECK(nb > 20, "the probe takes %lld commands", (long long)nb);
	for (nth = 1; nth <= nb; nth += stride) {
		int rc;

		snprintf(cmd, sizeof(cmd), "aq %s nth=%u%s", kind, nth, more);
		rc = probe_with(cmd, 2, breaches);
		if (rc < 0)
			return -1;
		T_CHECK(was_hit(), "%s: no command was hit", cmd);
		hits++;
		failed += rc == 0;
	}
	T_CHECK(failed >= hits * 3 / 4 || !most_fail, "%s: only %u of %u probes failed", kind,
		failed, hits);
	return next_probe_works();
}

static int
refused(void)
{
	return sweep("fail", " rc=5", 1, true, none);
}

static int
no_memory(void)
{
	return sweep("fail", " rc=9", 3, true, none);
}

/* Each costs the driver's timeout of a second. */
static int
silent(void)
{
	return sweep("silent", "", 9, true, none);
}

static int
garbled(void)
{
	return sweep("garble", "", 1, false, reply_garbled);
}

static int
shortened(void)
{
	return sweep("short", "", 1, false, reply_lost);
}

static int
oversized(void)
{
	return sweep("oversize", "", 1, false, reply_lost);
}

/* Late but in time is no error at all. */
static int
late(void)
{
	char cmd[64];
	unsigned int nth;

	for (nth = 1; nth < 60; nth += 7) {
		snprintf(cmd, sizeof(cmd), "aq late nth=%u us=100000", nth);
		T_EQ(probe_with(cmd, 2, none), 1);
	}
	return next_probe_works();
}

/* Refused for good from some command on, and never answered from there on. */
static int
dead_from(void)
{
	T_EQ(probe_with("aq fail nth=5 rc=1 count=forever", 4, none), 0);
	T_EQ(probe_with("aq fail nth=40 rc=1 count=forever", 4, none), 0);
	T_EQ(probe_with("aq silent nth=3 count=forever", 4, none), 0);
	T_EQ(probe_with("aq silent nth=45 count=forever", 4, none), 0);
	return next_probe_works();
}

/* A reset of the device at the k-th register access of the probe. */
static int
reset_in_probe(void)
{
	static const unsigned int at[] = { 1, 5, 20, 60, 150, 300, 600, 1000 };
	static const char *const kind[] = { "corer", "globr", "empr" };
	char cmd[64];
	unsigned int i, k;

	for (i = 0; i < RTE_DIM(at); i++) {
		for (k = 0; k < RTE_DIM(kind); k++) {
			snprintf(cmd, sizeof(cmd), "reset %s access=%u", kind[k], at[i]);
			if (probe_with(cmd, 2, none) < 0)
				return -1;
		}
	}
	return next_probe_works();
}

/* The ring and the buffers of the AdminQ cannot be reached. */
static int
dma_errors(void)
{
	unsigned int i;
	int64_t hits;
	char cmd[64];

	for (i = 1; i <= 4; i++) {
		snprintf(cmd, sizeof(cmd), "dma fail count=%u", i);
		if (probe_with(cmd, 2, memory_fails) < 0)
			return -1;
		/* One breach for each access that failed, none of the driver's own. */
		hits = t_state(NULL, "fault", "dma_hits");
		T_CHECK(hits > 0, "%s: no access was hit", cmd);
		T_EQ(t_state(NULL, "violations", "total"), hits);
	}
	return next_probe_works();
}

static const struct t_case cases[] = {
	{ "refused", refused, 0, T_BARE, NULL },
	{ "no_memory", no_memory, 0, T_BARE, NULL },
	{ "silent", silent, 0, T_BARE, NULL },
	/* Which breaches these provoke, and why, is said above probe_with(). */
	{ "garbled", garbled, 0, T_BARE | T_BREACH, NULL },
	{ "shortened", shortened, 0, T_BARE | T_BREACH, NULL },
	{ "oversized", oversized, 0, T_BARE | T_BREACH, NULL },
	{ "late", late, 0, T_BARE, NULL },
	{ "dead_from", dead_from, 0, T_BARE, NULL },
	{ "reset_in_probe", reset_in_probe, 0, T_BARE, NULL },
	{ "dma_errors", dma_errors, 0, T_BARE | T_BREACH, NULL },
};

T_SUITE(fault, cases);
