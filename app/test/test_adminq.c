/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file AdminQ health: a clean life has not one error, and trouble is seen. */

#include <errno.h>

#include "test.h"

static int
no_errors(const char *name)
{
	T_CHECK(t_state(name, "aq", "cmds") > 0, "the device counts no commands");
	T_EQ(t_state(name, "aq", "errors"), 0);
	T_EQ(t_state(name, "aq", "enosys"), 0);
	T_EQ(t_state(name, "aq", "timeouts"), 0);
	return 0;
}

static int
probe_remove(void)
{
	T_EQ(t_probe(T_DEV, "ports=8"), 0);
	T_TRY(no_errors(T_DEV));
	T_EQ(t_remove(T_DEV), 0);
	return no_errors(NULL);
}

static int
full_life(void)
{
	struct rte_ether_addr mac = { { 2, 9, 9, 9, 9, 9 } };
	struct rte_eth_link link;
	struct rte_eth_stats stats;
	char fw[64];
	uint8_t i;

	T_EQ(t_probe(T_DEV, "ports=4,wire=0:1+2:3"), 0);
	F.attached = true;
	T_EQ(t_discover(T_DEV), 4);
	T_TRY(t_up_all(&(struct t_up){ .rxq = 2, .txq = 2, .lsc = true,
				       .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER |
						      RTE_ETH_RX_OFFLOAD_VLAN_STRIP }));
	for (i = 0; i < 4; i++) {
		uint16_t id = F.id[i];

		T_EQ(rte_eth_promiscuous_enable(id), 0);
		T_EQ(rte_eth_allmulticast_enable(id), 0);
		T_EQ(rte_eth_dev_mac_addr_add(id, &mac, 0), 0);
		T_EQ(rte_eth_dev_vlan_filter(id, 100, 1), 0);
		T_EQ(rte_eth_link_get(id, &link), 0);
		T_EQ(rte_eth_stats_get(id, &stats), 0);
		T_EQ(rte_eth_dev_fw_version_get(id, fw, sizeof(fw)), 0);
		T_EQ(rte_eth_dev_vlan_filter(id, 100, 0), 0);
		T_EQ(rte_eth_dev_mac_addr_remove(id, &mac), 0);
		T_EQ(rte_eth_allmulticast_disable(id), 0);
		T_EQ(rte_eth_promiscuous_disable(id), 0);
		T_EQ(rte_eth_dev_set_link_down(id), 0);
		T_EQ(rte_eth_dev_set_link_up(id), 0);
	}
	for (i = 0; i < 4; i++)
		T_TRY(t_down(i));
	T_TRY(no_errors(T_DEV));
	for (i = 0; i < 4; i++)
		T_EQ(rte_eth_dev_close(F.id[i]), 0);
	F.attached = false;
	T_EQ(t_remove(T_DEV), 0);
	return no_errors(NULL);
}

/* The driver's own count agrees with the device's. */
static int
telemetry(void)
{
	T_TRY(t_up_all(NULL));
	T_CHECK(t_telemetry("/ice_mp/pf," T_DEV, NULL, "ports") >= 0 ||
		t_telemetry("/ice_mp/pf", NULL, "ports") >= 0, "no answer from /ice_mp/pf");
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, "adminq", "errors"), 0);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, "adminq", "timeouts"), 0);
	T_CHECK(t_telemetry("/ice_mp/pf," T_DEV, "adminq", "commands") > 0, "no commands");
	return 0;
}

/* A command that is refused at run time is an error of that call only. */
static int
runtime_error(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(t_fault("aq-fail 0x02a0 nth=1 rc=2"));
	T_CHECK(rte_eth_promiscuous_enable(F.id[0]) < 0, "refused, yet successful");
	T_EQ(rte_eth_promiscuous_get(F.id[0]), 0);
	T_TRY(t_ping(0));
	T_EQ(rte_eth_promiscuous_enable(F.id[0]), 0);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, "adminq", "errors"), 1);
	return t_ping(0);
}

static const struct t_case cases[] = {
	{ "probe_remove", probe_remove, 0, T_BARE, NULL },
	{ "full_life", full_life, 0, T_BARE, NULL },
	{ "telemetry", telemetry, 4, T_SIM | T_WIRED, NULL },
	{ "runtime_error", runtime_error, 2, T_SIM | T_WIRED, NULL },
};

T_SUITE(adminq, cases);
