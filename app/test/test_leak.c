/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Over and over, and under shortage: everything comes back. */

#include <errno.h>

#include "test.h"

static int
start_stop_200(void)
{
	struct t_usage before;
	unsigned int i;
	uint8_t p;

	T_TRY(t_up_all(NULL));
	for (p = 0; p < F.nb; p++)
		T_TRY(t_down(p));
	t_usage_get(&before);
	for (i = 0; i < 200; i++) {
		p = i % F.nb;
		T_EQ(rte_eth_dev_start(F.id[p]), 0);
		T_EQ(rte_eth_dev_stop(F.id[p]), 0);
	}
	T_TRY(t_usage_check(&before));
	for (p = 0; p < F.nb; p++)
		T_EQ(rte_eth_dev_start(F.id[p]), 0);
	for (p = 0; p < F.nb; p++)
		T_TRY(t_wait_link(p, true));
	return t_ping(0);
}

/* Stopped in the middle of traffic, with frames in every place. */
static int
stop_with_traffic(void)
{
	uint8_t buf[200];
	unsigned int i, k, before = rte_mempool_in_use_count(F.pool);

	T_TRY(t_up_all(NULL));
	for (i = 0; i < 50; i++) {
		for (k = 0; k < 100; k++) {
			struct rte_mbuf *m;

			t_frame(buf, sizeof(buf), 0, 1, k);
			m = t_mbuf(F.pool, buf, sizeof(buf), 0);
			T_CHECK(m != NULL, "no mbuf");
			if (rte_eth_tx_burst(F.id[0], 0, &m, 1) == 0)
				rte_pktmbuf_free(m);
		}
		T_TRY(t_down(i % 2));
		T_TRY(t_down((i + 1) % 2));
		T_EQ(rte_mempool_in_use_count(F.pool), before);
		T_EQ(rte_eth_dev_start(F.id[0]), 0);
		T_EQ(rte_eth_dev_start(F.id[1]), 0);
	}
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	{
		struct rte_mbuf *m;

		while (t_recv(1, 0, &m, 1, 100) == 1)
			rte_pktmbuf_free(m);
	}
	return t_ping(0);
}

static int
reconfigure_50(void)
{
	struct t_usage before;
	struct t_up how = { .rxd = 64, .txd = 64 };
	unsigned int i;

	T_TRY(t_up(0, &how));
	T_TRY(t_down(0));
	t_usage_get(&before);
	for (i = 0; i < 50; i++) {
		how.rxq = 1 + i % 4;
		how.txq = 1 + i % 3;
		T_TRY(t_up(0, &how));
		T_TRY(t_down(0));
	}
	how.rxq = how.txq = 1;
	T_TRY(t_up(0, &how));
	T_TRY(t_down(0));
	return t_usage_check(&before);
}

/* The pool runs dry: start fails or the ring stays short, nothing is lost. */
static int
start_without_mbufs(void)
{
	static struct rte_mbuf *hold[16384];
	unsigned int n = 0, before;
	int rc;

	T_TRY(t_up(0, &(struct t_up){ .no_start = true, .rxd = 512 }));
	before = rte_mempool_in_use_count(F.pool);
	while (n < RTE_DIM(hold) && (hold[n] = rte_pktmbuf_alloc(F.pool)) != NULL)
		n++;
	/* 100 are left: less than the ring takes. */
	rte_pktmbuf_free_bulk(hold + n - 100, 100);
	n -= 100;
	rc = rte_eth_dev_start(F.id[0]);
	if (rc == 0)
		rte_eth_dev_stop(F.id[0]);
	rte_pktmbuf_free_bulk(hold, n);
	T_EQ(rc, -ENOMEM);
	T_EQ(rte_mempool_in_use_count(F.pool), before);
	T_EQ(rte_eth_dev_start(F.id[0]), 0);
	return t_wait_link(0, true);
}

/* Rx with an empty pool keeps its buffers, and recovers. */
static int
rx_without_mbufs(void)
{
	static const struct t_flow flow = { .nb = 500, .min = 60, .max = 500 };
	static struct rte_mbuf *hold[16384];
	struct rte_mbuf *m;
	uint8_t buf[100];
	unsigned int n = 0, i, got = 0;

	T_TRY(t_up_all(&(struct t_up){ .rxd = 64 }));
	while (n < RTE_DIM(hold) && (hold[n] = rte_pktmbuf_alloc(F.pool)) != NULL)
		n++;
	for (i = 0; i < 500; i++) {
		if (i % 5 == 0) {
			t_frame(buf, sizeof(buf), 0, 1, i);
			m = t_mbuf(F.big, buf, sizeof(buf), 0);
			if (m != NULL && rte_eth_tx_burst(F.id[0], 0, &m, 1) == 0)
				rte_pktmbuf_free(m);
		}
		if (rte_eth_rx_burst(F.id[1], 0, &m, 1) == 1) {
			/* One at most can be replaced from what we free. */
			rte_pktmbuf_free(m);
			got++;
		}
		t_pause();
	}
	rte_pktmbuf_free_bulk(hold, n);
	while (t_recv(1, 0, &m, 1, 100) == 1) {
		rte_pktmbuf_free(m);
		got++;
	}
	T_CHECK(got > 0, "nothing at all arrived");
	return t_flow_run(0, 1, &flow);
}

/* Tx toward a peer that takes nothing: mbufs wait, and come back at stop. */
static int
tx_blocked(void)
{
	unsigned int before = rte_mempool_in_use_count(F.pool), i, sent = 0;
	struct rte_mbuf *m;
	uint8_t buf[100];

	T_TRY(t_up(0, NULL));
	T_TRY(t_wait_link(0, true));
	T_EQ(sim.capture(T_DEV, 0, 8), 0);
	for (i = 0; i < 1000; i++) {
		t_frame(buf, sizeof(buf), 0, 0, i);
		m = t_mbuf(F.pool, buf, sizeof(buf), 0);
		T_CHECK(m != NULL, "no mbuf");
		if (rte_eth_tx_burst(F.id[0], 0, &m, 1) == 0)
			rte_pktmbuf_free(m);
		else
			sent++;
	}
	T_CHECK(sent >= 8 && sent < 300, "%u frames were taken", sent);
	T_WAIT(sim.collect_tx(T_DEV, 0, buf, sizeof(buf)) > 0, T_WAIT_MS, "nothing was sent");
	T_TRY(t_down(0));
	T_EQ(rte_mempool_in_use_count(F.pool), before);
	for (i = 0; sim.collect_tx(T_DEV, 0, buf, sizeof(buf)) > 0;)
		i++;
	T_CHECK(i <= 8, "%u frames beyond what the wire takes", i);
	T_EQ(sim.capture(T_DEV, 0, 0), 0);
	return 0;
}

/* Backpressure is not loss: what the wire did not take goes out later. */
static int
tx_backpressure(void)
{
	uint8_t buf[100], got[100];
	uint32_t i, seen = 0;
	uint64_t end;

	T_TRY(t_up(0, NULL));
	T_TRY(t_wait_link(0, true));
	T_EQ(sim.capture(T_DEV, 0, 4), 0);
	for (i = 0; i < 100; i++) {
		t_frame(buf, sizeof(buf), 0, 0, i);
		T_TRY(t_send_bytes(0, buf, sizeof(buf)));
	}
	end = t_now_ms() + T_WAIT_MS;
	while (seen < 100 && t_now_ms() < end) {
		int n = sim.collect_tx(T_DEV, 0, got, sizeof(got));

		if (n < 0) {
			t_pause();
			continue;
		}
		t_frame(buf, sizeof(buf), 0, 0, seen);
		T_EQ(n, sizeof(buf));
		T_CHECK(memcmp(buf, got, sizeof(buf)) == 0, "frame %u differs", seen);
		seen++;
	}
	T_EQ(seen, 100);
	T_EQ(sim.capture(T_DEV, 0, 0), 0);
	return 0;
}

static const struct t_case cases[] = {
	{ "start_stop_200", start_stop_200, 4, T_WIRED, NULL },
	{ "stop_with_traffic", stop_with_traffic, 2, T_WIRED, NULL },
	{ "reconfigure_50", reconfigure_50, 1, 0, NULL },
	{ "start_without_mbufs", start_without_mbufs, 1, 0, NULL },
	{ "rx_without_mbufs", rx_without_mbufs, 2, T_WIRED, NULL },
	{ "tx_blocked", tx_blocked, 1, T_SIM, NULL },
	{ "tx_backpressure", tx_backpressure, 1, T_SIM, NULL },
};

T_SUITE(leak, cases);
