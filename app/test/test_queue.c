/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file One queue: start and stop at run time, status, counts. */

#include <errno.h>

#include <rte_vect.h>

#include "test.h"

static int
send_one(uint16_t queue, uint32_t seq)
{
	uint8_t buf[100];
	struct rte_mbuf *m;

	t_frame(buf, sizeof(buf), 0, 1, seq);
	m = t_mbuf(F.pool, buf, sizeof(buf), 0);
	T_CHECK(m != NULL, "no mbuf");
	return t_send(0, queue, &m, 1);
}

static int
recv_one(uint32_t seq)
{
	uint8_t buf[100], got[100];

	t_frame(buf, sizeof(buf), 0, 1, seq);
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), sizeof(buf));
	T_CHECK(memcmp(buf, got, sizeof(buf)) == 0, "another frame");
	return 0;
}

static int
rx_stop_start(void)
{
	unsigned int i;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < 20; i++) {
		T_TRY(send_one(0, i));
		T_TRY(recv_one(i));
		T_EQ(rte_eth_dev_rx_queue_stop(F.id[1], 0), 0);
		T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 0), 0);
		T_TRY(send_one(0, i + 100));
		T_TRY(recv_one(i + 100));
	}
	return t_ping(0);
}

static int
tx_stop_start(void)
{
	unsigned int i;

	T_TRY(t_up(0, &(struct t_up){ .txq = 2 }));
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	for (i = 0; i < 20; i++) {
		T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 1), 0);
		/* The other one is not concerned. */
		T_TRY(send_one(0, i));
		T_TRY(recv_one(i));
		T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), 0);
		T_TRY(send_one(1, i + 100));
		T_TRY(recv_one(i + 100));
	}
	return 0;
}

static int
states(void)
{
	struct rte_eth_rxq_info rx;
	struct rte_eth_txq_info tx;

	T_TRY(t_up(0, NULL));
	T_EQ(rte_eth_rx_queue_info_get(F.id[0], 0, &rx), 0);
	T_EQ(rte_eth_tx_queue_info_get(F.id[0], 0, &tx), 0);
	T_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STARTED);
	T_EQ(tx.queue_state, RTE_ETH_QUEUE_STATE_STARTED);
	T_EQ(rx.nb_desc, 256);
	T_EQ(tx.nb_desc, 256);
	T_CHECK(rx.mp == F.pool, "another pool");
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[0], 0), 0);
	T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 0), 0);
	T_EQ(rte_eth_rx_queue_info_get(F.id[0], 0, &rx), 0);
	T_EQ(rte_eth_tx_queue_info_get(F.id[0], 0, &tx), 0);
	T_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
	T_EQ(tx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
	/* Twice is no error, a queue that is not there is. */
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[0], 0), 0);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[0], 1), -EINVAL);
	T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 1), -EINVAL);
	return 0;
}

static int
deferred(void)
{
	static const struct t_up how = { .rx_deferred = true, .tx_deferred = true };
	struct rte_eth_rxq_info rx;

	T_TRY(t_up(0, &how));
	T_TRY(t_up(1, &how));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(rte_eth_rx_queue_info_get(F.id[1], 0, &rx), 0);
	T_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
	T_EQ(rx.conf.rx_deferred_start, 1);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 0), 0);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 0), 0);
	T_TRY(send_one(0, 1));
	T_TRY(recv_one(1));
	/* Deferred again after a restart. */
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_EQ(rte_eth_rx_queue_info_get(F.id[1], 0, &rx), 0);
	T_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
	return 0;
}

/* Stopping gives every mbuf back; a stopped queue holds none. */
static int
stop_frees(void)
{
	unsigned int started, stopped;

	T_TRY(t_up_all(NULL));
	started = rte_mempool_in_use_count(F.pool);
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[1], 0), 0);
	stopped = rte_mempool_in_use_count(F.pool);
	T_CHECK(started >= stopped + 255, "%u mbufs before, %u after", started, stopped);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 0), 0);
	T_EQ(rte_mempool_in_use_count(F.pool), started);
	return t_ping(0);
}

static int
rx_status(void)
{
	unsigned int i;
	struct rte_mbuf *m[8];

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_rx_queue_count(F.id[1], 0), 0);
	T_EQ(rte_eth_rx_descriptor_status(F.id[1], 0, 0), RTE_ETH_RX_DESC_AVAIL);
	for (i = 0; i < 5; i++)
		T_TRY(send_one(0, i));
	T_WAIT(rte_eth_rx_descriptor_status(F.id[1], 0, 4) == RTE_ETH_RX_DESC_DONE, T_WAIT_MS,
	       "descriptor 4 is not done");
	T_EQ(rte_eth_rx_descriptor_status(F.id[1], 0, 0), RTE_ETH_RX_DESC_DONE);
	T_EQ(rte_eth_rx_descriptor_status(F.id[1], 0, 5), RTE_ETH_RX_DESC_AVAIL);
	T_CHECK(rte_eth_rx_descriptor_status(F.id[1], 0, 256) == -EINVAL, "offset 256 of 256");
	/* The count may be coarse (the ice drivers look at every fourth). */
	T_CHECK(rte_eth_rx_queue_count(F.id[1], 0) >= 4, "count %d",
		rte_eth_rx_queue_count(F.id[1], 0));
	T_EQ(t_recv(1, 0, m, 5, T_WAIT_MS), 5);
	rte_pktmbuf_free_bulk(m, 5);
	T_EQ(rte_eth_rx_queue_count(F.id[1], 0), 0);
	return 0;
}

static int
tx_status(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(send_one(0, 1));
	T_TRY(recv_one(1));
	T_WAIT(rte_eth_tx_descriptor_status(F.id[0], 0, 0) == RTE_ETH_TX_DESC_DONE, T_WAIT_MS,
	       "never done");
	T_CHECK(rte_eth_tx_descriptor_status(F.id[0], 0, 256) == -EINVAL, "offset 256 of 256");
	return 0;
}

static int
path_is(uint8_t lport, const char *path)
{
	struct rte_eth_burst_mode rx, tx;

	T_EQ(rte_eth_rx_burst_mode_get(F.id[lport], 0, &rx), 0);
	T_EQ(rte_eth_tx_burst_mode_get(F.id[lport], 0, &tx), 0);
	T_CHECK(strcmp(rx.info, path) == 0 && strncmp(tx.info, path, strlen(path)) == 0,
		"%s and %s, not %s", rx.info, tx.info, path);
	return 0;
}

/* Queues stop with frames in them, some of a burst taken, and go on. */
static int
stop_in_mid_burst(const char *path)
{
	unsigned int before = rte_mempool_in_use_count(F.pool), i;
	struct rte_mbuf *m[9];

	T_TRY(t_up_all(NULL));
	T_TRY(path_is(0, path));
	T_TRY(path_is(1, path));
	for (i = 0; i < 40; i++)
		T_TRY(send_one(0, i));
	T_WAIT(rte_eth_rx_queue_count(F.id[1], 0) == 40, T_WAIT_MS, "not all arrived");
	T_EQ(rte_eth_rx_burst(F.id[1], 0, m, RTE_DIM(m)), RTE_DIM(m));
	rte_pktmbuf_free_bulk(m, RTE_DIM(m));
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[1], 0), 0);
	T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 0), 0);
	T_EQ(rte_eth_rx_burst(F.id[1], 0, m, RTE_DIM(m)), 0);
	m[0] = t_mbuf(F.pool, (const uint8_t *)"no frame that goes", 18, 0);
	T_CHECK(m[0] != NULL, "no mbuf");
	T_EQ(rte_eth_tx_burst(F.id[0], 0, m, 1), 0);
	rte_pktmbuf_free(m[0]);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 0), 0);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 0), 0);
	/* What had not been taken is gone. */
	T_TRY(t_recv_none(1));
	T_TRY(t_ping(0));
	T_TRY(t_down(0));
	T_TRY(t_down(1));
	T_EQ(rte_mempool_in_use_count(F.pool), before);
	return 0;
}

/* The path follows what the application allows, and is told. */
static int
each_path(void)
{
	static const struct {
		uint16_t bits;
		enum rte_cpu_flag_t cpu;
		const char *name;
	} paths[] = {
		{ RTE_VECT_SIMD_DISABLED, RTE_CPUFLAG_SSE4_2, "Scalar" },
		{ RTE_VECT_SIMD_128, RTE_CPUFLAG_SSE4_2, "Vector SSE" },
		{ RTE_VECT_SIMD_256, RTE_CPUFLAG_AVX2, "Vector AVX2" },
		{ RTE_VECT_SIMD_512, RTE_CPUFLAG_AVX512BW, "Vector AVX512" },
	};
	uint16_t was = rte_vect_get_max_simd_bitwidth();
	unsigned int i;
	int rc = 0;

	for (i = 0; i < RTE_DIM(paths) && rc == 0; i++) {
		if (rte_cpu_get_flag_enabled(paths[i].cpu) != 1)
			continue;
		T_EQ(rte_vect_set_max_simd_bitwidth(paths[i].bits), 0);
		rc = stop_in_mid_burst(paths[i].name);
	}
	rte_vect_set_max_simd_bitwidth(was);
	return rc;
}

static int
done_cleanup(void)
{
	unsigned int i, before;
	int n;

	T_TRY(t_up_all(NULL));
	before = rte_mempool_in_use_count(F.pool);
	for (i = 0; i < 20; i++) {
		T_TRY(send_one(0, i));
		T_TRY(recv_one(i));
	}
	n = rte_eth_tx_done_cleanup(F.id[0], 0, 0);
	if (n == -ENOTSUP)
		return 0;
	T_CHECK(n >= 0, "%d", n);
	/* What cannot be freed yet is less than one threshold's worth. */
	T_CHECK(rte_mempool_in_use_count(F.pool) <= before + 20, "more mbufs than sent");
	return 0;
}

static int
runtime_stress(void)
{
	unsigned int i;

	T_TRY(t_up_all(&(struct t_up){ .rxq = 1, .txq = 1, .rxd = 64, .txd = 64 }));
	for (i = 0; i < 100; i++) {
		T_EQ(rte_eth_dev_rx_queue_stop(F.id[i % 4], 0), 0);
		T_EQ(rte_eth_dev_tx_queue_stop(F.id[i % 4], 0), 0);
		T_EQ(rte_eth_dev_tx_queue_start(F.id[i % 4], 0), 0);
		T_EQ(rte_eth_dev_rx_queue_start(F.id[i % 4], 0), 0);
	}
	T_TRY(t_ping(0));
	return t_ping(2);
}

/* Frames from every Tx queue of port 0 arrive. */
static int
all_queues_send(uint16_t nb)
{
	uint16_t q;

	for (q = 0; q < nb; q++) {
		T_TRY(send_one(q, q + 1));
		T_TRY(recv_one(q + 1));
	}
	return 0;
}

/* Queues of a port that runs are set up anew; the others go on meanwhile. */
static int
runtime_setup(void)
{
	struct rte_eth_rxconf rxconf = { .rx_deferred_start = 1 };
	struct rte_eth_rxq_info rx;
	struct rte_eth_txq_info tx;
	struct rte_eth_dev_info info;
	unsigned int i;

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	T_CHECK(info.dev_capa & RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP, "not for Rx queues");
	T_CHECK(info.dev_capa & RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP, "not for Tx queues");
	T_TRY(t_up(0, &(struct t_up){ .txq = 2 }));
	T_TRY(t_up(1, &(struct t_up){ .txq = 2 }));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 1, 128, SOCKET_ID_ANY, NULL), -EBUSY);
	T_EQ(rte_eth_rx_queue_setup(F.id[1], 0, 128, SOCKET_ID_ANY, NULL, F.pool), -EBUSY);
	for (i = 0; i < 4; i++) {
		T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 1), 0);
		T_EQ(rte_eth_tx_queue_setup(F.id[0], 1, 128 << (i & 1), SOCKET_ID_ANY, NULL), 0);
		T_EQ(rte_eth_tx_queue_info_get(F.id[0], 1, &tx), 0);
		T_EQ(tx.nb_desc, 128 << (i & 1));
		T_EQ(tx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
		T_TRY(all_queues_send(1));
		T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), 0);
		T_TRY(all_queues_send(2));

		T_EQ(rte_eth_dev_rx_queue_stop(F.id[1], 0), 0);
		T_EQ(rte_eth_rx_queue_setup(F.id[1], 0, 512 >> (i & 1), SOCKET_ID_ANY, &rxconf,
					    i & 1 ? F.pool : F.big), 0);
		T_EQ(rte_eth_rx_queue_info_get(F.id[1], 0, &rx), 0);
		T_EQ(rx.nb_desc, 512 >> (i & 1));
		T_CHECK(rx.mp == (i & 1 ? F.pool : F.big), "another pool");
		/* Deferred or not, a queue is started by its own call. */
		T_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
		T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 0), 0);
		T_TRY(all_queues_send(2));
	}
	/* Now that it is deferred, it stays so. */
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_EQ(rte_eth_rx_queue_info_get(F.id[1], 0, &rx), 0);
	T_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
	return 0;
}

/* The burst functions were chosen at the start: a queue they cannot serve is
 * refused, the others run on. */
static int
runtime_setup_refused(void)
{
	struct rte_eth_txconf fast = { .offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE };
	struct rte_eth_burst_mode before, after;
	struct rte_eth_txq_info tx;

	T_TRY(t_up(0, &(struct t_up){ .txq = 2, .no_start = true }));
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 0, 256, SOCKET_ID_ANY, &fast), 0);
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 1, 256, SOCKET_ID_ANY, &fast), 0);
	T_EQ(rte_eth_dev_start(F.id[0]), 0);
	/* Frames that mbufs of F.pool do not hold. */
	T_TRY(t_up(1, &(struct t_up){ .rxq = 2, .mtu = 4000, .pool = F.big }));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(rte_eth_tx_burst_mode_get(F.id[0], 0, &before), 0);
	T_CHECK(strstr(before.info, "Fast Free") != NULL, "mode %s", before.info);

	T_EQ(rte_eth_dev_tx_queue_stop(F.id[0], 1), 0);
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 1, 256, SOCKET_ID_ANY, NULL), -EINVAL);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), -EINVAL);
	T_EQ(rte_eth_tx_burst_mode_get(F.id[0], 0, &after), 0);
	T_CHECK(strcmp(before.info, after.info) == 0, "from %s to %s", before.info, after.info);
	T_TRY(all_queues_send(1));
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 1, 256, SOCKET_ID_ANY, &fast), 0);
	T_EQ(rte_eth_tx_queue_info_get(F.id[0], 1, &tx), 0);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[0], 1), 0);

	T_EQ(rte_eth_rx_burst_mode_get(F.id[1], 0, &before), 0);
	T_CHECK(strstr(before.info, "Scattered") == NULL, "mode %s", before.info);
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[1], 1), 0);
	T_EQ(rte_eth_rx_queue_setup(F.id[1], 1, 256, SOCKET_ID_ANY, NULL, F.pool), -EINVAL);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 1), -EINVAL);
	T_EQ(rte_eth_rx_burst_mode_get(F.id[1], 0, &after), 0);
	T_CHECK(strcmp(before.info, after.info) == 0, "from %s to %s", before.info, after.info);
	T_EQ(rte_eth_rx_queue_setup(F.id[1], 1, 256, SOCKET_ID_ANY, NULL, F.big), 0);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[1], 1), 0);
	return all_queues_send(2);
}

static const struct t_case cases[] = {
	{ "rx_stop_start", rx_stop_start, 2, T_WIRED, NULL },
	{ "tx_stop_start", tx_stop_start, 2, T_WIRED, NULL },
	{ "states", states, 1, 0, NULL },
	{ "deferred", deferred, 2, T_WIRED, NULL },
	{ "stop_frees", stop_frees, 2, T_WIRED, NULL },
	{ "rx_status", rx_status, 2, T_WIRED, NULL },
	{ "tx_status", tx_status, 2, T_WIRED, NULL },
	{ "each_path", each_path, 2, T_WIRED, NULL },
	{ "done_cleanup", done_cleanup, 2, T_WIRED, NULL },
	{ "runtime_stress", runtime_stress, 4, T_WIRED, NULL },
	{ "runtime_setup", runtime_setup, 2, T_WIRED, NULL },
	{ "runtime_setup_refused", runtime_setup_refused, 2, T_WIRED, NULL },
};

T_SUITE(queue, cases);
