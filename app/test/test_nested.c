/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Resets that come at the worst moments: inside the recovery from another, and
 * in the middle of a close. With ICE_MP_TEST_FULL=1 in the environment at every
 * moment.
 */

#include <errno.h>

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
recovery(void)
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
	return 0;
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

static const struct t_case cases[] = {
	{ "recovery", recovery, 4, T_SIM | T_WIRED, NULL },
	{ "close", port_close, 4, T_SIM | T_WIRED, NULL },
};

T_SUITE(nested, cases);
