/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Resets that come at the worst moments: inside the recovery from another, in
 * the middle of a close, and many of all kinds while frames are forwarded.
 * With ICE_MP_TEST_FULL=1 in the environment every moment, and a thousand.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

static const struct rte_ether_addr extra = { { 2, 0x77, 0, 0, 0, 1 } };

/* ---- a reset inside the recovery from another ---- */

static int
furnish(void)
{
	struct rte_ether_addr addr = extra;

	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &(struct t_up){ .rxq = 2, .txq = 2,
				      .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER }));
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &addr, 0), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 44, 1), 0);
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[1], 1), 0);
	T_EQ(rte_eth_dev_set_link_down(F.id[2]), 0);
	T_TRY(t_wait_link(0, true));
	return t_wait_link(1, true);
}

static int
send_tagged(uint16_t vlan)
{
	uint8_t buf[104];

	t_frame(buf, 100, 0, 1, 7);
	memcpy(buf, &extra, sizeof(extra));
	memmove(buf + 16, buf + 12, 84);
	buf[12] = 0x81;
	buf[13] = 0;
	buf[14] = vlan >> 8;
	buf[15] = vlan;
	return t_send_bytes(0, buf, 100);
}

static int
is_furnished(void)
{
	struct rte_eth_link link;
	struct rte_mbuf *m;
	uint8_t i, got[128];

	/* An FLR is noticed only after a while. */
	T_WAIT(t_state(T_DEV, "used", "rxqs") == 2 && t_state(T_DEV, "used", "txqs") == 3, 5000,
	       "queues are missing, or run");
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	for (i = 0; i < 2; i++)
		while (t_recv(i, 0, &m, 1, 1) == 1)
			rte_pktmbuf_free(m);
	T_TRY(send_tagged(44));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), 100);
	T_TRY(send_tagged(45));
	T_TRY(t_recv_none(1));
	T_EQ(rte_eth_link_get_nowait(F.id[2], &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	return t_ping(0);
}

static int
nested(void)
{
	static const char *const kind[] = { "empr", "corer", "flr", "globr" };
	int64_t nb, before, resets;
	unsigned int k, step, hits = 0, i = 0;

	T_TRY(furnish());
	T_TRY(t_reset_watch());
	nb = t_accesses();
	T_TRY(t_fault("reset corer us=%u", T_RESET_US));
	T_WAIT(t_recoveries() == 1, 20000, "no recovery");
	nb = t_accesses() - nb;
	T_TRY(is_furnished());
	step = t_sweep_step(nb, 16);
	for (k = 1 + step / 2; k <= nb; k += step, i++) {
		bool hit;

		before = t_recoveries();
		resets = t_state(T_DEV, "fault", "resets");
		T_TRY(t_fault("reset corer us=%u", T_RESET_US));
		T_TRY(t_fault("reset %s access=%u us=%u", kind[i % 4], k, T_RESET_US));
		T_WAIT(t_recoveries() > before, 20000, "%s at %u: no recovery", kind[i % 4], k);
		hit = t_state(T_DEV, "fault", "resets") > resets + 1;
		hits += hit;
		if (!hit)
			T_EQ(sim.fault(T_DEV, "clear", NULL, 0), 0);
		if (is_furnished() != 0)
			T_FAIL("%s at %u of %lld", kind[i % 4], k, (long long)nb);
	}
	T_CHECK(hits > 4, "%u resets fell into a recovery", hits);
	T_TRY(t_reset_told(t_recoveries()));
	t_reset_unwatch();
	return t_only_unaware();
}

/* ---- close ---- */

static int
port_close(void)
{
	struct rte_ether_addr addr = extra;
	unsigned int k, step;
	char args[128];
	int64_t nb = 0;

	/* First without a reset, to count. */
	for (k = 0, step = 1; k <= nb; k += step) {
		T_TRY(t_up_all(NULL));
		T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &addr, 0), 0);
		T_EQ(rte_eth_dev_stop(F.id[1]), 0);
		if (k == 0)
			nb = t_accesses();
		else
			T_TRY(t_fault("reset corer access=%u us=%u", k, T_RESET_US));
		T_EQ(rte_eth_dev_close(F.id[1]), 0);
		if (k == 0) {
			nb = t_accesses() - nb;
			step = t_sweep_step(nb, 6);
			T_EQ(t_state(T_DEV, "used", "vsis"), 3);
		} else {
			T_WAIT(t_recoveries() == t_state(T_DEV, "fault", "resets"), 20000,
			       "no recovery");
		}
		T_EQ(t_state(T_DEV, "used", "vsis"), 3);
		T_EQ(t_state(T_DEV, "used", "luts"), 3);
		T_TRY(t_wait_link(2, true));
		T_TRY(t_wait_link(3, true));
		T_TRY(t_ping(2));
		F.attached = false;
		T_EQ(t_remove(T_DEV), 0);
		t_devargs(args, sizeof(args), 4, true, NULL);
		T_EQ(t_probe(T_DEV, args), 0);
		F.attached = true;
		T_EQ(t_discover(T_DEV), 4);
	}
	return 0;
}

/* ---- many, at any moment, under traffic ---- */

static struct {
	unsigned int nb;
	bool done;
	uint16_t ms[1000];	/* of each recovery that was waited for */
	unsigned int nb_ms;
	int rc;
} storm;

static int
by_size(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static void *
storm_main(void *arg __rte_unused)
{
	static const char *const kind[] = { "corer", "flr", "globr", "empr", "pfr" };
	uint32_t x = 12345;
	unsigned int i;

	for (i = 0; i < storm.nb && storm.rc == 0; i++) {
		int64_t before = t_recoveries();
		uint64_t t0;
		char cmd[64];

		x = x * 1664525 + 1013904223;
		snprintf(cmd, sizeof(cmd), "reset %s us=1000", kind[(x >> 16) % 5]);
		t0 = t_now_ms();
		if (sim.fault(T_DEV, cmd, NULL, 0) != 0)
			storm.rc = -1;
		/* Every fourth one does not wait for the one before. */
		if (i % 4 != 3) {
			while (t_recoveries() == before && t_now_ms() < t0 + 20000)
				usleep(200);
			storm.ms[storm.nb_ms++] = t_now_ms() - t0;
			if (t_recoveries() == before)
				storm.rc = -1;
		}
		usleep((x >> 8) % 2000);
	}
	__atomic_store_n(&storm.done, true, __ATOMIC_SEQ_CST);
	return NULL;
}

/* Bursts go on all the time, full and empty ones, and every mbuf comes back. */
static int
under_traffic(void)
{
	struct rte_mbuf *m[32];
	uint8_t buf[200], i;
	pthread_t thread;
	uint64_t got = 0;
	uint32_t seq = 0;
	uint16_t n, k;

	T_TRY(t_up_all(NULL));
	T_TRY(t_reset_watch());
	memset(&storm, 0, sizeof(storm));
	storm.nb = RTE_DIM(storm.ms) / t_sweep_step(RTE_DIM(storm.ms), 24);
	T_EQ(pthread_create(&thread, NULL, storm_main, NULL), 0);
	while (!__atomic_load_n(&storm.done, __ATOMIC_SEQ_CST)) {
		for (i = 0; i < F.nb; i++) {
			for (k = 0; k < 16; k++) {
				t_frame(buf, sizeof(buf), i, t_peer(i), seq++);
				m[k] = t_mbuf(F.pool, buf, sizeof(buf), 0);
				if (m[k] == NULL)
					break;
			}
			n = rte_eth_tx_burst(F.id[i], 0, m, k);
			rte_pktmbuf_free_bulk(m + n, k - n);
		}
		for (i = 0; i < F.nb; i++) {
			n = rte_eth_rx_burst(F.id[i], 0, m, RTE_DIM(m));
			rte_pktmbuf_free_bulk(m, n);
			got += n;
		}
	}
	T_EQ(pthread_join(thread, NULL), 0);
	T_EQ(storm.rc, 0);
	T_CHECK(got > 0, "nothing was received at all");
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	for (i = 0; i < F.nb; i++)
		while ((n = t_recv(i, 0, m, 1, 20)) == 1)
			rte_pktmbuf_free(m[0]);
	T_TRY(t_ping(0));
	T_TRY(t_ping(2));
	T_TRY(t_reset_told(t_recoveries()));
	t_reset_unwatch();
	qsort(storm.ms, storm.nb_ms, sizeof(storm.ms[0]), by_size);
	printf("# %u resets, %lld recoveries, ms each: half %u, 99 %% %u, all %u; %lu frames\n",
	       storm.nb, (long long)t_recoveries(), storm.ms[storm.nb_ms / 2],
	       storm.ms[storm.nb_ms * 99 / 100], storm.ms[storm.nb_ms - 1], (unsigned long)got);
	return t_only_unaware();
}

static const struct t_case cases[] = {
	{ "nested", nested, 4, T_SIM | T_WIRED | T_BREACH, NULL },
	{ "close", port_close, 4, T_SIM | T_WIRED, NULL },
	{ "under_traffic", under_traffic, 4, T_SIM | T_WIRED | T_BREACH, NULL },
};

T_SUITE(storm, cases);
