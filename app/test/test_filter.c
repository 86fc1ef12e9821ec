/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file What a port lets in: broadcast, multicast, promiscuous, VLANs. */

#include <errno.h>

#include "test.h"

static const struct rte_ether_addr stranger = { { 2, 0xEE, 0, 0, 0, 1 } };
static const struct rte_ether_addr group = { { 1, 0, 0x5E, 1, 2, 3 } };
static const struct rte_ether_addr bcast = { { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF } };

/* Send 0→1 to da (NULL: lport 1's own), with a tag unless vlan is 0.
 * @return times it arrived, intact; -1: something is wrong */
static int
offer(const struct rte_ether_addr *da, uint16_t vlan)
{
	uint8_t buf[100], marker[60], got[128];
	size_t len = sizeof(buf), n;
	int times = 0;

	t_frame(buf, len, 0, 1, 3);
	if (da != NULL)
		memcpy(buf, da, sizeof(*da));
	if (vlan != 0) {
		memmove(buf + 16, buf + 12, len - 16);
		buf[12] = 0x81;
		buf[13] = 0x00;
		buf[14] = vlan >> 8;
		buf[15] = vlan & 0xFF;
	}
	if (t_send_bytes(0, buf, len) != 0)
		return -1;
	/* A wire keeps the order: when this one is there the other one was, too. */
	t_frame(marker, sizeof(marker), 0, 1, 4);
	if (t_send_bytes(0, marker, sizeof(marker)) != 0)
		return -1;
	while ((n = t_recv_bytes(1, got, sizeof(got), T_WAIT_MS)) != sizeof(marker)) {
		if (n == 0)
			return t_fail(__FILE__, __LINE__, "nothing arrives any more");
		if (n != len || memcmp(buf, got, len) != 0)
			return t_fail(__FILE__, __LINE__, "another frame arrived");
		times++;
	}
	return times;
}

static int
broadcast(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(offer(&bcast, 0), 1);
	/* Not to the ports that have no part in this wire, nor back. */
	T_TRY(t_recv_none(0));
	T_TRY(t_recv_none(2));
	return t_recv_none(3);
}

static int
promiscuous(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_promiscuous_get(F.id[1]), 0);
	T_EQ(offer(&stranger, 0), 0);
	T_EQ(rte_eth_promiscuous_enable(F.id[1]), 0);
	T_EQ(rte_eth_promiscuous_get(F.id[1]), 1);
	T_EQ(offer(&stranger, 0), 1);
	T_EQ(offer(&group, 0), 1);
	T_EQ(offer(NULL, 0), 1);
	/* Each frame once. */
	T_TRY(t_recv_none(1));
	T_EQ(rte_eth_promiscuous_disable(F.id[1]), 0);
	T_EQ(offer(&stranger, 0), 0);
	T_EQ(offer(&group, 0), 0);
	T_EQ(offer(NULL, 0), 1);
	return 0;
}

/* Promiscuous on one port is no business of the others. */
static int
promiscuous_neighbour(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_promiscuous_enable(F.id[2]), 0);
	T_EQ(rte_eth_promiscuous_enable(F.id[3]), 0);
	T_EQ(offer(&stranger, 0), 0);
	T_EQ(offer(NULL, 0), 1);
	T_TRY(t_recv_none(2));
	return t_recv_none(3);
}

static int
promiscuous_before_start(void)
{
	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &(struct t_up){ .no_start = true }));
	T_EQ(rte_eth_promiscuous_enable(F.id[1]), 0);
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_EQ(offer(&stranger, 0), 1);
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_TRY(t_wait_link(1, true));
	T_TRY(t_wait_link(0, true));
	T_EQ(offer(&stranger, 0), 1);
	return 0;
}

static int
allmulticast(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(offer(&group, 0), 0);
	T_EQ(rte_eth_allmulticast_enable(F.id[1]), 0);
	T_EQ(offer(&group, 0), 1);
	T_EQ(offer(&stranger, 0), 0);
	T_EQ(offer(&bcast, 0), 1);
	T_EQ(rte_eth_allmulticast_disable(F.id[1]), 0);
	T_EQ(offer(&group, 0), 0);
	T_EQ(offer(&bcast, 0), 1);
	return 0;
}

/* A list replaces the one before, the empty list lets nothing in. */
static int
multicast_list(void)
{
	struct rte_ether_addr list[3] = {
		group, { { 1, 0, 0x5E, 9, 9, 1 } }, { { 1, 0, 0x5E, 9, 9, 2 } },
	};

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_set_mc_addr_list(F.id[1], list, 2), 0);
	T_EQ(offer(&list[0], 0), 1);
	T_EQ(offer(&list[1], 0), 1);
	T_EQ(offer(&list[2], 0), 0);
	T_EQ(rte_eth_dev_set_mc_addr_list(F.id[1], list + 1, 2), 0);
	T_EQ(offer(&list[0], 0), 0);
	T_EQ(offer(&list[1], 0), 1);
	T_EQ(offer(&list[2], 0), 1);
	T_EQ(rte_eth_dev_set_mc_addr_list(F.id[1], NULL, 0), 0);
	T_EQ(offer(&list[1], 0), 0);
	T_EQ(offer(&bcast, 0), 1);
	return 0;
}

/* Both on, one off: the other one still holds. */
static int
promiscuous_and_allmulti(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_allmulticast_enable(F.id[1]), 0);
	T_EQ(rte_eth_promiscuous_enable(F.id[1]), 0);
	T_EQ(rte_eth_promiscuous_disable(F.id[1]), 0);
	T_EQ(offer(&group, 0), 1);
	T_EQ(offer(&stranger, 0), 0);
	T_EQ(rte_eth_promiscuous_enable(F.id[1]), 0);
	T_EQ(rte_eth_allmulticast_disable(F.id[1]), 0);
	T_EQ(offer(&group, 0), 1);
	T_EQ(offer(&stranger, 0), 1);
	T_EQ(rte_eth_promiscuous_disable(F.id[1]), 0);
	T_EQ(offer(&group, 0), 0);
	return 0;
}

static int
repeated_switching(void)
{
	unsigned int i;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < 50; i++) {
		T_EQ(rte_eth_promiscuous_enable(F.id[1]), 0);
		T_EQ(rte_eth_promiscuous_enable(F.id[1]), 0);
		T_EQ(rte_eth_promiscuous_disable(F.id[1]), 0);
		T_EQ(rte_eth_promiscuous_disable(F.id[1]), 0);
	}
	T_EQ(offer(&stranger, 0), 0);
	T_EQ(offer(NULL, 0), 1);
	return 0;
}

static const struct t_up filtering = { .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER };

static int
vlan_filter(void)
{
	T_TRY(t_up_all(&filtering));
	T_EQ(offer(NULL, 0), 1);
	T_EQ(offer(NULL, 100), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 100, 1), 0);
	T_EQ(offer(NULL, 100), 1);
	T_EQ(offer(NULL, 101), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 4094, 1), 0);
	T_EQ(offer(NULL, 4094), 1);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 100, 0), 0);
	T_EQ(offer(NULL, 100), 0);
	T_EQ(offer(NULL, 4094), 1);
	return 0;
}

static int
vlan_filter_off(void)
{
	T_TRY(t_up_all(NULL));
	/* Nobody asked for filtering: every tag passes. */
	T_EQ(offer(NULL, 100), 1);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 100, 1), -ENOSYS);
	return 0;
}

static int
vlan_filter_runtime(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(offer(NULL, 7), 1);
	T_EQ(rte_eth_dev_set_vlan_offload(F.id[1], RTE_ETH_VLAN_FILTER_OFFLOAD), 0);
	T_EQ(offer(NULL, 7), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 7, 1), 0);
	T_EQ(offer(NULL, 7), 1);
	T_EQ(rte_eth_dev_set_vlan_offload(F.id[1], 0), 0);
	T_EQ(offer(NULL, 8), 1);
	return 0;
}

static int
vlan_filter_per_port(void)
{
	T_TRY(t_up_all(&filtering));
	T_EQ(rte_eth_dev_vlan_filter(F.id[3], 55, 1), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[0], 55, 1), 0);
	T_EQ(offer(NULL, 55), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], 55, 1), 0);
	T_EQ(offer(NULL, 55), 1);
	T_EQ(rte_eth_dev_vlan_filter(F.id[3], 55, 0), 0);
	T_EQ(offer(NULL, 55), 1);
	return 0;
}

static int
vlan_filter_many(void)
{
	uint16_t vlan;

	T_TRY(t_up_all(&filtering));
	for (vlan = 1; vlan <= 256; vlan++)
		T_EQ(rte_eth_dev_vlan_filter(F.id[1], vlan, 1), 0);
	T_EQ(offer(NULL, 1), 1);
	T_EQ(offer(NULL, 256), 1);
	T_EQ(offer(NULL, 257), 0);
	for (vlan = 1; vlan <= 256; vlan += 2)
		T_EQ(rte_eth_dev_vlan_filter(F.id[1], vlan, 0), 0);
	T_EQ(offer(NULL, 255), 0);
	T_EQ(offer(NULL, 256), 1);
	return 0;
}

static const struct t_case cases[] = {
	{ "broadcast", broadcast, 4, T_WIRED, NULL },
	{ "promiscuous", promiscuous, 2, T_WIRED, NULL },
	{ "promiscuous_neighbour", promiscuous_neighbour, 4, T_WIRED, NULL },
	{ "promiscuous_before_start", promiscuous_before_start, 2, T_WIRED, NULL },
	{ "allmulticast", allmulticast, 2, T_WIRED, NULL },
	{ "multicast_list", multicast_list, 2, T_WIRED, NULL },
	{ "promiscuous_and_allmulti", promiscuous_and_allmulti, 2, T_WIRED, NULL },
	{ "repeated_switching", repeated_switching, 2, T_WIRED, NULL },
	{ "vlan_filter", vlan_filter, 2, T_WIRED, NULL },
	{ "vlan_filter_off", vlan_filter_off, 2, T_WIRED, NULL },
	{ "vlan_filter_runtime", vlan_filter_runtime, 2, T_WIRED, NULL },
	{ "vlan_filter_per_port", vlan_filter_per_port, 4, T_WIRED, NULL },
	{ "vlan_filter_many", vlan_filter_many, 2, T_WIRED, NULL },
};

T_SUITE(filter, cases);
