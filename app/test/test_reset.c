/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file The device resets by itself, or goes away. */

#include <errno.h>

#include "test.h"

static struct {
	unsigned int recovering[T_MAX_PORTS], success[T_MAX_PORTS], failed[T_MAX_PORTS];
	unsigned int removed[T_MAX_PORTS];
} seen;

static const enum rte_eth_event_type watched[] = {
	RTE_ETH_EVENT_ERR_RECOVERING, RTE_ETH_EVENT_RECOVERY_SUCCESS,
	RTE_ETH_EVENT_RECOVERY_FAILED, RTE_ETH_EVENT_INTR_RMV,
};

static int
on_event(uint16_t id __rte_unused, enum rte_eth_event_type type, void *arg,
	 void *ret __rte_unused)
{
	uint8_t lport = (uintptr_t)arg;
	unsigned int *at = type == RTE_ETH_EVENT_ERR_RECOVERING ? &seen.recovering[lport] :
			   type == RTE_ETH_EVENT_RECOVERY_SUCCESS ? &seen.success[lport] :
			   type == RTE_ETH_EVENT_RECOVERY_FAILED ? &seen.failed[lport] :
			   &seen.removed[lport];

	__atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static unsigned int
get(const unsigned int *at)
{
	return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

static int
watch(void)
{
	unsigned int k;
	uint8_t i;

	memset(&seen, 0, sizeof(seen));
	for (i = 0; i < F.nb; i++)
		for (k = 0; k < RTE_DIM(watched); k++)
			T_EQ(rte_eth_dev_callback_register(F.id[i], watched[k], on_event,
							   (void *)(uintptr_t)i), 0);
	return 0;
}

static void
unwatch(void)
{
	unsigned int k;
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		for (k = 0; k < RTE_DIM(watched); k++)
			t_unregister(F.id[i], watched[k], on_event, (void *)(uintptr_t)i);
}

/* What came while the device was away is stale. */
static void
drain(void)
{
	struct rte_mbuf *m;
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		while (t_recv(i, 0, &m, 1, 5) == 1)
			rte_pktmbuf_free(m);
}

/* One reset: every port is told before and after, and works as before. */
static int
recover(const char *kind, unsigned int round)
{
	uint8_t i;

	T_TRY(t_fault("reset %s", kind));
	for (i = 0; i < F.nb; i++)
		T_WAIT(get(&seen.success[i]) == round || get(&seen.failed[i]) != 0, 20000,
		       "%s: lport %u: recovering %u, success %u, failed %u", kind, i,
		       get(&seen.recovering[i]), get(&seen.success[i]), get(&seen.failed[i]));
	for (i = 0; i < F.nb; i++) {
		T_EQ(get(&seen.failed[i]), 0);
		T_EQ(get(&seen.recovering[i]), round);
	}
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	drain();
	for (i = 0; i < F.nb; i += 2)
		T_TRY(t_ping(i));
	return 0;
}

static int
corer(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(watch());
	T_TRY(recover("corer", 1));
	unwatch();
	return 0;
}

static int
globr(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(watch());
	T_TRY(recover("globr", 1));
	unwatch();
	return 0;
}

static int
empr(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(watch());
	T_TRY(recover("empr", 1));
	unwatch();
	return 0;
}

static int
again_and_again(void)
{
	static const char *const kind[] = { "corer", "globr", "empr" };
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch());
	for (i = 0; i < 6; i++)
		T_TRY(recover(kind[i % 3], i + 1));
	unwatch();
	return 0;
}

/* Addresses, promiscuous mode, VLANs, several queues: all of it is there. */
static int
configuration_survives(void)
{
	struct rte_ether_addr mac = { { 2, 0x44, 0, 0, 0, 4 } };
	uint8_t buf[104], got[128];

	T_TRY(t_up_all(&(struct t_up){ .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER,
				       .txq = 2 }));
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 33, 1), 0);
	T_EQ(rte_eth_promiscuous_enable(F.id[3]), 0);
	T_TRY(watch());
	T_TRY(recover("corer", 1));
	t_frame(buf, 100, 0, 1, 1);
	memcpy(buf, &mac, 6);
	T_TRY(t_send_bytes(0, buf, 100));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), 100);
	t_frame(buf, 100, 0, 1, 1);
	memmove(buf + 16, buf + 12, 84);
	memcpy(buf + 12, "\x81\x00\x00\x21", 4);
	T_TRY(t_send_bytes(0, buf, 100));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), 100);
	buf[15] = 34;
	T_TRY(t_send_bytes(0, buf, 100));
	T_TRY(t_recv_none(1));
	t_frame(buf, 100, 2, 3, 1);
	memcpy(buf, &mac, 6);
	T_TRY(t_send_bytes(2, buf, 100));
	T_EQ(t_recv_bytes(3, got, sizeof(got), T_WAIT_MS), 100);
	/* Nobody else became promiscuous. */
	t_frame(buf, 100, 3, 2, 1);
	memcpy(buf, &mac, 6);
	T_TRY(t_send_bytes(3, buf, 100));
	T_TRY(t_recv_none(2));
	unwatch();
	return 0;
}

/* Ports that were stopped stay stopped and can be started afterwards. */
static int
stopped_ports(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(t_down(2));
	T_TRY(t_down(3));
	T_TRY(watch());
	T_TRY(t_fault("reset corer"));
	T_WAIT(get(&seen.success[0]) == 1 && get(&seen.success[1]) == 1, 20000, "no success");
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	drain();
	T_TRY(t_ping(0));
	T_EQ(rte_eth_dev_start(F.id[2]), 0);
	T_EQ(rte_eth_dev_start(F.id[3]), 0);
	T_TRY(t_wait_link(2, true));
	T_TRY(t_wait_link(3, true));
	unwatch();
	return t_ping(2);
}

/* dev_reset of a port is refused half way, at each command in turn that builds
 * the port again: the device keeps nothing of it, the next one works. */
static int
refused_port_reset(void)
{
	static const char *const used[] = { "vsis", "rules", "lists", "nodes", "luts", "rxqs",
					    "txqs" };
	static const char *const ops[] = { "0x0208", "0x0401", "0x0210", "0x0b02", "0x0b03",
					   "0x02a0" };
	int64_t before[RTE_DIM(used)];
	unsigned int i, k;

	T_TRY(t_up_all(NULL));
	T_TRY(t_down(1));
	for (k = 0; k < RTE_DIM(used); k++)
		before[k] = t_state(T_DEV, "used", used[k]);
	for (i = 0; i < RTE_DIM(ops); i++) {
		T_TRY(t_fault("aq fail op=%s rc=5", ops[i]));
		T_EQ(rte_eth_dev_reset(F.id[1]), -EIO);
		T_CHECK(rte_eth_promiscuous_enable(F.id[1]) < 0, "%s: it still obeys", ops[i]);
		T_EQ(t_state(T_DEV, "used", "luts"), 1);
		T_EQ(t_state(T_DEV, "used", "vsis"), 1);
		T_EQ(rte_eth_dev_reset(F.id[1]), 0);
		for (k = 0; k < RTE_DIM(used); k++)
			T_CHECK(t_state(T_DEV, "used", used[k]) == before[k],
				"%s: %lld %s, %lld before", ops[i],
				(long long)t_state(T_DEV, "used", used[k]), used[k],
				(long long)before[k]);
	}
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(1, true));
	return t_ping(0);
}

/* Gone for good: every port is told, calls fail and return, remove is clean. */
static int
surprise_removal(void)
{
	struct rte_eth_link link;
	struct rte_mbuf *m;
	uint8_t i, buf[100];
	unsigned int k;

	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_TRY(watch());
	T_TRY(t_fault("remove"));
	for (i = 0; i < F.nb; i++)
		T_WAIT(get(&seen.removed[i]) == 1, 10000, "lport %u was not told", i);
	for (i = 0; i < F.nb; i++) {
		T_CHECK(rte_eth_link_get_nowait(F.id[i], &link) != 0 ||
			link.link_status == RTE_ETH_LINK_DOWN, "lport %u is still up", i);
		T_CHECK(rte_eth_promiscuous_enable(F.id[i]) < 0, "lport %u still obeys", i);
		/* Bursts do nothing, and do not hang. */
		for (k = 0; k < 1000; k++) {
			t_frame(buf, sizeof(buf), i, i, k);
			m = t_mbuf(F.pool, buf, sizeof(buf), 0);
			T_CHECK(m != NULL, "no mbuf");
			if (rte_eth_tx_burst(F.id[i], 0, &m, 1) == 0)
				rte_pktmbuf_free(m);
			if (rte_eth_rx_burst(F.id[i], 0, &m, 1) == 1)
				rte_pktmbuf_free(m);
		}
	}
	unwatch();
	return 0;
}

static const struct t_case cases[] = {
	{ "corer", corer, 4, T_SIM | T_WIRED, NULL },
	{ "globr", globr, 4, T_SIM | T_WIRED, NULL },
	{ "empr", empr, 4, T_SIM | T_WIRED, NULL },
	{ "again_and_again", again_and_again, 4, T_SIM | T_WIRED, NULL },
	{ "configuration_survives", configuration_survives, 4, T_SIM | T_WIRED, NULL },
	{ "stopped_ports", stopped_ports, 4, T_SIM | T_WIRED, NULL },
	{ "refused_port_reset", refused_port_reset, 2, T_SIM | T_WIRED, NULL },
	{ "surprise_removal", surprise_removal, 4, T_SIM | T_WIRED, NULL },
};

T_SUITE(reset, cases);
