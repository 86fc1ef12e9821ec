/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>

#include "ice_mp_ethdev.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"

/* A port that a failed dev_reset left without hardware takes no filters. */
static int
ops_ready(const struct ice_mp_port *port)
{
	if (!ice_mp_present(port->pf))
		return -ENODEV;
	return port->hw_up ? 0 : -EIO;
}

static int
promisc(struct rte_eth_dev *dev, bool uc, bool mc)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc = ops_ready(port);

	return rc != 0 ? rc : ice_mp_promisc_set(port, uc, mc);
}

int
ice_mp_promiscuous_enable(struct rte_eth_dev *dev)
{
	return promisc(dev, true, ice_mp_dev_port(dev)->allmulti);
}

int
ice_mp_promiscuous_disable(struct rte_eth_dev *dev)
{
	return promisc(dev, false, ice_mp_dev_port(dev)->allmulti);
}

int
ice_mp_allmulticast_enable(struct rte_eth_dev *dev)
{
	return promisc(dev, ice_mp_dev_port(dev)->promisc, true);
}

int
ice_mp_allmulticast_disable(struct rte_eth_dev *dev)
{
	return promisc(dev, ice_mp_dev_port(dev)->promisc, false);
}

/* Is it also one of the additional addresses? */
static bool
mac_is_extra(const struct rte_eth_dev *dev, const struct rte_ether_addr *addr)
{
	unsigned int i;

	for (i = 1; i < ICE_MP_MAX_MACS; i++)
		if (rte_is_same_ether_addr(&dev->data->mac_addrs[i], addr))
			return true;
	return false;
}

int
ice_mp_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct rte_ether_addr new = *addr;
	int rc = ops_ready(port);

	if (rc != 0)
		return rc;
	/* First the new one: there is no moment without an address. */
	rc = ice_mp_mac_add(port, &new, ICE_MP_MAC_UC);
	if (rc != 0)
		return rc;
	if (!rte_is_same_ether_addr(&new, &port->mac) && !mac_is_extra(dev, &port->mac))
		(void)ice_mp_mac_del(port, &port->mac, ICE_MP_MAC_UC);
	port->mac = new;
	return 0;
}

int
ice_mp_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr,
		    uint32_t index __rte_unused, uint32_t pool)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc = ops_ready(port);

	if (rc != 0)
		return rc;
	if (pool != 0)
		return -ENOTSUP;
	return ice_mp_mac_add(port, addr, ICE_MP_MAC_UC);
}

void
ice_mp_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	const struct rte_ether_addr *addr = &dev->data->mac_addrs[index];

	/* Whatever the device can do now: it must not come back. */
	if (rte_is_same_ether_addr(addr, &port->mac))
		return;
	(void)ice_mp_mac_del(port, addr, ICE_MP_MAC_UC);
}

int
ice_mp_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *addrs, uint32_t nb)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc = ops_ready(port);

	return rc != 0 ? rc : ice_mp_mac_set_mc(port, addrs, nb);
}

int
ice_mp_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc = ops_ready(port);

	if (rc != 0)
		return rc;
	if (on)
		return ice_mp_vlan_add(port, vlan);
	/* VLAN 0 is what lets untagged frames in. */
	return vlan == 0 ? 0 : ice_mp_vlan_del(port, vlan);
}

#define VLAN_RX_OFFLOADS \
	(RTE_ETH_RX_OFFLOAD_VLAN_FILTER | RTE_ETH_RX_OFFLOAD_VLAN_STRIP | \
	 RTE_ETH_RX_OFFLOAD_QINQ_STRIP)

int
ice_mp_vlan_offload_apply(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint64_t offloads = dev->data->dev_conf.rxmode.offloads;
	bool started = port->state == ICE_MP_PORT_STARTED;
	int rc;

	if ((offloads & RTE_ETH_RX_OFFLOAD_VLAN_FILTER) != 0) {
		rc = ice_mp_vlan_add(port, 0);
		if (rc != 0)
			return rc;
	}
	/* Who polls is ready for tags before the first one is taken off. */
	if (started)
		ice_mp_change_rx_burst(dev, offloads | port->rx_offloads);
	rc = ice_mp_vsi_set_vlan(port, offloads);
	if (rc == 0)
		port->rx_offloads = (port->rx_offloads & ~VLAN_RX_OFFLOADS) |
				    (offloads & VLAN_RX_OFFLOADS);
	else
		PORT_LOG(port, ERR, "VLAN offloads could not be set: %s.", rte_strerror(-rc));
	/* What is in force, also when it is what it was. */
	if (started)
		ice_mp_change_rx_burst(dev, (offloads & ~VLAN_RX_OFFLOADS) | port->rx_offloads);
	return rc;
}

int
ice_mp_dev_vlan_offload_set(struct rte_eth_dev *dev, int mask)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint64_t offloads = dev->data->dev_conf.rxmode.offloads;
	int rc = ops_ready(port);

	if (rc != 0)
		return rc;
	if ((mask & RTE_ETH_VLAN_EXTEND_MASK) != 0 &&
	    (offloads & RTE_ETH_RX_OFFLOAD_VLAN_EXTEND) != 0)
		return -ENOTSUP;
	if ((mask & (RTE_ETH_VLAN_STRIP_MASK | RTE_ETH_VLAN_FILTER_MASK |
		     RTE_ETH_QINQ_STRIP_MASK)) == 0)
		return 0;
	if ((offloads & RTE_ETH_RX_OFFLOAD_QINQ_STRIP) != 0 && !ice_mp_rxqs_show_two_tags(dev)) {
		PORT_LOG(port, ERR, "QinQ stripping has to be asked for before queues are set up.");
		return -ENOTSUP;
	}
	return ice_mp_vlan_offload_apply(dev);
}
