/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Statistics against known traffic. */

#include <errno.h>
#include <stdlib.h>

#include "test.h"

/* Both ends of a wire, before and after. */
static int
stats(uint8_t lport, struct rte_eth_stats *s)
{
	T_EQ(rte_eth_stats_get(F.id[lport], s), 0);
	return 0;
}

static const struct t_flow thousand = { .nb = 1000, .min = 60, .max = 1059 };
/* Sum of 60…1059. The hardware counts the FCS; ethdev's bytes do not have it. */
#define THOUSAND_BYTES	((60ull + 1059) * 1000 / 2)

static int
basic(void)
{
	struct rte_eth_stats tx, rx;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_stats_reset(F.id[0]), 0);
	T_EQ(rte_eth_stats_reset(F.id[1]), 0);
	T_TRY(t_flow_run(0, 1, &thousand));
	T_TRY(stats(0, &tx));
	T_TRY(stats(1, &rx));
	T_EQ(tx.opackets, 1000);
	T_EQ(tx.obytes, THOUSAND_BYTES);
	T_EQ(tx.ipackets, 0);
	T_EQ(tx.ibytes, 0);
	T_EQ(rx.ipackets, 1000);
	T_EQ(rx.ibytes, THOUSAND_BYTES);
	T_EQ(rx.opackets, 0);
	T_EQ(tx.oerrors, 0);
	T_EQ(rx.ierrors, 0);
	T_EQ(rx.imissed, 0);
	T_EQ(rx.rx_nombuf, 0);
	return 0;
}

static int
neighbours_unchanged(void)
{
	struct rte_eth_stats before[T_MAX_PORTS], after;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(2));
	for (i = 0; i < F.nb; i++)
		T_TRY(stats(i, &before[i]));
	T_TRY(t_flow_run(0, 1, &thousand));
	for (i = 2; i < F.nb; i++) {
		T_TRY(stats(i, &after));
		T_CHECK(memcmp(&before[i], &after, sizeof(after)) == 0,
			"lport %u's statistics changed", i);
	}
	/* And resetting one does not reset the other. */
	T_EQ(rte_eth_stats_reset(F.id[0]), 0);
	T_TRY(stats(1, &after));
	T_EQ(after.ipackets - before[1].ipackets, 1000);
	return 0;
}

static int
reset(void)
{
	struct rte_eth_stats s;
	uint64_t v;

	T_TRY(t_up_all(NULL));
	T_TRY(t_flow_run(0, 1, &thousand));
	T_EQ(rte_eth_stats_reset(F.id[1]), 0);
	T_TRY(stats(1, &s));
	T_EQ(s.ipackets, 0);
	T_EQ(s.ibytes, 0);
	T_TRY(t_flow_run(0, 1, &thousand));
	T_TRY(stats(1, &s));
	T_EQ(s.ipackets, 1000);
	T_EQ(rte_eth_xstats_reset(F.id[1]), 0);
	T_CHECK(t_xstat(1, "rx_good_packets", &v), "no rx_good_packets");
	T_EQ(v, 0);
	return 0;
}

static int
across_restart(void)
{
	struct rte_eth_stats s;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_stats_reset(F.id[1]), 0);
	T_TRY(t_flow_run(0, 1, &thousand));
	T_TRY(t_down(1));
	T_TRY(stats(1, &s));
	T_EQ(s.ipackets, 1000);
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_TRY(t_wait_link(1, true));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_flow_run(0, 1, &thousand));
	T_TRY(stats(1, &s));
	T_EQ(s.ipackets, 2000);
	return 0;
}

/* No Rx buffer left: the frames are missed, and counted as that. */
static int
missed(void)
{
	struct rte_eth_stats s;
	static uint8_t buf[100];
	unsigned int i;
	uint64_t end;

	T_TRY(t_up(0, &(struct t_up){ .rxd = 64 }));
	T_TRY(t_wait_link(0, true));
	T_EQ(rte_eth_stats_reset(F.id[0]), 0);
	t_frame(buf, sizeof(buf), 0, 0, 1);
	/* Nobody receives. What waits for a buffer too long is dropped. */
	for (i = 0; i < 64; i++)
		sim.inject_rx(T_DEV, 0, buf, sizeof(buf));
	end = t_now_ms() + 5000;
	do {
		sim.inject_rx(T_DEV, 0, buf, sizeof(buf));
		t_pause();
		T_TRY(stats(0, &s));
	} while (s.imissed == 0 && t_now_ms() < end);
	T_CHECK(s.imissed > 0, "nothing missed");
	return 0;
}

static int
nombuf(void)
{
	struct rte_mbuf *hold[512];
	struct rte_mempool *small;
	struct rte_eth_stats s;
	unsigned int got;

	small = rte_pktmbuf_pool_create("t_small", 255, 0, 0, RTE_PKTMBUF_HEADROOM + 2048,
					SOCKET_ID_ANY);
	T_CHECK(small != NULL, "no pool");
	if (t_up(0, NULL) != 0 || t_up(1, &(struct t_up){ .rxd = 128, .pool = small }) != 0 ||
	    t_wait_link(0, true) != 0 || t_wait_link(1, true) != 0)
		goto fail;
	{
		uint8_t buf[64];
		unsigned int i;

		t_frame(buf, sizeof(buf), 0, 1, 1);
		for (i = 0, got = 0; i < 400; i++) {
			if (i < 250 && t_send_bytes(0, buf, sizeof(buf)) != 0)
				goto fail;
			got += t_recv(1, 0, hold + got, 1, 1);
		}
	}
	rte_eth_stats_get(F.id[1], &s);
	rte_pktmbuf_free_bulk(hold, got);
	if (s.rx_nombuf == 0) {
		t_fail(__FILE__, __LINE__, "rx_nombuf is 0 with %u mbufs held", got);
		goto fail;
	}
	/* The pool is full again: traffic goes on. */
	{
		static const struct t_flow few = { .nb = 400, .min = 60, .max = 100,
						   .burst = 8 };
		struct rte_mbuf *m;

		while (t_recv(1, 0, &m, 1, 100) == 1)
			rte_pktmbuf_free(m);
		if (t_flow_run(0, 1, &few) != 0)
			goto fail;
	}
	t_down(1);
	rte_eth_dev_close(F.id[1]);
	rte_mempool_free(small);
	return 0;
fail:
	rte_eth_dev_stop(F.id[1]);
	rte_eth_dev_close(F.id[1]);
	rte_mempool_free(small);
	return -1;
}

static int
xstats_names(void)
{
	struct rte_eth_xstat_name *names;
	struct rte_eth_xstat *vals;
	int nb, i, j;

	T_TRY(t_up_all(NULL));
	nb = rte_eth_xstats_get_names(F.id[0], NULL, 0);
	T_CHECK(nb > 10, "%d xstats", nb);
	names = calloc(nb, sizeof(*names));
	vals = calloc(nb, sizeof(*vals));
	T_CHECK(names != NULL && vals != NULL, "no memory");
	i = rte_eth_xstats_get_names(F.id[0], names, nb);
	j = rte_eth_xstats_get(F.id[0], vals, nb);
	if (i == nb && j == nb) {
		for (i = 0; i < nb; i++) {
			if (names[i].name[0] == '\0' || vals[i].id != (uint64_t)i)
				break;
			for (j = 0; j < i && strcmp(names[i].name, names[j].name) != 0;)
				j++;
			if (j < i)
				break;
		}
	}
	free(names);
	free(vals);
	T_CHECK(i == nb, "xstat %d: empty, out of order or twice", i);
	return 0;
}

static int
xstats_kinds(void)
{
	static const struct rte_ether_addr mc = { { 1, 0, 0x5E, 0, 0, 7 } };
	static const struct rte_ether_addr bc = { { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF } };
	static const struct { const char *tx, *rx; uint64_t want; } kind[] = {
		{ "tx_unicast_packets", "rx_unicast_packets", 30 },
		{ "tx_multicast_packets", "rx_multicast_packets", 20 },
		{ "tx_broadcast_packets", "rx_broadcast_packets", 10 },
	};
	uint8_t buf[100];
	unsigned int i;
	uint64_t v;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_allmulticast_enable(F.id[1]), 0);
	T_EQ(rte_eth_xstats_reset(F.id[0]), 0);
	T_EQ(rte_eth_xstats_reset(F.id[1]), 0);
	for (i = 0; i < 60; i++) {
		t_frame(buf, sizeof(buf), 0, 1, i);
		if (i >= 50)
			memcpy(buf, &bc, 6);
		else if (i >= 30)
			memcpy(buf, &mc, 6);
		T_TRY(t_send_bytes(0, buf, sizeof(buf)));
		T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), sizeof(buf));
	}
	for (i = 0; i < RTE_DIM(kind); i++) {
		T_CHECK(t_xstat(0, kind[i].tx, &v), "no %s", kind[i].tx);
		T_EQ(v, kind[i].want);
		T_CHECK(t_xstat(1, kind[i].rx, &v), "no %s", kind[i].rx);
		T_EQ(v, kind[i].want);
	}
	return 0;
}

static int
xstats_sizes(void)
{
	static const struct { size_t len; const char *name; } bin[] = {
		/* With FCS: 64, 65…127, … */
		{ 60, "size_64_packets" }, { 61, "size_65_to_127_packets" },
		{ 123, "size_65_to_127_packets" }, { 124, "size_128_to_255_packets" },
		{ 252, "size_256_to_511_packets" }, { 508, "size_512_to_1023_packets" },
		{ 1020, "size_1024_to_1522_packets" }, { 1518, "size_1024_to_1522_packets" },
		{ 1519, "size_1523_to_max_packets" }, { 9000, "size_1523_to_max_packets" },
	};
	static uint8_t buf[9100];
	char name[64];
	unsigned int i;
	uint64_t a, b;

	T_TRY(t_up_all(&(struct t_up){ .mtu = 9702, .pool = F.big }));
	for (i = 0; i < RTE_DIM(bin); i++) {
		T_EQ(rte_eth_xstats_reset(F.id[0]), 0);
		T_EQ(rte_eth_xstats_reset(F.id[1]), 0);
		t_frame(buf, bin[i].len, 0, 1, i);
		T_TRY(t_send_bytes(0, buf, bin[i].len));
		T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), bin[i].len);
		snprintf(name, sizeof(name), "tx_%s", bin[i].name);
		T_CHECK(t_xstat(0, name, &a), "no %s", name);
		snprintf(name, sizeof(name), "rx_%s", bin[i].name);
		T_CHECK(t_xstat(1, name, &b), "no %s", name);
		T_CHECK(a == 1 && b == 1, "%zu bytes: tx %lu rx %lu in %s", bin[i].len,
			(unsigned long)a, (unsigned long)b, name);
	}
	return 0;
}

static int
xstats_queues(void)
{
	uint8_t buf[100];
	char name[64];
	uint16_t q;
	uint64_t v;

	T_TRY(t_up(0, &(struct t_up){ .txq = 4 }));
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(rte_eth_xstats_reset(F.id[0]), 0);
	for (q = 0; q < 4; q++) {
		unsigned int i;

		for (i = 0; i <= q; i++) {
			struct rte_mbuf *m;

			t_frame(buf, sizeof(buf), 0, 1, i);
			m = t_mbuf(F.pool, buf, sizeof(buf), 0);
			T_CHECK(m != NULL, "no mbuf");
			T_TRY(t_send(0, q, &m, 1));
			T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), sizeof(buf));
		}
	}
	for (q = 0; q < 4; q++) {
		snprintf(name, sizeof(name), "tx_q%u_packets", q);
		T_CHECK(t_xstat(0, name, &v), "no %s", name);
		T_EQ(v, q + 1);
		snprintf(name, sizeof(name), "tx_q%u_bytes", q);
		T_CHECK(t_xstat(0, name, &v), "no %s", name);
		T_EQ(v, (q + 1) * sizeof(buf));
	}
	return 0;
}

/* The hardware's counters are 40 bits wide and go round. */
static int
wrap_40_bits(void)
{
	struct rte_eth_stats s;

	T_TRY(t_fault("stat 1 rx_bytes=0xffffff0000"));
	T_TRY(t_fault("stat 1 rx_uc=0xfffffffff0"));
	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_stats_reset(F.id[1]), 0);
	T_TRY(t_flow_run(0, 1, &thousand));
	T_TRY(stats(1, &s));
	T_EQ(s.ipackets, 1000);
	T_EQ(s.ibytes, THOUSAND_BYTES);
	T_TRY(t_flow_run(0, 1, &thousand));
	T_TRY(stats(1, &s));
	T_EQ(s.ipackets, 2000);
	T_EQ(s.ibytes, 2 * THOUSAND_BYTES);
	return 0;
}

static const struct t_case cases[] = {
	{ "basic", basic, 2, T_WIRED, NULL },
	{ "neighbours_unchanged", neighbours_unchanged, 4, T_WIRED, NULL },
	{ "reset", reset, 2, T_WIRED, NULL },
	{ "across_restart", across_restart, 2, T_WIRED, NULL },
	{ "missed", missed, 1, T_SIM, NULL },
	{ "nombuf", nombuf, 2, T_SIM | T_WIRED, NULL },
	{ "xstats_names", xstats_names, 2, 0, NULL },
	{ "xstats_kinds", xstats_kinds, 2, T_WIRED, NULL },
	{ "xstats_sizes", xstats_sizes, 2, T_WIRED, NULL },
	{ "xstats_queues", xstats_queues, 2, T_WIRED, NULL },
	{ "wrap_40_bits", wrap_40_bits, 2, T_SIM | T_WIRED, NULL },
};

T_SUITE(stats, cases);
