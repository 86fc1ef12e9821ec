/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file configure, start, stop, close in the orders applications find. */

#include <errno.h>

#include "test.h"

static int
start_stop(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_TRY(t_down(0));
	T_TRY(t_down(1));
	/* The same queues once more. */
	T_EQ(rte_eth_dev_start(F.id[0]), 0);
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return t_ping(0);
}

static int
stop_twice(void)
{
	T_EQ(rte_eth_dev_stop(F.id[0]), 0);
	T_TRY(t_up(0, NULL));
	T_EQ(rte_eth_dev_start(F.id[0]), 0);
	T_TRY(t_down(0));
	T_EQ(rte_eth_dev_stop(F.id[0]), 0);
	return 0;
}

static int
start_without_configure(void)
{
	T_CHECK(rte_eth_dev_start(F.id[0]) < 0, "started without configuration");
	return 0;
}

static int
start_without_queues(void)
{
	struct rte_eth_conf conf = { 0 };
	int rc;

	T_EQ(rte_eth_dev_configure(F.id[0], 2, 2, &conf), 0);
	rc = rte_eth_dev_start(F.id[0]);
	T_CHECK(rc < 0, "started with queues that are not set up");
	/* And it can still be made to work. */
	T_TRY(t_up(0, NULL));
	return t_wait_link(0, true);
}

static int
configure_started(void)
{
	struct rte_eth_conf conf = { 0 };

	T_TRY(t_up(0, NULL));
	T_EQ(rte_eth_dev_configure(F.id[0], 1, 1, &conf), -EBUSY);
	T_EQ(rte_eth_rx_queue_setup(F.id[0], 0, 256, SOCKET_ID_ANY, NULL, F.pool), -EBUSY);
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 0, 256, SOCKET_ID_ANY, NULL), -EBUSY);
	return 0;
}

static int
close_started(void)
{
	T_TRY(t_up_all(NULL));
	/* ethdev asks for a stop first and refuses otherwise. */
	T_EQ(rte_eth_dev_close(F.id[0]), -EINVAL);
	T_TRY(t_ping(0));
	T_TRY(t_down(0));
	T_EQ(rte_eth_dev_close(F.id[0]), 0);
	T_CHECK(!rte_eth_dev_is_valid_port(F.id[0]), "still there");
	return 0;
}

static int
close_unconfigured(void)
{
	T_EQ(rte_eth_dev_close(F.id[1]), 0);
	T_CHECK(!rte_eth_dev_is_valid_port(F.id[1]), "still there");
	T_TRY(t_up(0, NULL));
	return 0;
}

static int
close_configured(void)
{
	static const struct t_up idle = { .no_start = true, .rxq = 4, .txq = 4 };

	T_TRY(t_up(0, &idle));
	T_EQ(rte_eth_dev_close(F.id[0]), 0);
	return 0;
}

static int
queue_counts(void)
{
	static const uint16_t counts[][2] = {
		{ 1, 1 }, { 4, 4 }, { 2, 1 }, { 1, 3 }, { 8, 8 }, { 3, 5 }, { 1, 1 },
	};
	struct t_up how = { .rxd = 64, .txd = 64 };
	unsigned int i;

	T_TRY(t_up(1, NULL));
	for (i = 0; i < RTE_DIM(counts); i++) {
		how.rxq = counts[i][0];
		how.txq = counts[i][1];
		T_TRY(t_up(0, &how));
		T_TRY(t_wait_link(0, true));
		if (how.rxq == 1)
			T_TRY(t_ping(0));
		T_TRY(t_down(0));
	}
	return 0;
}

static int
all_queues(void)
{
	struct t_up how = { .rxd = 64, .txd = 64 };
	struct rte_eth_dev_info info;

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	how.rxq = info.max_rx_queues;
	how.txq = info.max_tx_queues;
	T_TRY(t_up(0, &how));
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(1, true));
	{
		uint8_t buf[64];
		uint16_t q;

		for (q = 0; q < how.txq; q++) {
			struct rte_mbuf *m;

			t_frame(buf, sizeof(buf), 0, 1, q);
			m = t_mbuf(F.pool, buf, sizeof(buf), 0);
			T_CHECK(m != NULL, "no mbuf");
			T_TRY(t_send(0, q, &m, 1));
			T_CHECK(t_recv(1, 0, &m, 1, T_WAIT_MS) == 1, "Tx queue %u", q);
			rte_pktmbuf_free(m);
		}
	}
	return 0;
}

static int
too_many_queues(void)
{
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_dev_info info;

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	T_EQ(rte_eth_dev_configure(F.id[0], info.max_rx_queues + 1, 1, &conf), -EINVAL);
	T_EQ(rte_eth_dev_configure(F.id[0], 1, info.max_tx_queues + 1, &conf), -EINVAL);
	return t_up(0, NULL);
}

static int
bad_offloads(void)
{
	struct rte_eth_conf conf = { 0 };

	conf.rxmode.offloads = RTE_ETH_RX_OFFLOAD_MACSEC_STRIP;
	T_EQ(rte_eth_dev_configure(F.id[0], 1, 1, &conf), -EINVAL);
	conf.rxmode.offloads = 0;
	conf.txmode.offloads = RTE_ETH_TX_OFFLOAD_MACSEC_INSERT;
	T_EQ(rte_eth_dev_configure(F.id[0], 1, 1, &conf), -EINVAL);
	return 0;
}

static int
bad_rings(void)
{
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_dev_info info;
	uint16_t id = F.id[0];

	T_EQ(rte_eth_dev_info_get(id, &info), 0);
	T_EQ(rte_eth_dev_configure(id, 1, 1, &conf), 0);
	T_EQ(rte_eth_rx_queue_setup(id, 0, info.rx_desc_lim.nb_max + info.rx_desc_lim.nb_align,
				    SOCKET_ID_ANY, NULL, F.pool), -EINVAL);
	T_EQ(rte_eth_rx_queue_setup(id, 0, info.rx_desc_lim.nb_min + 1, SOCKET_ID_ANY, NULL,
				    F.pool), -EINVAL);
	T_EQ(rte_eth_rx_queue_setup(id, 1, 256, SOCKET_ID_ANY, NULL, F.pool), -EINVAL);
	T_EQ(rte_eth_tx_queue_setup(id, 0, info.tx_desc_lim.nb_min + 1, SOCKET_ID_ANY, NULL),
	     -EINVAL);
	T_EQ(rte_eth_tx_queue_setup(id, 1, 256, SOCKET_ID_ANY, NULL), -EINVAL);
	return 0;
}

/* A queue set up again, with another size, uses the last one. */
static int
queue_setup_again(void)
{
	struct rte_eth_rxq_info rx;
	struct rte_eth_txq_info tx;
	struct t_up how = { .no_start = true };

	T_TRY(t_up(0, &how));
	T_EQ(rte_eth_rx_queue_setup(F.id[0], 0, 512, SOCKET_ID_ANY, NULL, F.pool), 0);
	T_EQ(rte_eth_tx_queue_setup(F.id[0], 0, 128, SOCKET_ID_ANY, NULL), 0);
	T_EQ(rte_eth_rx_queue_info_get(F.id[0], 0, &rx), 0);
	T_EQ(rte_eth_tx_queue_info_get(F.id[0], 0, &tx), 0);
	T_EQ(rx.nb_desc, 512);
	T_EQ(tx.nb_desc, 128);
	T_EQ(rte_eth_dev_start(F.id[0]), 0);
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return t_ping(0);
}

static int
mtu_limits(void)
{
	uint16_t id = F.id[0], mtu = 0;

	T_TRY(t_up(0, &(struct t_up){ .no_start = true, .pool = F.big }));
	T_EQ(rte_eth_dev_set_mtu(id, 9703), -EINVAL);
	T_EQ(rte_eth_dev_set_mtu(id, RTE_ETHER_MIN_MTU - 1), -EINVAL);
	T_EQ(rte_eth_dev_set_mtu(id, 9702), 0);
	T_EQ(rte_eth_dev_get_mtu(id, &mtu), 0);
	T_EQ(mtu, 9702);
	T_EQ(rte_eth_dev_set_mtu(id, RTE_ETHER_MIN_MTU), 0);
	T_EQ(rte_eth_dev_get_mtu(id, &mtu), 0);
	T_EQ(mtu, RTE_ETHER_MIN_MTU);
	return 0;
}

/* What is not supported says so, and nothing else. */
static int
not_supported(void)
{
	uint8_t byte = 0;
	struct rte_dev_eeprom_info eeprom = { .data = &byte, .length = 1 };
	struct rte_eth_dev_info info;

	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	T_EQ(rte_eth_dev_set_eeprom(F.id[0], &eeprom), -ENOTSUP);
	T_EQ(rte_eth_timesync_enable(F.id[0]), -ENOTSUP);
	T_CHECK((info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TCP_LRO) == 0, "LRO advertised");
	return 0;
}

/* Siblings restart all the time, this pair's traffic does not notice. */
static int
sibling_restarts(void)
{
	unsigned int i;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < 20; i++) {
		T_TRY(t_down(0));
		T_TRY(t_ping(2));
		T_EQ(rte_eth_dev_start(F.id[0]), 0);
		T_TRY(t_ping(2));
	}
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return t_ping(0);
}

static int
link_up_down_api(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_set_link_down(F.id[0]), 0);
	T_TRY(t_wait_link(0, false));
	T_EQ(rte_eth_dev_set_link_up(F.id[0]), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return t_ping(0);
}

static int
reset_port(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_TRY(t_down(0));
	T_EQ(rte_eth_dev_reset(F.id[0]), 0);
	T_TRY(t_ping(2));
	T_TRY(t_up(0, NULL));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	return t_ping(0);
}

static const struct t_case cases[] = {
	{ "start_stop", start_stop, 2, T_WIRED, NULL },
	{ "stop_twice", stop_twice, 1, 0, NULL },
	{ "start_without_configure", start_without_configure, 1, T_SIM, NULL },
	{ "start_without_queues", start_without_queues, 1, 0, NULL },
	{ "configure_started", configure_started, 1, 0, NULL },
	{ "close_started", close_started, 2, T_SIM | T_WIRED, NULL },
	{ "close_unconfigured", close_unconfigured, 2, T_SIM, NULL },
	{ "close_configured", close_configured, 2, T_SIM, NULL },
	{ "queue_counts", queue_counts, 2, T_WIRED, NULL },
	{ "all_queues", all_queues, 2, T_WIRED, NULL },
	{ "too_many_queues", too_many_queues, 1, 0, NULL },
	{ "bad_offloads", bad_offloads, 1, 0, NULL },
	{ "bad_rings", bad_rings, 1, 0, NULL },
	{ "queue_setup_again", queue_setup_again, 2, T_WIRED, NULL },
	{ "mtu_limits", mtu_limits, 1, 0, NULL },
	{ "not_supported", not_supported, 1, 0, NULL },
	{ "sibling_restarts", sibling_restarts, 4, T_WIRED, NULL },
	{ "link_up_down_api", link_up_down_api, 2, T_WIRED, NULL },
	{ "reset_port", reset_port, 4, T_SIM | T_WIRED, NULL },
};

T_SUITE(lifecycle, cases);
