/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Addresses of a port: default, more of them, and what they let in. */

#include <errno.h>

#include "test.h"

static const struct rte_ether_addr extra = { { 2, 0xAB, 0xCD, 0, 0, 1 } };

/* A frame from `from` over the wire to address da. */
static int
send_to(uint8_t from, const struct rte_ether_addr *da)
{
	uint8_t buf[80];

	t_frame(buf, sizeof(buf), from, t_peer(from), 7);
	memcpy(buf, da, sizeof(*da));
	return t_send_bytes(from, buf, sizeof(buf));
}

static int
arrives(uint8_t from, const struct rte_ether_addr *da)
{
	uint8_t buf[128];

	T_TRY(send_to(from, da));
	T_EQ(t_recv_bytes(t_peer(from), buf, sizeof(buf), T_WAIT_MS), 80);
	T_CHECK(memcmp(buf, da, sizeof(*da)) == 0, "another frame came");
	return 0;
}

static int
dropped(uint8_t from, const struct rte_ether_addr *da)
{
	T_TRY(send_to(from, da));
	return t_recv_none(t_peer(from));
}

static int
default_only(void)
{
	struct rte_ether_addr own;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_macaddr_get(F.id[1], &own), 0);
	T_TRY(arrives(0, &own));
	T_TRY(dropped(0, &extra));
	/* The address of a neighbour is not ours either. */
	T_EQ(rte_eth_macaddr_get(F.id[0], &own), 0);
	return dropped(0, &own);
}

static int
set_default(void)
{
	struct rte_ether_addr old, now, mac = { { 2, 0x55, 0, 0, 0, 9 } };

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_macaddr_get(F.id[1], &old), 0);
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[1], &mac), 0);
	T_EQ(rte_eth_macaddr_get(F.id[1], &now), 0);
	T_CHECK(rte_is_same_ether_addr(&now, &mac), "not set");
	T_TRY(arrives(0, &mac));
	T_TRY(dropped(0, &old));
	/* It outlives a restart. */
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	T_TRY(t_wait_link(1, true));
	T_TRY(t_wait_link(0, true));
	T_TRY(arrives(0, &mac));
	T_TRY(dropped(0, &old));
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[1], &old), 0);
	return arrives(0, &old);
}

static int
set_default_stopped(void)
{
	struct rte_ether_addr mac = { { 2, 0x56, 0, 0, 0, 9 } }, old;

	T_EQ(rte_eth_macaddr_get(F.id[1], &old), 0);
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[1], &mac), 0);
	T_TRY(t_up_all(NULL));
	T_TRY(arrives(0, &mac));
	T_TRY(dropped(0, &old));
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[1], &old), 0);
	return 0;
}

static int
neighbours_keep_theirs(void)
{
	struct rte_ether_addr mac = { { 2, 0x57, 0, 0, 0, 9 } }, before[T_MAX_PORTS], now, old;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < F.nb; i++)
		T_EQ(rte_eth_macaddr_get(F.id[i], &before[i]), 0);
	old = before[2];
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[2], &mac), 0);
	for (i = 0; i < F.nb; i++) {
		T_EQ(rte_eth_macaddr_get(F.id[i], &now), 0);
		T_CHECK(rte_is_same_ether_addr(&now, i == 2 ? &mac : &before[i]),
			"lport %u has another address", i);
		T_TRY(arrives(t_peer(i), &now));
	}
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[2], &old), 0);
	return 0;
}

static int
add_remove(void)
{
	struct rte_ether_addr own, mac = extra;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_macaddr_get(F.id[1], &own), 0);
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	T_TRY(arrives(0, &mac));
	T_TRY(arrives(0, &own));
	/* Only that port has it. */
	T_TRY(dropped(1, &mac));
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[1], &mac), 0);
	T_TRY(dropped(0, &mac));
	return arrives(0, &own);
}

static int
add_twice(void)
{
	struct rte_ether_addr mac = extra;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	/* ethdev: already there is no error, and one remove removes it. */
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	T_TRY(arrives(0, &mac));
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[1], &mac), 0);
	return dropped(0, &mac);
}

static int
same_on_two_ports(void)
{
	struct rte_ether_addr mac = extra;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	T_EQ(rte_eth_dev_mac_addr_add(F.id[3], &mac, 0), 0);
	T_TRY(arrives(0, &mac));
	T_TRY(arrives(2, &mac));
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[1], &mac), 0);
	T_TRY(dropped(0, &mac));
	T_TRY(arrives(2, &mac));
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[3], &mac), 0);
	return 0;
}

static int
table_full(void)
{
	struct rte_ether_addr mac = { { 2, 0x77, 0, 0, 0, 0 } };
	struct rte_eth_dev_info info;
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	for (i = 1; i < info.max_mac_addrs; i++) {
		mac.addr_bytes[5] = i;
		T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	}
	T_TRY(arrives(0, &mac));
	mac.addr_bytes[4] = 1;
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), -ENOSPC);
	T_TRY(dropped(0, &mac));
	mac.addr_bytes[4] = 0;
	for (i = 1; i < info.max_mac_addrs; i++) {
		mac.addr_bytes[5] = i;
		T_EQ(rte_eth_dev_mac_addr_remove(F.id[1], &mac), 0);
	}
	return dropped(0, &mac);
}

static int
bad_addresses(void)
{
	struct rte_ether_addr zero = { { 0 } }, mc = { { 1, 0, 0x5E, 0, 0, 1 } }, own, now;

	T_EQ(rte_eth_macaddr_get(F.id[0], &own), 0);
	T_EQ(rte_eth_dev_mac_addr_add(F.id[0], &zero, 0), -EINVAL);
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[0], &zero), -EINVAL);
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[0], &mc), -EINVAL);
	/* The default one is not for removal. */
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[0], &own), -EADDRINUSE);
	T_EQ(rte_eth_macaddr_get(F.id[0], &now), 0);
	T_CHECK(rte_is_same_ether_addr(&own, &now), "changed all the same");
	return 0;
}

/* Firmware says no: the table does not pretend. */
static int
add_fails(void)
{
	struct rte_ether_addr mac = extra;

	T_TRY(t_up_all(NULL));
	T_TRY(t_fault("aq-fail 0x02a0 nth=1 rc=16"));
	T_CHECK(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0) < 0, "added though refused");
	T_TRY(dropped(0, &mac));
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &mac, 0), 0);
	return arrives(0, &mac);
}

static const struct t_case cases[] = {
	{ "default_only", default_only, 2, T_WIRED, NULL },
	{ "set_default", set_default, 2, T_WIRED, NULL },
	{ "set_default_stopped", set_default_stopped, 2, T_WIRED, NULL },
	{ "neighbours_keep_theirs", neighbours_keep_theirs, 4, T_WIRED, NULL },
	{ "add_remove", add_remove, 2, T_WIRED, NULL },
	{ "add_twice", add_twice, 2, T_WIRED, NULL },
	{ "same_on_two_ports", same_on_two_ports, 4, T_WIRED, NULL },
	{ "table_full", table_full, 2, T_WIRED, NULL },
	{ "bad_addresses", bad_addresses, 1, 0, NULL },
	{ "add_fails", add_fails, 2, T_SIM | T_WIRED, NULL },
};

T_SUITE(mac, cases);
