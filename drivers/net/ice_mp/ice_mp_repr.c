/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_compat.h"
#include "ice_mp_ctl.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_repr.h"
#include "ice_mp_vf_admin.h"
#include "ice_mp_vf_hw.h"
#include "rte_pmd_ice_mp.h"

/** dev_private of a representor. */
struct ice_mp_repr {
	struct ice_mp_pf *pf;
	uint16_t vf;
};

static struct ice_mp_repr *
repr_of(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}

static int
repr_change_fn(struct ice_mp_vf *vf, void *arg)
{
	return ice_mp_vf_change(vf, arg);
}

static int
repr_change(struct rte_eth_dev *dev, uint32_t what, const struct ice_mp_vf_admin *to)
{
	struct ice_mp_vf_change change = { .what = what, .to = *to };
	struct ice_mp_repr *repr = repr_of(dev);

	return ice_mp_vf_call(repr->pf, repr->vf, true, repr_change_fn, &change);
}

/* ---- life ---- */

static int
repr_configure(struct rte_eth_dev *dev)
{
	const struct rte_eth_conf *conf = &dev->data->dev_conf;

	if (conf->rxmode.mq_mode != RTE_ETH_MQ_RX_NONE ||
	    conf->txmode.mq_mode != RTE_ETH_MQ_TX_NONE)
		return -ENOTSUP;
	return 0;
}

static int
repr_start(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static int
repr_stop(struct rte_eth_dev *dev)
{
	dev->data->dev_started = 0;
	return 0;
}

static int
repr_close(struct rte_eth_dev *dev)
{
	struct ice_mp_repr *repr = repr_of(dev);

	ice_mp_ctl_lock(repr->pf);
	ice_mp_vf_get(repr->pf, repr->vf)->repr = NULL;
	ice_mp_ctl_unlock(repr->pf);
	return 0;
}

static int
repr_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct ice_mp_repr *repr = repr_of(dev);
	const struct ice_mp_pf *pf = repr->pf;

	info->max_rx_pktlen = pf->max_frame;
	info->min_mtu = ICE_MP_MIN_MTU;
	info->max_mtu = pf->max_frame - ICE_MP_ETH_OVERHEAD;
	info->max_rx_queues = 1;
	info->max_tx_queues = 1;
	info->max_mac_addrs = 1;
	info->switch_info.name = pf->name;
	info->switch_info.domain_id = pf->domain_id;
	/* Ports have the first ones. */
	info->switch_info.port_id = ICE_MP_MAX_PORTS + repr->vf;
	return 0;
}

static int
repr_rx_queue_setup(struct rte_eth_dev *dev __rte_unused, uint16_t queue __rte_unused,
		    uint16_t nb_desc __rte_unused, unsigned int socket __rte_unused,
		    const struct rte_eth_rxconf *conf __rte_unused,
		    struct rte_mempool *mp __rte_unused)
{
	return 0;
}

static int
repr_tx_queue_setup(struct rte_eth_dev *dev __rte_unused, uint16_t queue __rte_unused,
		    uint16_t nb_desc __rte_unused, unsigned int socket __rte_unused,
		    const struct rte_eth_txconf *conf __rte_unused)
{
	return 0;
}

/* ---- what is seen of the VF ---- */

static int
repr_link_update(struct rte_eth_dev *dev, int wait __rte_unused)
{
	struct rte_eth_link link = {
		.link_duplex = RTE_ETH_LINK_FULL_DUPLEX,
		.link_autoneg = RTE_ETH_LINK_AUTONEG,
	};
	struct ice_mp_repr *repr = repr_of(dev);
	uint32_t mbps;
	bool up;

	ice_mp_ctl_lock(repr->pf);
	ice_mp_vf_link_get(ice_mp_vf_get(repr->pf, repr->vf), &up, &mbps);
	ice_mp_ctl_unlock(repr->pf);
	link.link_status = up ? RTE_ETH_LINK_UP : RTE_ETH_LINK_DOWN;
	link.link_speed = up && mbps == 0 ? RTE_ETH_SPEED_NUM_UNKNOWN : mbps;
	return rte_eth_linkstatus_set(dev, &link);
}

static int
repr_stats_get(ICE_MP_STATS_GET_ARGS(dev, stats, qstats))
{
	struct ice_mp_repr *repr = repr_of(dev);
	struct rte_pmd_ice_mp_vf_stats s;

	RTE_SET_USED(ICE_MP_QSTATS(stats, qstats));
	ice_mp_ctl_lock(repr->pf);
	ice_mp_vf_stats_read(ice_mp_vf_get(repr->pf, repr->vf), &s);
	ice_mp_ctl_unlock(repr->pf);
	stats->ipackets = s.rx_unicast + s.rx_multicast + s.rx_broadcast;
	stats->ibytes = s.rx_bytes;
	stats->imissed = s.rx_discards;
	/* The VSI counts a frame before it looks for a buffer. */
	stats->ipackets -= RTE_MIN(stats->imissed, stats->ipackets);
	stats->opackets = s.tx_unicast + s.tx_multicast + s.tx_broadcast;
	stats->obytes = s.tx_bytes;
	stats->oerrors = s.tx_errors;
	return 0;
}

static int
repr_stats_reset(struct rte_eth_dev *dev)
{
	struct ice_mp_repr *repr = repr_of(dev);

	ice_mp_ctl_lock(repr->pf);
	ice_mp_vf_stats_zero(ice_mp_vf_get(repr->pf, repr->vf));
	ice_mp_ctl_unlock(repr->pf);
	return 0;
}

/* ---- what is decided about it ---- */

static int
repr_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr)
{
	struct ice_mp_vf_admin to = { .mac = *addr };

	/* ethdev repeats what it remembers at each start: nobody decided. */
	if (addr == &dev->data->mac_addrs[0])
		return 0;
	return repr_change(dev, ICE_MP_VF_SET_MAC, &to);
}

static int
repr_vlan_pvid_set(struct rte_eth_dev *dev, uint16_t pvid, int on)
{
	struct ice_mp_vf_admin to = { .pvid = on ? pvid : 0 };

	if (on && pvid == 0)
		return -EINVAL;
	return repr_change(dev, ICE_MP_VF_SET_VLAN, &to);
}

static int
repr_mtu_set(struct rte_eth_dev *dev, uint16_t mtu)
{
	struct ice_mp_vf_admin to = { .mtu = mtu };

	return repr_change(dev, ICE_MP_VF_SET_MTU, &to);
}

static int
repr_promisc(struct rte_eth_dev *dev, uint32_t what, bool on)
{
	struct ice_mp_vf_admin to = { .promisc = on, .allmulti = on };

	return repr_change(dev, what, &to);
}

static int
repr_promiscuous_enable(struct rte_eth_dev *dev)
{
	return repr_promisc(dev, ICE_MP_VF_SET_PROMISC, true);
}

static int
repr_promiscuous_disable(struct rte_eth_dev *dev)
{
	return repr_promisc(dev, ICE_MP_VF_SET_PROMISC, false);
}

static int
repr_allmulticast_enable(struct rte_eth_dev *dev)
{
	return repr_promisc(dev, ICE_MP_VF_SET_ALLMULTI, true);
}

static int
repr_allmulticast_disable(struct rte_eth_dev *dev)
{
	return repr_promisc(dev, ICE_MP_VF_SET_ALLMULTI, false);
}

static const struct eth_dev_ops repr_ops = {
	.dev_configure = repr_configure,
	.dev_start = repr_start,
	.dev_stop = repr_stop,
	.dev_close = repr_close,
	.dev_infos_get = repr_infos_get,
	.rx_queue_setup = repr_rx_queue_setup,
	.tx_queue_setup = repr_tx_queue_setup,
	.link_update = repr_link_update,
	.stats_get = repr_stats_get,
	.stats_reset = repr_stats_reset,
	.mac_addr_set = repr_mac_addr_set,
	.vlan_pvid_set = repr_vlan_pvid_set,
	.mtu_set = repr_mtu_set,
	.promiscuous_enable = repr_promiscuous_enable,
	.promiscuous_disable = repr_promiscuous_disable,
	.allmulticast_enable = repr_allmulticast_enable,
	.allmulticast_disable = repr_allmulticast_disable,
};

void
ice_mp_repr_sync(struct ice_mp_vf *vf)
{
	struct rte_eth_dev_data *data = vf->repr;
	const struct ice_mp_port *port;

	if (data == NULL)
		return;
	port = ice_mp_vf_port(vf);
	data->mac_addrs[0] = vf->mac;
	data->promiscuous = vf->admin.promisc;
	data->all_multicast = vf->admin.allmulti;
	data->backer_port_id = port != NULL ? port->data->port_id : RTE_MAX_ETHPORTS;
}

void
ice_mp_reprs_sync(struct ice_mp_pf *pf)
{
	unsigned int i;

	for (i = 0; pf->vfs != NULL && i < pf->vfs->nb; i++)
		ice_mp_repr_sync(&pf->vfs->vf[i]);
}

/* ---- coming and going ---- */

static int
repr_create(struct ice_mp_vf *vf)
{
	struct ice_mp_pf *pf = vf->pf;
	int socket = pf->bus->dev->numa_node;
	char name[RTE_ETH_NAME_MAX_LEN];
	struct ice_mp_repr *repr;
	struct rte_eth_dev *dev;
	int len;

	len = snprintf(name, sizeof(name), "net_%s_representor_%u", pf->name, vf->id);
	if (len < 0 || len >= (int)sizeof(name))
		return -ENAMETOOLONG;
	dev = rte_eth_dev_allocate(name);
	if (dev == NULL)
		return -ENOMEM;
	repr = rte_zmalloc_socket(name, sizeof(*repr), 0, socket);
	/* Owned by the ethdev from here on: its release frees them. */
	dev->data->dev_private = repr;
	dev->data->mac_addrs = rte_zmalloc_socket(name, sizeof(vf->mac), 0, socket);
	if (repr == NULL || dev->data->mac_addrs == NULL) {
		rte_eth_dev_release_port(dev);
		return -ENOMEM;
	}
	repr->pf = pf;
	repr->vf = vf->id;
	dev->device = pf->bus->dev;
	dev->dev_ops = &repr_ops;
	dev->rx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->tx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->data->numa_node = socket;
	dev->data->dev_flags = RTE_ETH_DEV_REPRESENTOR;
	dev->data->representor_id = vf->id;
	vf->repr = dev->data;
	ice_mp_repr_sync(vf);
	return 0;
}

void
ice_mp_reprs_discard(struct ice_mp_pf *pf)
{
	unsigned int i;

	for (i = 0; pf->vfs != NULL && i < pf->vfs->nb; i++) {
		struct ice_mp_vf *vf = &pf->vfs->vf[i];
		struct rte_eth_dev_data *data = vf->repr;

		vf->repr = NULL;
		if (data != NULL)
			rte_eth_dev_release_port(&rte_eth_devices[data->port_id]);
	}
}

int
ice_mp_reprs_create(struct ice_mp_pf *pf)
{
	unsigned int i;
	int rc;

	for (i = 0; i < ICE_MP_HW_MAX_VFS; i++) {
		struct ice_mp_vf *vf;

		if ((pf->args.reprs[i / 64] & UINT64_C(1) << i % 64) == 0)
			continue;
		vf = ice_mp_vf_get(pf, i);
		if (vf == NULL || ice_mp_vf_port(vf) == NULL) {
			PF_LOG(pf, ERR, "representor= names VF %u, %s.", i, vf == NULL ?
			       "which is not served" : "whose port is not ours");
			rc = -EINVAL;
		} else {
			rc = repr_create(vf);
			if (rc != 0)
				VF_LOG(vf, ERR, "No representor: %s.", rte_strerror(-rc));
		}
		if (rc != 0) {
			ice_mp_reprs_discard(pf);
			return rc;
		}
	}
	return 0;
}

void
ice_mp_reprs_announce(struct ice_mp_pf *pf)
{
	unsigned int i;

	for (i = 0; pf->vfs != NULL && i < pf->vfs->nb; i++) {
		struct rte_eth_dev_data *data = pf->vfs->vf[i].repr;

		/* The application may close one from the callback of another. */
		if (data != NULL)
			rte_eth_dev_probing_finish(&rte_eth_devices[data->port_id]);
	}
}
