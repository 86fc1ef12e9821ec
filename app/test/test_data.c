/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file The data path bit by bit: sizes, segments, bursts, every port. */

#include <errno.h>
#include <stdio.h>

#include <rte_memzone.h>

#include "test.h"

static const struct t_up jumbo = { .mtu = 9702, .pool = NULL };

static struct t_up
jumbo_up(bool scatter)
{
	struct t_up how = jumbo;

	how.pool = scatter ? F.pool : F.big;
	if (scatter)
		how.rx_offloads = RTE_ETH_RX_OFFLOAD_SCATTER;
	how.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	return how;
}

static int
every_port(void)
{
	uint8_t i;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_ping(i));
	return 0;
}

static int
loopback_plug(void)
{
	static const struct t_flow flow = { .nb = 2000, .min = 60, .max = 1514 };

	T_TRY(t_up_all(NULL));
	return t_flow_run(0, 0, &flow);
}

static int
all_sizes(void)
{
	struct t_flow flow = { .nb = 9702 - 60 + 1, .min = 60, .max = 9702, .pool = F.big };
	struct t_up how = jumbo_up(false);

	T_TRY(t_up_all(&how));
	return t_flow_run(0, 1, &flow);
}

static int
all_sizes_scattered(void)
{
	struct t_flow flow = { .nb = 9702 - 60 + 1, .min = 60, .max = 9702, .pool = F.big };
	struct t_up how = jumbo_up(true);

	T_TRY(t_up_all(&how));
	return t_flow_run(1, 0, &flow);
}

static int
multi_segment(void)
{
	/* Up to 8 descriptors a packet, pieces that start anywhere. */
	static const size_t piece[] = { 1500, 1215, 200, 61, 9000 };
	struct t_flow flow = { .min = 60, .nb = 600 };
	struct t_up how = jumbo_up(false);
	unsigned int i;

	T_TRY(t_up_all(&how));
	for (i = 0; i < RTE_DIM(piece); i++) {
		flow.seg_len = piece[i];
		flow.max = RTE_MIN(8 * piece[i], (size_t)9702);
		flow.step = 83;
		flow.pool = piece[i] > 2048 ? F.big : F.pool;
		T_TRY(t_flow_run(0, 1, &flow));
	}
	return 0;
}

static int
scatter_and_segments(void)
{
	struct t_flow flow = { .nb = 1500, .min = 60, .max = 9702, .step = 101,
			       .seg_len = 1300, .pool = F.pool };
	struct t_up how = jumbo_up(true);

	T_TRY(t_up_all(&how));
	T_TRY(t_flow_run(2, 3, &flow));
	return t_flow_run(3, 2, &flow);
}

/* Sizes around the data room: one byte decides about a second buffer. */
static int
scatter_edges(void)
{
	static const size_t at[] = { 2048, 4096, 6144, 8192 };
	struct t_flow flow = { .nb = 33, .pool = F.big };
	struct t_up how = jumbo_up(true);
	unsigned int i;

	T_TRY(t_up_all(&how));
	for (i = 0; i < RTE_DIM(at); i++) {
		flow.min = at[i] - 16;
		flow.max = at[i] + 16;
		T_TRY(t_flow_run(0, 1, &flow));
	}
	return 0;
}

static int
bursts(void)
{
	struct t_flow flow = { .min = 60, .max = 1514, .step = 7 };

	T_TRY(t_up_all(NULL));
	for (flow.burst = 1; flow.burst <= 64; flow.burst++) {
		flow.nb = flow.burst * 3 + 1;
		T_TRY(t_flow_run(0, 1, &flow));
	}
	return 0;
}

/* Ring wrap with every remainder. */
static int
small_rings(void)
{
	static const struct t_flow flow = { .nb = 3000, .min = 60, .max = 300, .burst = 13 };
	struct rte_eth_dev_info info;
	struct t_up how = { 0 };

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	how.rxd = info.rx_desc_lim.nb_min;
	how.txd = info.tx_desc_lim.nb_min;
	T_TRY(t_up_all(&how));
	return t_flow_run(0, 1, &flow);
}

static int
large_rings(void)
{
	static const struct t_flow flow = { .nb = 10000, .min = 60, .max = 200, .burst = 64 };
	struct rte_eth_dev_info info;
	struct t_up how = { 0 };

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	how.rxd = RTE_MIN(info.rx_desc_lim.nb_max, 4096);
	how.txd = RTE_MIN(info.tx_desc_lim.nb_max, 4096);
	T_TRY(t_up_all(&how));
	return t_flow_run(0, 1, &flow);
}

/* All ports at once, both ways: nothing crosses over. */
static int
all_ports_at_once(void)
{
	static uint8_t buf[2048], got[2048];
	const unsigned int rounds = 200;
	unsigned int r, k;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	for (r = 0; r < rounds; r++) {
		for (i = 0; i < F.nb; i++) {
			for (k = 0; k < 4; k++) {
				size_t len = 60 + (r * 7 + i * 131 + k) % 1455;

				t_frame(buf, len, i, t_peer(i), r * 100 + i * 10 + k);
				T_TRY(t_send_bytes(i, buf, len));
			}
		}
		for (i = 0; i < F.nb; i++) {
			uint8_t from = t_peer(i);

			for (k = 0; k < 4; k++) {
				size_t len = 60 + (r * 7 + from * 131 + k) % 1455;

				T_EQ(t_recv_bytes(i, got, sizeof(got), T_WAIT_MS), len);
				t_frame(buf, len, from, i, r * 100 + from * 10 + k);
				T_CHECK(memcmp(buf, got, len) == 0,
					"lport %u round %u frame %u differs", i, r, k);
			}
		}
	}
	return 0;
}

/* Longer than the MTU is not for us, and not for the neighbour either. */
static int
mtu_enforced(void)
{
	static uint8_t buf[4096];
	struct t_up how = { .pool = F.big };
	struct rte_eth_stats stats;
	uint64_t longer;

	T_TRY(t_up_all(&how));
	/* The peer's own limit is lifted so that only the receiver's counts. */
	T_TRY(t_down(0));
	T_TRY(t_up(0, &(struct t_up){ .mtu = 9000, .pool = F.big }));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(rte_eth_stats_reset(F.id[0]), 0);
	T_EQ(rte_eth_stats_reset(F.id[1]), 0);
	t_frame(buf, 1514, 0, 1, 1);
	T_TRY(t_send_bytes(0, buf, 1514));
	T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 1514);
	/* Two tags have room above the MTU by design. Not a byte more. */
	t_frame(buf, 1522, 0, 1, 2);
	T_TRY(t_send_bytes(0, buf, 1522));
	T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 1522);
	t_frame(buf, 1523, 0, 1, 2);
	T_TRY(t_send_bytes(0, buf, 1523));
	T_TRY(t_recv_none(1));
	t_frame(buf, 64, 0, 1, 3);
	T_TRY(t_send_bytes(0, buf, 64));
	T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 64);
	/* The one that was longer, and no other, is counted: where it was dropped. */
	T_CHECK(t_xstat(1, "rx_oversize_errors", &longer), "no rx_oversize_errors");
	T_EQ(longer, 1);
	T_EQ(rte_eth_stats_get(F.id[1], &stats), 0);
	T_EQ(stats.ierrors, 1);
	T_EQ(stats.ipackets, 3);
	T_EQ(rte_eth_stats_get(F.id[0], &stats), 0);
	T_EQ(stats.opackets, 4);
	T_EQ(stats.oerrors, 0);
	return 0;
}

/* Buffers smaller than a frame, scattered Rx not asked for: refused, or the
 * frames come in pieces. Never cut. */
static int
mtu_beyond_buffer(void)
{
	static const struct t_flow flow = { .nb = 50, .min = 8000, .max = 9000, .step = 97 };
	struct t_flow big = flow;
	struct rte_eth_conf conf = { .rxmode.mtu = 9000 };
	uint8_t i;

	for (i = 0; i < 2; i++) {
		uint16_t id = F.id[i];

		T_EQ(rte_eth_dev_configure(id, 1, 1, &conf), 0);
		T_EQ(rte_eth_tx_queue_setup(id, 0, 256, SOCKET_ID_ANY, NULL), 0);
		if (rte_eth_rx_queue_setup(id, 0, 256, SOCKET_ID_ANY, NULL, F.pool) != 0 ||
		    rte_eth_dev_start(id) != 0)
			return 0;
	}
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	big.pool = F.big;
	return t_flow_run(0, 1, &big);
}

/* Descriptors the device would call malicious never reach it. */
static int
tx_prepare_refuses(void)
{
	static uint8_t buf[9000];
	struct t_up how = jumbo_up(false);
	struct rte_mbuf *m;

	T_TRY(t_up_all(&how));
	t_frame(buf, sizeof(buf), 0, 1, 1);
	m = t_mbuf(F.pool, buf, 900, 10);
	T_CHECK(m != NULL, "no mbuf");
	T_EQ(m->nb_segs, 90);
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 0);
	T_CHECK(rte_errno == EINVAL, "rte_errno is %d", rte_errno);
	rte_pktmbuf_free(m);
	m = t_mbuf(F.pool, buf, 200, 0);
	T_CHECK(m != NULL, "no mbuf");
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
	rte_pktmbuf_free(m);
	return t_ping(0);
}

/* Frames no wire carries are not sent, and do not wedge the queue. */
static int
tx_odd_lengths(void)
{
	static uint8_t buf[128];
	static const size_t len[] = { 14, 15, 17, 33, 59 };
	unsigned int i;
	size_t n;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < RTE_DIM(len); i++) {
		t_frame(buf, 64, 0, 1, i);
		T_TRY(t_send_bytes(0, buf, len[i]));
		/* Dropped, or padded to the minimum: never cut, never stale. */
		n = t_recv_bytes(1, buf, sizeof(buf), 500);
		T_CHECK(n == 0 || n >= len[i], "%zu bytes of %zu", n, len[i]);
	}
	return t_ping(0);
}

/* mbufs shared with the application survive; each is freed exactly once. */
static int
tx_refcount(void)
{
	struct rte_mbuf *m, *got;
	uint8_t buf[100];
	unsigned int i;

	T_TRY(t_up_all(NULL));
	t_frame(buf, sizeof(buf), 0, 1, 5);
	m = t_mbuf(F.pool, buf, sizeof(buf), 0);
	T_CHECK(m != NULL, "no mbuf");
	for (i = 0; i < 600; i++) {
		rte_mbuf_refcnt_update(m, 1);
		T_TRY(t_send(0, 0, &m, 1));
		T_CHECK(t_recv(1, 0, &got, 1, T_WAIT_MS) == 1, "frame %u", i);
		rte_pktmbuf_free(got);
	}
	T_TRY(t_down(0));
	T_EQ(rte_mbuf_refcnt_read(m), 1);
	rte_pktmbuf_free(m);
	return 0;
}

static int
indirect_mbufs(void)
{
	uint8_t buf[500], got[600];
	struct rte_mbuf *m, *clone;

	T_TRY(t_up_all(NULL));
	t_frame(buf, sizeof(buf), 0, 1, 9);
	m = t_mbuf(F.pool, buf, sizeof(buf), 0);
	T_CHECK(m != NULL, "no mbuf");
	clone = rte_pktmbuf_clone(m, F.pool);
	T_CHECK(clone != NULL, "no clone");
	T_TRY(t_send(0, 0, &clone, 1));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), sizeof(buf));
	T_CHECK(memcmp(buf, got, sizeof(buf)) == 0, "content differs");
	rte_pktmbuf_free(m);
	return 0;
}

/* The same content goes out with fast free and comes back to its pool. */
static int
fast_free(void)
{
	static const struct t_flow flow = { .nb = 5000, .min = 60, .max = 1000 };
	struct t_up how = { .tx_offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE };
	struct rte_eth_dev_info info;

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	if ((info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE) == 0)
		how.tx_offloads = 0;
	T_TRY(t_up_all(&how));
	return t_flow_run(0, 1, &flow);
}

/* Received into buffers that are elsewhere than their mbufs, in two places. */
static int
buffers_apart(void)
{
	static const struct t_flow flow = { .nb = 3000, .min = 60, .max = 1514 };
	enum { EACH = 1024, ROOM = RTE_PKTMBUF_HEADROOM + 2048 };
	struct rte_pktmbuf_extmem mem[2];
	const struct rte_memzone *mz[RTE_DIM(mem)];
	struct t_up how = { .pool = NULL };
	char name[RTE_MEMZONE_NAMESIZE];
	unsigned int i;

	for (i = 0; i < RTE_DIM(mem); i++) {
		snprintf(name, sizeof(name), "t_apart%u", i);
		mz[i] = rte_memzone_reserve_aligned(name, EACH * ROOM, SOCKET_ID_ANY,
						    RTE_MEMZONE_IOVA_CONTIG, RTE_CACHE_LINE_SIZE);
		T_CHECK(mz[i] != NULL, "no memory: %s", rte_strerror(rte_errno));
		mem[i] = (struct rte_pktmbuf_extmem){ .buf_ptr = mz[i]->addr,
						      .buf_iova = mz[i]->iova,
						      .buf_len = EACH * ROOM, .elt_size = ROOM };
	}
	how.pool = rte_pktmbuf_pool_create_extbuf("t_apart", RTE_DIM(mem) * EACH, 0, 0, ROOM,
						  SOCKET_ID_ANY, mem, RTE_DIM(mem));
	T_CHECK(how.pool != NULL, "no pool: %s", rte_strerror(rte_errno));
	T_TRY(t_up_all(&how));
	T_TRY(t_flow_run(0, 1, &flow));
	T_TRY(t_flow_run(1, 0, &flow));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_down(i));
	T_EQ(rte_mempool_in_use_count(how.pool), 0);
	rte_mempool_free(how.pool);
	for (i = 0; i < RTE_DIM(mem); i++)
		T_EQ(rte_memzone_free(mz[i]), 0);
	return 0;
}

static const struct t_case cases[] = {
	{ "every_port", every_port, 8, T_WIRED, NULL },
	{ "loopback_plug", loopback_plug, 1, T_SIM | T_WIRED, NULL },
	{ "all_sizes", all_sizes, 2, T_WIRED, NULL },
	{ "all_sizes_scattered", all_sizes_scattered, 2, T_WIRED, NULL },
	{ "multi_segment", multi_segment, 2, T_WIRED, NULL },
	{ "scatter_and_segments", scatter_and_segments, 4, T_WIRED, NULL },
	{ "scatter_edges", scatter_edges, 2, T_WIRED, NULL },
	{ "bursts", bursts, 2, T_WIRED, NULL },
	{ "small_rings", small_rings, 2, T_WIRED, NULL },
	{ "large_rings", large_rings, 2, T_WIRED, NULL },
	{ "all_ports_at_once", all_ports_at_once, 8, T_WIRED, NULL },
	{ "mtu_enforced", mtu_enforced, 2, T_WIRED, NULL },
	{ "mtu_beyond_buffer", mtu_beyond_buffer, 2, T_WIRED, NULL },
	{ "tx_prepare_refuses", tx_prepare_refuses, 2, T_WIRED, NULL },
	{ "tx_odd_lengths", tx_odd_lengths, 2, T_WIRED, NULL },
	{ "tx_refcount", tx_refcount, 2, T_WIRED, NULL },
	{ "indirect_mbufs", indirect_mbufs, 2, T_WIRED, NULL },
	{ "fast_free", fast_free, 2, T_WIRED, NULL },
	{ "buffers_apart", buffers_apart, 2, T_WIRED, NULL },
};

T_SUITE(data, cases);
