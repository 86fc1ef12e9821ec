/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_ETHDEV_H_
#define _ICE_MP_ETHDEV_H_

/**
 * @file
 * ethdev operations without what they have in common: the control lock is
 * held, see ice_mp_ctl.h. Control threads.
 */

#include "ice_mp.h"

/** The table ethdev gets (ice_mp_ctl.c). */
extern const struct eth_dev_ops ice_mp_dev_ops;

/* ice_mp_ethdev.c: life of a port */
int ice_mp_dev_configure(struct rte_eth_dev *dev);
int ice_mp_dev_start(struct rte_eth_dev *dev);
int ice_mp_dev_stop(struct rte_eth_dev *dev);
/** The port was withdrawn from the event engine. */
int ice_mp_dev_close(struct rte_eth_dev *dev);
int ice_mp_mtu_set(struct rte_eth_dev *dev, uint16_t mtu);
int ice_mp_fw_version_get(struct rte_eth_dev *dev, char *ver, size_t size);
/* without the lock */
int ice_mp_dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info);
int ice_mp_dev_is_removed(struct rte_eth_dev *dev);

/* ice_mp_ethdev_ops.c: what a port receives */

int ice_mp_promiscuous_enable(struct rte_eth_dev *dev);
int ice_mp_promiscuous_disable(struct rte_eth_dev *dev);
int ice_mp_allmulticast_enable(struct rte_eth_dev *dev);
int ice_mp_allmulticast_disable(struct rte_eth_dev *dev);
int ice_mp_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr);
int ice_mp_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr, uint32_t index,
			uint32_t pool);
void ice_mp_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index);
int ice_mp_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *addrs, uint32_t nb);
int ice_mp_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on);
int ice_mp_dev_vlan_offload_set(struct rte_eth_dev *dev, int mask);
/** Put ethdev's VLAN offloads in force. */
int ice_mp_vlan_offload_apply(struct rte_eth_dev *dev);

#endif /* _ICE_MP_ETHDEV_H_ */
