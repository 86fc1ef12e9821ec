/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * A reset of the device in the middle of a control call: at each register
 * access of the call in turn. The call says that it worked, and it did: what
 * it set is there, and the port forwards. Nothing is leaked.
 *
 * Sweeps take steps, so that all of them together are a matter of seconds;
 * with ICE_MP_TEST_FULL=1 in the environment they take every access.
 */

#include <errno.h>

#include "test.h"

static const struct rte_ether_addr mac_a = { { 2, 0x77, 0, 0, 0, 1 } };
static const struct rte_ether_addr mac_b = { { 2, 0x77, 0, 0, 0, 2 } };
static const struct rte_ether_addr mc_a = { { 1, 0x77, 0, 0, 0, 1 } };

/* ---- operations, all of port 1 ---- */

/* Receives port 1 a frame to this address, with this VLAN (-1: none)? */
static int
receives(const struct rte_ether_addr *da, int vlan, bool it_does)
{
	uint8_t buf[104], got[128];

	t_frame(buf, 100, 0, 1, 7);
	if (da != NULL)
		memcpy(buf, da, sizeof(*da));
	if (vlan >= 0) {
		memmove(buf + 16, buf + 12, 84);
		buf[12] = 0x81;
		buf[13] = 0;
		buf[14] = vlan >> 8;
		buf[15] = vlan;
	}
	T_TRY(t_send_bytes(0, buf, 100));
	if (!it_does)
		return t_recv_none(1);
	T_CHECK(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS) != 0, "no frame");
	return 0;
}

static int
mac_add(void)
{
	struct rte_ether_addr addr = mac_a;

	return rte_eth_dev_mac_addr_add(F.id[1], &addr, 0);
}

static int
mac_added(void)
{
	return receives(&mac_a, -1, true);
}

static int
mac_remove(void)
{
	struct rte_ether_addr addr = mac_a;

	return rte_eth_dev_mac_addr_remove(F.id[1], &addr);
}

static int
mac_removed(void)
{
	return receives(&mac_a, -1, false);
}

static struct rte_ether_addr perm;

static int
mac_set(void)
{
	struct rte_ether_addr addr = mac_b;

	return rte_eth_dev_default_mac_addr_set(F.id[1], &addr);
}

static int
mac_is_set(void)
{
	T_TRY(receives(&mac_b, -1, true));
	return receives(&perm, -1, false);
}

static int
mac_set_back(void)
{
	struct rte_ether_addr addr = perm;

	return rte_eth_dev_default_mac_addr_set(F.id[1], &addr);
}

static int
mc_list(void)
{
	struct rte_ether_addr addr[2] = { mc_a, { { 1, 0x77, 0, 0, 0, 9 } } };

	return rte_eth_dev_set_mc_addr_list(F.id[1], addr, 2);
}

static int
mc_in_list(void)
{
	return receives(&mc_a, -1, true);
}

static int
mc_none(void)
{
	return rte_eth_dev_set_mc_addr_list(F.id[1], NULL, 0);
}

static int
promisc_on(void)
{
	return rte_eth_promiscuous_enable(F.id[1]);
}

static int
promisc_is_on(void)
{
	T_EQ(rte_eth_promiscuous_get(F.id[1]), 1);
	return receives(&mac_b, -1, true);
}

static int
promisc_off(void)
{
	return rte_eth_promiscuous_disable(F.id[1]);
}

static int
promisc_is_off(void)
{
	T_EQ(rte_eth_promiscuous_get(F.id[1]), 0);
	return receives(&mac_b, -1, false);
}

static int
vlan_on(void)
{
	return rte_eth_dev_vlan_filter(F.id[1], 44, 1);
}

static int
vlan_is_on(void)
{
	T_TRY(receives(NULL, 44, true));
	return receives(NULL, 45, false);
}

static int
vlan_off(void)
{
	return rte_eth_dev_vlan_filter(F.id[1], 44, 0);
}

static int
vlan_is_off(void)
{
	return receives(NULL, 44, false);
}

static int
strip_on(void)
{
	return rte_eth_dev_set_vlan_offload(F.id[1], RTE_ETH_VLAN_FILTER_OFFLOAD |
					    RTE_ETH_VLAN_STRIP_OFFLOAD);
}

static int
strip_is_on(void)
{
	struct rte_mbuf *m;
	uint8_t buf[104];
	uint32_t len;

	t_frame(buf, 100, 0, 1, 7);
	memmove(buf + 16, buf + 12, 84);
	memcpy(buf + 12, "\x81\x00\x00\x00", 4);
	T_TRY(t_send_bytes(0, buf, 100));
	T_CHECK(t_recv(1, 0, &m, 1, T_WAIT_MS) == 1, "no frame");
	len = m->pkt_len;
	rte_pktmbuf_free(m);
	T_EQ(len, 96);
	return 0;
}

static int
strip_off(void)
{
	return rte_eth_dev_set_vlan_offload(F.id[1], RTE_ETH_VLAN_FILTER_OFFLOAD);
}

static int
rss_set(void)
{
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP };
	uint8_t key[52];

	memset(key, 0x5A, sizeof(key));
	conf.rss_key = key;
	conf.rss_key_len = sizeof(key);
	return rte_eth_dev_rss_hash_update(F.id[1], &conf);
}

static int
rss_is_set(void)
{
	struct rte_eth_rss_conf conf = { 0 };
	uint8_t key[64];

	conf.rss_key = key;
	conf.rss_key_len = sizeof(key);
	T_EQ(rte_eth_dev_rss_hash_conf_get(F.id[1], &conf), 0);
	T_EQ(key[51], 0x5A);
	T_CHECK(conf.rss_hf != 0, "RSS is off");
	return 0;
}

static int
rss_off(void)
{
	struct rte_eth_rss_conf conf = { 0 };

	return rte_eth_dev_rss_hash_update(F.id[1], &conf);
}

static int
link_down(void)
{
	return rte_eth_dev_set_link_down(F.id[1]);
}

static int
link_is_down(void)
{
	return t_wait_link(1, false);
}

static int
link_up(void)
{
	T_EQ(rte_eth_dev_set_link_up(F.id[1]), 0);
	return t_wait_link(1, true);
}

static int
rxq_stop(void)
{
	return rte_eth_dev_rx_queue_stop(F.id[1], 1);
}

static int
rxq_start(void)
{
	return rte_eth_dev_rx_queue_start(F.id[1], 1);
}

static int
txq_stop(void)
{
	return rte_eth_dev_tx_queue_stop(F.id[1], 1);
}

static int
txq_start(void)
{
	return rte_eth_dev_tx_queue_start(F.id[1], 1);
}

static int
queues_run(uint8_t rx, uint8_t tx)
{
	struct rte_eth_rxq_info r;
	struct rte_eth_txq_info t;

	T_EQ(rte_eth_rx_queue_info_get(F.id[1], 1, &r), 0);
	T_EQ(rte_eth_tx_queue_info_get(F.id[1], 1, &t), 0);
	T_EQ(r.queue_state, rx);
	T_EQ(t.queue_state, tx);
	/* The device agrees: port 0 has one of each, port 1 two, others none. */
	T_EQ(t_state(T_DEV, "used", "rxqs"), 2 + rx);
	T_EQ(t_state(T_DEV, "used", "txqs"), 2 + tx);
	return 0;
}

static int
rxq_rests(void)
{
	return queues_run(0, 1);
}

static int
txq_rests(void)
{
	return queues_run(1, 0);
}

static int
both_run(void)
{
	return queues_run(1, 1);
}

static int
port_stop(void)
{
	return rte_eth_dev_stop(F.id[1]);
}

static int
port_stopped(void)
{
	T_EQ(t_state(T_DEV, "used", "rxqs"), 1);
	T_EQ(t_state(T_DEV, "used", "txqs"), 1);
	return 0;
}

static int
port_start(void)
{
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	return 0;
}

static const struct t_up how = {
	.rxq = 2, .txq = 2, .rxd = 64, .txd = 64, .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER,
};

static int
port_up(void)
{
	return t_up(1, &how);
}

static int
port_reset(void)
{
	return rte_eth_dev_reset(F.id[1]);
}

static int
mtu_set(void)
{
	return rte_eth_dev_set_mtu(F.id[1], 900);
}

static int
mtu_is_set(void)
{
	uint8_t buf[1200];

	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	t_frame(buf, 1000, 0, 1, 1);
	T_TRY(t_send_bytes(0, buf, 1000));
	return t_recv_none(1);
}

static int
mtu_back(void)
{
	T_EQ(rte_eth_dev_stop(F.id[1]), 0);
	T_EQ(rte_eth_dev_set_mtu(F.id[1], 1500), 0);
	return 0;
}

static int
stats(void)
{
	struct rte_eth_stats st;

	return rte_eth_stats_get(F.id[1], &st);
}

static int
stats_sane(void)
{
	struct rte_eth_stats st;

	T_EQ(rte_eth_stats_get(F.id[1], &st), 0);
	T_CHECK(st.ipackets < 1000000 && st.ibytes < 1000000000, "%lu packets",
		(unsigned long)st.ipackets);
	return 0;
}

/* stopped: the port is when it begins, and is started afterwards. */
static const struct op {
	const char *name;
	int (*run)(void), (*check)(void), (*undo)(void);
	bool stopped;
} ops[] = {
	{ "mac_add", mac_add, mac_added, mac_remove, false },
	{ "mac_remove", mac_remove, mac_removed, mac_add, false },
	{ "mac_set", mac_set, mac_is_set, mac_set_back, false },
	{ "mc_list", mc_list, mc_in_list, mc_none, false },
	{ "promisc_on", promisc_on, promisc_is_on, promisc_off, false },
	{ "promisc_off", promisc_off, promisc_is_off, promisc_on, false },
	{ "vlan_on", vlan_on, vlan_is_on, vlan_off, false },
	{ "vlan_off", vlan_off, vlan_is_off, vlan_on, false },
	{ "strip_on", strip_on, strip_is_on, strip_off, false },
	{ "rss", rss_set, rss_is_set, rss_off, false },
	{ "link_down", link_down, link_is_down, link_up, false },
	{ "rxq_stop", rxq_stop, rxq_rests, rxq_start, false },
	{ "rxq_start", rxq_start, both_run, rxq_stop, false },
	{ "txq_stop", txq_stop, txq_rests, txq_start, false },
	{ "txq_start", txq_start, both_run, txq_stop, false },
	{ "stats", stats, stats_sane, NULL, false },
	{ "stop", port_stop, port_stopped, port_start, false },
	{ "start", port_start, both_run, port_stop, true },
	{ "configure", port_up, both_run, port_stop, true },
	{ "mtu", mtu_set, mtu_is_set, mtu_back, true },
	{ "reset", port_reset, port_up, port_stop, true },
};

/* What some begin with. */
static int
begin(const struct op *op)
{
	if (op->run == mac_remove)
		T_EQ(mac_add(), 0);
	if (op->run == promisc_off)
		T_EQ(promisc_on(), 0);
	if (op->run == vlan_off)
		T_EQ(vlan_on(), 0);
	if (op->run == rxq_start)
		T_EQ(rxq_stop(), 0);
	if (op->run == txq_start)
		T_EQ(txq_stop(), 0);
	if (op->stopped)
		T_EQ(rte_eth_dev_stop(F.id[1]), 0);
	return 0;
}

static int
end(const struct op *op)
{
	if (op->run == mac_remove)
		T_EQ(mac_remove(), 0);
	if (op->run == promisc_off)
		T_EQ(promisc_off(), 0);
	if (op->run == vlan_off)
		T_EQ(vlan_off(), 0);
	if (op->run == rxq_start)
		T_EQ(rxq_start(), 0);
	if (op->run == txq_start)
		T_EQ(txq_start(), 0);
	if (op->stopped)
		T_TRY(port_up());
	return 0;
}

static int
settle(bool hit, int64_t before)
{
	if (!hit) {
		T_EQ(sim.fault(T_DEV, "clear", NULL, 0), 0);
		return 0;
	}
	T_WAIT(t_recoveries() > before, 20000, "no recovery");
	return 0;
}

/* One operation, a reset of one kind at every step-th access. */
static int
sweep_op(const struct op *op, const char *kind, unsigned int most)
{
	unsigned int k, step, hits = 0;
	int64_t nb = INT64_MAX, resets, before;

	T_TRY(begin(op));
	/* More than once: the event thread has its own accesses. */
	for (k = 0; k < 3; k++) {
		before = t_accesses();
		T_EQ(op->run(), 0);
		nb = RTE_MIN(nb, t_accesses() - before);
		T_TRY(op->check());
		if (op->undo != NULL)
			T_EQ(op->undo(), 0);
	}
	T_CHECK(nb > 0, "no access at all");
	step = t_sweep_step(nb, most);
	/* A different first one each time would find more, but not twice. */
	for (k = 1 + step / 2; k <= nb; k += step) {
		bool hit;

		before = t_recoveries();
		resets = t_state(T_DEV, "fault", "resets");
		T_TRY(t_fault("reset %s access=%u us=%u", kind, k, T_RESET_US));
		T_CHECK(op->run() == 0, "access %u of %lld: it failed", k, (long long)nb);
		hit = t_state(T_DEV, "fault", "resets") > resets;
		hits += hit;
		if (settle(hit, before) != 0)
			T_FAIL("access %u of %lld", k, (long long)nb);
		T_TRY(t_wait_link(0, true));
		if (op->check() != 0)
			T_FAIL("access %u of %lld", k, (long long)nb);
		if (op->undo != NULL)
			T_EQ(op->undo(), 0);
	}
	T_CHECK(hits > 0, "no reset fell into it");
	T_TRY(end(op));
	return 0;
}

static int
sweep_all(const char *kind, unsigned int most)
{
	unsigned int i;

	T_TRY(t_up(0, NULL));
	T_TRY(port_up());
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(rte_eth_macaddr_get(F.id[1], &perm), 0);
	T_TRY(t_reset_watch());
	for (i = 0; i < RTE_DIM(ops); i++) {
		if (sweep_op(&ops[i], kind, most) != 0)
			T_FAIL("%s, %s", ops[i].name, kind);
	}
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(t_reset_told(t_recoveries()));
	t_reset_unwatch();
	T_TRY(t_ping(0));
	return 0;
}

static int
corer(void)
{
	return sweep_all("corer", 6);
}

/* From outside, and unannounced. */
static int
flr(void)
{
	return sweep_all("flr", 3);
}

static const struct t_case cases[] = {
	{ "corer", corer, 2, T_SIM | T_WIRED, NULL },
	{ "flr", flr, 2, T_SIM | T_WIRED, NULL },
};

T_SUITE(sweep, cases);
