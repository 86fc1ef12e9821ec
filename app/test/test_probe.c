/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Probe, discovery, names, remove. */

#include <errno.h>

#include <rte_dev.h>

#include "test.h"

/* What must be true of the ethdevs of a device that was just probed. */
static int
check_ports(const char *dev, unsigned int nb)
{
	struct rte_ether_addr mac[T_MAX_PORTS];
	struct rte_eth_dev_info info;
	char name[RTE_ETH_NAME_MAX_LEN], want[RTE_ETH_NAME_MAX_LEN];
	uint16_t domain = 0;
	uint8_t i, j;

	T_EQ(F.nb, nb);
	for (i = 0; i < nb; i++) {
		T_EQ(rte_eth_dev_info_get(F.id[i], &info), 0);
		T_CHECK(dev == NULL || strcmp(rte_dev_name(info.device), dev) == 0,
			"parent is %s", rte_dev_name(info.device));
		T_EQ(rte_eth_dev_get_name_by_port(F.id[i], name), 0);
		if (nb == 1)
			snprintf(want, sizeof(want), "%s", rte_dev_name(info.device));
		else
			snprintf(want, sizeof(want), "%s_port%u", rte_dev_name(info.device), i);
		T_CHECK(strcmp(name, want) == 0, "lport %u is %s, not %s", i, name, want);
		T_EQ(info.switch_info.port_id, i);
		T_CHECK(info.switch_info.domain_id != RTE_ETH_DEV_SWITCH_DOMAIN_ID_INVALID,
			"no switch domain");
		if (i == 0)
			domain = info.switch_info.domain_id;
		T_EQ(info.switch_info.domain_id, domain);
		T_EQ(rte_eth_macaddr_get(F.id[i], &mac[i]), 0);
		T_CHECK(rte_is_valid_assigned_ether_addr(&mac[i]), "lport %u: bad address", i);
		for (j = 0; j < i; j++)
			T_CHECK(!rte_is_same_ether_addr(&mac[i], &mac[j]),
				"lports %u and %u share an address", i, j);
		T_CHECK(info.max_rx_queues >= 1 && info.max_tx_queues >= 1, "no queues");
		T_EQ(info.max_mtu, 9702);
		T_CHECK(info.min_rx_bufsize <= 1024, "min_rx_bufsize %u", info.min_rx_bufsize);
	}
	return 0;
}

static int
any_ports(void)
{
	return check_ports(NULL, F.nb);
}

static int
ports_1(void)
{
	return check_ports(T_DEV, 1);
}

static int
ports_2(void)
{
	return check_ports(T_DEV, 2);
}

static int
ports_4(void)
{
	return check_ports(T_DEV, 4);
}

static int
ports_8(void)
{
	return check_ports(T_DEV, 8);
}

static int
every_count(void)
{
	char args[128];
	unsigned int nb;

	for (nb = 1; nb <= 8; nb++) {
		t_devargs(args, sizeof(args), nb, false, NULL);
		T_EQ(t_probe(T_DEV, args), 0);
		T_EQ(t_discover(T_DEV), nb);
		T_TRY(check_ports(T_DEV, nb));
		T_EQ(t_remove(T_DEV), 0);
		T_EQ(t_count_ethdevs(T_DEV), 0);
	}
	return 0;
}

static int
hw_limits(void)
{
	struct rte_eth_dev_info info;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		T_EQ(rte_eth_dev_info_get(F.id[i], &info), 0);
		T_CHECK(strcmp(info.driver_name, F.sim ? "net_ice_mp_sim" : "net_ice_mp") == 0,
			"driver %s", info.driver_name);
		T_EQ(info.min_mtu, RTE_ETHER_MIN_MTU);
		T_CHECK(info.max_rx_pktlen >= 9702 + 14, "max_rx_pktlen %u", info.max_rx_pktlen);
		T_CHECK(info.max_mac_addrs >= 2, "max_mac_addrs %u", info.max_mac_addrs);
		T_CHECK(info.rx_desc_lim.nb_max >= 1024 && info.tx_desc_lim.nb_max >= 1024,
			"rings are too short");
		T_CHECK(info.rx_desc_lim.nb_align != 0 && info.tx_desc_lim.nb_align != 0,
			"no alignment given");
		T_CHECK(info.speed_capa & RTE_ETH_LINK_SPEED_100G, "speeds %x", info.speed_capa);
		T_CHECK(info.default_rxportconf.ring_size != 0 &&
			info.default_txportconf.ring_size != 0, "no default ring size");
		T_CHECK(info.reta_size != 0 && info.hash_key_size >= 40, "no RSS");
	}
	return 0;
}

static int
fw_version(void)
{
	char fw[64] = "", small[2];
	int rc;

	T_EQ(rte_eth_dev_fw_version_get(F.id[0], fw, sizeof(fw)), 0);
	T_CHECK(fw[0] != '\0', "empty version");
	rc = rte_eth_dev_fw_version_get(F.id[0], small, sizeof(small));
	T_EQ(rc, (int)strlen(fw) + 1);
	return 0;
}

/* Two devices at once: nothing is shared, removing one leaves the other. */
static int
two_devices(void)
{
	struct rte_eth_dev_info a, b;
	struct rte_ether_addr mac_a, mac_b;
	uint16_t first;

	T_EQ(rte_eth_dev_info_get(F.id[0], &a), 0);
	T_EQ(rte_eth_macaddr_get(F.id[0], &mac_a), 0);
	T_EQ(t_probe(T_DEV_OTHER, "ports=4,wire=0:1+2:3"), 0);
	first = F.id[0];
	T_EQ(t_discover(T_DEV_OTHER), 4);
	T_CHECK(F.id[0] != first, "the other device's port");
	T_EQ(rte_eth_dev_info_get(F.id[0], &b), 0);
	T_EQ(rte_eth_macaddr_get(F.id[0], &mac_b), 0);
	T_CHECK(a.switch_info.domain_id != b.switch_info.domain_id, "one domain for two devices");
	T_CHECK(!rte_is_same_ether_addr(&mac_a, &mac_b), "one address for two devices");
	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_EQ(t_remove(T_DEV_OTHER), 0);
	T_EQ(t_count_ethdevs(T_DEV_OTHER), 0);
	T_EQ(t_discover(T_DEV), 2);
	T_TRY(t_up_all(NULL));
	return t_ping(0);
}

static int
same_name_twice(void)
{
	/* EAL's answer to what it already has is not ours to judge. */
	t_probe(T_DEV, "ports=2");
	T_EQ(t_count_ethdevs(T_DEV), 4);
	return check_ports(T_DEV, 4);
}

/* Closing one port never disturbs its siblings; the last one closed leaves
 * the device bound, removing it is clean. */
static int
close_one_by_one(void)
{
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(2));
	T_TRY(t_down(0));
	T_EQ(rte_eth_dev_close(F.id[0]), 0);
	T_EQ(t_count_ethdevs(T_DEV), 3);
	T_TRY(t_ping(2));
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_close(F.id[1]), 0);
	T_TRY(t_ping(2));
	for (i = 2; i < 4; i++) {
		T_TRY(t_down(i));
		T_EQ(rte_eth_dev_close(F.id[i]), 0);
	}
	T_EQ(t_count_ethdevs(T_DEV), 0);
	T_EQ(t_remove(T_DEV), 0);
	T_EQ(t_probe(T_DEV, "ports=4,wire=0:1+2:3"), 0);
	T_EQ(t_discover(T_DEV), 4);
	T_TRY(t_up_all(NULL));
	return t_ping(0);
}

static int
remove_started(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_EQ(t_remove(T_DEV), 0);
	F.attached = false;
	T_EQ(t_count_ethdevs(T_DEV), 0);
	return 0;
}

static int
remove_configured(void)
{
	static const struct t_up idle = { .no_start = true, .rxq = 2, .txq = 2 };
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		T_TRY(t_up(i, &idle));
	T_EQ(t_remove(T_DEV), 0);
	F.attached = false;
	return 0;
}

/* The frames of a wire still move after siblings were never opened. */
static int
use_two_of_eight(void)
{
	T_TRY(t_up(6, NULL));
	T_TRY(t_up(7, NULL));
	T_TRY(t_wait_link(6, true));
	T_TRY(t_wait_link(7, true));
	return t_ping(6);
}

static int
cycles_50(void)
{
	struct t_usage before;
	unsigned int i;

	t_usage_get(&before);
	for (i = 0; i < 50; i++) {
		T_EQ(t_probe(T_DEV, "ports=4,wire=0:1+2:3"), 0);
		T_EQ(t_discover(T_DEV), 4);
		if (i % 10 == 0) {
			T_TRY(t_up_all(NULL));
			T_TRY(t_ping(i % 20 ? 0 : 2));
		}
		T_EQ(t_remove(T_DEV), 0);
		T_TRY(t_usage_check(&before));
	}
	return 0;
}

static const struct t_case cases[] = {
	{ "any_ports", any_ports, 1, 0, NULL },
	{ "ports_1", ports_1, 1, T_SIM, NULL },
	{ "ports_2", ports_2, 2, T_SIM, NULL },
	{ "ports_4", ports_4, 4, T_SIM, NULL },
	{ "ports_8", ports_8, 8, T_SIM, NULL },
	{ "every_count", every_count, 0, T_BARE, NULL },
	{ "hw_limits", hw_limits, 4, 0, NULL },
	{ "fw_version", fw_version, 1, 0, NULL },
	{ "two_devices", two_devices, 2, T_SIM | T_WIRED, NULL },
	{ "same_name_twice", same_name_twice, 4, T_SIM, NULL },
	{ "close_one_by_one", close_one_by_one, 4, T_SIM | T_WIRED, NULL },
	{ "remove_started", remove_started, 4, T_SIM | T_WIRED, NULL },
	{ "remove_configured", remove_configured, 4, T_SIM, NULL },
	{ "use_two_of_eight", use_two_of_eight, 8, T_SIM | T_WIRED, NULL },
	{ "cycles_50", cycles_50, 0, T_BARE, NULL },
};

T_SUITE(probe, cases);
