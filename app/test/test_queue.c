/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file One queue: start and stop at run time, status, counts. */

#include <errno.h>

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
burst_modes(void)
{
	struct rte_eth_burst_mode mode;

	T_TRY(t_up(0, NULL));
	T_EQ(rte_eth_rx_burst_mode_get(F.id[0], 0, &mode), 0);
	T_CHECK(mode.info[0] != '\0', "no Rx mode");
	T_EQ(rte_eth_tx_burst_mode_get(F.id[0], 0, &mode), 0);
	T_CHECK(mode.info[0] != '\0', "no Tx mode");
	return 0;
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

static const struct t_case cases[] = {
	{ "rx_stop_start", rx_stop_start, 2, T_WIRED, NULL },
	{ "tx_stop_start", tx_stop_start, 2, T_WIRED, NULL },
	{ "states", states, 1, 0, NULL },
	{ "deferred", deferred, 2, T_WIRED, NULL },
	{ "stop_frees", stop_frees, 2, T_WIRED, NULL },
	{ "rx_status", rx_status, 2, T_WIRED, NULL },
	{ "tx_status", tx_status, 2, T_WIRED, NULL },
	{ "burst_modes", burst_modes, 1, 0, NULL },
	{ "done_cleanup", done_cleanup, 2, T_WIRED, NULL },
	{ "runtime_stress", runtime_stress, 4, T_WIRED, NULL },
};

T_SUITE(queue, cases);
