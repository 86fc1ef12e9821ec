/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <sched.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include "fuzz_life.h"
#include "ice_mp_event_priv.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"

#define POOL_SIZE	1023

struct rte_mempool *fuzz_pool[FUZZ_POOLS];

static bool attached;

unsigned int
fuzz_nb_ethdevs(void)
{
	unsigned int n = 0;
	uint16_t id;

	RTE_ETH_FOREACH_DEV_OF(id, &D.dev)
		n++;
	return n;
}

/* As the event thread does it. */
void
fuzz_turn(void)
{
	struct ice_mp_pf *pf = TAILQ_FIRST(ice_mp_pfs_lock());

	ice_mp_pfs_unlock();
	if (pf == NULL || !fuzz_turn_begin())
		return;
	ice_mp_event_turn(pf);
	if (pf->events->face == ICE_MP_EVENT_INTERRUPT && !pf->events->gone)
		ice_mp_intr_misc_rearm(pf);
	fuzz_turn_end();
}

int
fuzz_attach(const char *args)
{
	int rc = CALL(ice_mp_attach(&D.bus, args));

	attached = rc == 0;
	FUZZ_CHECK(rc <= 0, "attach returns %d", rc);
	FUZZ_CHECK(rc == 0 || fuzz_nb_ethdevs() == 0, "no device, but %u ethdevs", fuzz_nb_ethdevs());
	return rc;
}

void
fuzz_nothing_left(const char *when)
{
	unsigned int i;

	FUZZ_CHECK(fuzz_nb_ethdevs() == 0, "%s: %u ethdevs", when, fuzz_nb_ethdevs());
	FUZZ_CHECK(!fuzz_thread_up(), "%s: the event thread", when);
	FUZZ_CHECK(fuzz_blocks() == 0, "%s: %u blocks of memory", when, fuzz_blocks());
	for (i = 0; i < FUZZ_POOLS; i++)
		FUZZ_CHECK(rte_mempool_in_use_count(fuzz_pool[i]) == 0, "%s: %u mbufs", when,
			   rte_mempool_in_use_count(fuzz_pool[i]));
}

void
fuzz_detach(void)
{
	int rc;

	if (!attached)
		return;
	rc = CALL(ice_mp_detach(&D.dev));
	FUZZ_CHECK(rc == 0, "detach: %d", rc);
	attached = false;
}

void
fuzz_eal_init(const char *argv0)
{
	char lcore[16], prefix[32];
	const char *args[] = { argv0, "--no-huge", "-m", "64", "--no-pci",
			       "--no-telemetry", "--iova-mode=va", "-l", lcore, prefix };
	/* EAL writes into what it is given, and permutes it. */
	static char text[RTE_DIM(args)][256];
	char *eal[RTE_DIM(args)];
	cpu_set_t may;
	FILE *null = fopen("/dev/null", "w");
	unsigned int n;
	int cpu = 0;

	/* EAL pins its threads; the machine has others to do. */
	sched_getaffinity(0, sizeof(may), &may);
	while (!CPU_ISSET(cpu, &may))
		cpu++;
	snprintf(lcore, sizeof(lcore), "%d", cpu);
	snprintf(prefix, sizeof(prefix), "--file-prefix=fuzz%d", getpid());
	for (n = 0; n < RTE_DIM(args); n++) {
		snprintf(text[n], sizeof(text[n]), "%s", args[n]);
		eal[n] = text[n];
	}
	FUZZ_CHECK(rte_eal_init(RTE_DIM(eal), eal) >= 0, "EAL: %s", rte_strerror(rte_errno));
	sched_setaffinity(0, sizeof(may), &may);
	/* Texts are made, and go nowhere. */
	if (null != NULL && getenv("FUZZ_LOG") == NULL)
		rte_openlog_stream(null);
	rte_log_set_global_level(RTE_LOG_DEBUG);
	rte_log_set_level_pattern("pmd.net.ice_mp*", RTE_LOG_DEBUG);
	for (n = 0; n < FUZZ_POOLS; n++) {
		fuzz_pool[n] = rte_pktmbuf_pool_create(n ? "big" : "small", POOL_SIZE, 0, 0,
			RTE_PKTMBUF_HEADROOM + (n ? FUZZ_BIG_ROOM : FUZZ_SMALL_ROOM),
			SOCKET_ID_ANY);
		FUZZ_CHECK(fuzz_pool[n] != NULL, "no mbufs");
	}
}
