/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The ethdev of a port: creation and the operations of its life (configure,
 * start, stop, close). How they are called is in ice_mp_ctl.c.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>
#include <rte_string_fns.h>

#include "ice_mp_adminq.h"
#include "ice_mp_ethdev.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_repr.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_stats.h"
#include "ice_mp_vf.h"

uint16_t
ice_mp_port_max_frame(const struct ice_mp_port *port)
{
	return RTE_MIN((unsigned int)port->data->mtu + ICE_MP_ETH_OVERHEAD,
		       (unsigned int)port->pf->max_frame);
}

static int
dev_check_conf(const struct ice_mp_port *port, const struct rte_eth_conf *conf)
{
	if ((conf->rxmode.mq_mode & ~RTE_ETH_MQ_RX_RSS_FLAG) != 0 ||
	    conf->txmode.mq_mode != RTE_ETH_MQ_TX_NONE) {
		PORT_LOG(port, ERR, "Multi-queue modes other than RSS are not supported.");
		return -ENOTSUP;
	}
	if (conf->lpbk_mode != 0 || conf->dcb_capability_en != 0) {
		PORT_LOG(port, ERR, "Loopback and DCB modes are not supported.");
		return -ENOTSUP;
	}
	if (conf->txmode.hw_vlan_reject_tagged || conf->txmode.hw_vlan_reject_untagged ||
	    conf->txmode.hw_vlan_insert_pvid) {
		PORT_LOG(port, ERR, "Tx VLAN rejection and PVID are not supported.");
		return -ENOTSUP;
	}
	if (conf->intr_conf.rxq && port->nb_vecs == 0) {
		PORT_LOG(port, ERR, "Rx interrupts are not available: there are no vectors.");
		return -ENOTSUP;
	}
	return 0;
}

int
ice_mp_dev_configure(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	const struct rte_eth_conf *conf = &dev->data->dev_conf;
	int rc;

	if (!port->hw_up)
		return -EIO;
	rc = dev_check_conf(port, conf);
	if (rc != 0)
		return rc;
	rc = ice_mp_intr_port_configure(dev);
	if (rc != 0)
		return rc;
	rc = ice_mp_rss_configure(port);
	if (rc != 0)
		return rc;
	rc = ice_mp_vlan_offload_apply(dev);
	if (rc != 0)
		return rc;
	port->rx_offloads = conf->rxmode.offloads;
	port->tx_offloads = conf->txmode.offloads;
	port->state = ICE_MP_PORT_CONFIGURED;
	return 0;
}

static int
dev_check_queues(const struct ice_mp_port *port, const struct rte_eth_dev_data *data)
{
	uint16_t q;

	for (q = 0; q < data->nb_rx_queues; q++) {
		if (data->rx_queues[q] == NULL) {
			PORT_LOG(port, ERR, "Rx queue %u is not set up.", q);
			return -EINVAL;
		}
	}
	for (q = 0; q < data->nb_tx_queues; q++) {
		if (data->tx_queues[q] == NULL) {
			PORT_LOG(port, ERR, "Tx queue %u is not set up.", q);
			return -EINVAL;
		}
	}
	if ((data->dev_conf.rxmode.offloads & RTE_ETH_RX_OFFLOAD_QINQ_STRIP) != 0 &&
	    !ice_mp_rxqs_show_two_tags(ice_mp_port_dev(port))) {
		PORT_LOG(port, ERR, "QinQ stripping came after queues were set up.");
		return -EINVAL;
	}
	return 0;
}

int
ice_mp_dev_start(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc;

	if (!port->hw_up)
		return -EIO;
	rc = dev_check_queues(port, dev->data);
	if (rc != 0)
		return rc;
	rc = ice_mp_port_set_frame(port, ice_mp_port_max_frame(port));
	if (rc != 0)
		return rc;
	port->rxq_intr = 0;
	rc = ice_mp_intr_port_start(dev);
	if (rc != 0)
		return rc;
	rc = ice_mp_queues_start(dev);
	if (rc != 0)
		goto fail_queues;
	rc = ice_mp_link_set(port, true);
	if (rc != 0)
		goto fail_link;
	ice_mp_set_burst(dev);
	port->state = ICE_MP_PORT_STARTED;
	/* From here on the event engine keeps it current. */
	(void)ice_mp_link_refresh(port);
	return 0;

fail_link:
	ice_mp_queues_stop(dev);
fail_queues:
	ice_mp_intr_port_stop(dev);
	return rc;
}

int
ice_mp_dev_stop(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);

	if (port->state != ICE_MP_PORT_STARTED)
		return 0;
	dev->data->dev_started = 0;
	port->state = ICE_MP_PORT_CONFIGURED;
	ice_mp_set_burst_dummy(dev);
	port->rxq_resume = 0;
	port->txq_resume = 0;
	if (!ice_mp_aq_up(port->pf) || port->gone) {
		/* The device is in a reset, or lost: there is nothing to stop. */
		ice_mp_queues_lost(dev);
		return 0;
	}
	ice_mp_intr_port_stop(dev);
	ice_mp_queues_stop(dev);
	return 0;
}

int
ice_mp_dev_close(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_pf *pf = port->pf;
	uint16_t q;

	(void)ice_mp_dev_stop(dev);
	for (q = 0; q < dev->data->nb_rx_queues; q++)
		ice_mp_rx_queue_release(dev, q);
	for (q = 0; q < dev->data->nb_tx_queues; q++)
		ice_mp_tx_queue_release(dev, q);
	dev->intr_handle = NULL;
	ice_mp_intr_port_fini(port);
	ice_mp_vf_port_gone(port);
	ice_mp_port_hw_fini(port);
	ice_mp_port_free(port);
	port->state = ICE_MP_PORT_CLOSED;

	pthread_mutex_lock(&pf->lock);
	pf->ports[port->idx] = NULL;
	pf->by_lport[port->lport] = NULL;
	pthread_mutex_unlock(&pf->lock);
	ice_mp_reprs_sync(pf);
	return 0;
}

int
ice_mp_dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	const struct ice_mp_pf *pf = port->pf;

	info->max_rx_pktlen = pf->max_frame;
	info->min_mtu = ICE_MP_MIN_MTU;
	info->max_mtu = pf->max_frame - ICE_MP_ETH_OVERHEAD;
	info->max_rx_queues = port->nb_queues;
	info->max_tx_queues = port->nb_queues;
	info->max_mac_addrs = ICE_MP_MAX_MACS;
	info->reta_size = ICE_MP_RSS_LUT_GLOBAL;
	info->hash_key_size = ICE_MP_RSS_KEY_SIZE;
	info->flow_type_rss_offloads = ice_mp_rss_offloads;
	info->speed_capa = ice_mp_link_speed_capa(port);
	info->switch_info.name = pf->name;
	info->switch_info.domain_id = pf->domain_id;
	info->switch_info.port_id = port->lport;
	info->dev_capa |= RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP |
			  RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP;
	info->err_handle_mode = RTE_ETH_ERROR_HANDLE_MODE_PROACTIVE;
	ice_mp_queue_infos(info);
	info->rx_offload_capa |= RTE_ETH_RX_OFFLOAD_VLAN_FILTER;
	/* Others have two tags in another mode of the whole device only. */
	if (!pf->multi_port)
		info->rx_offload_capa &= ~RTE_ETH_RX_OFFLOAD_QINQ_STRIP;
	return 0;
}

int
ice_mp_dev_is_removed(struct rte_eth_dev *dev)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	const struct ice_mp_pf *pf = port->pf;

	return !ice_mp_present(pf) || __atomic_load_n(&port->gone, __ATOMIC_RELAXED) ||
	       __atomic_load_n(&pf->state, __ATOMIC_RELAXED) == ICE_MP_PF_FAILED;
}

int
ice_mp_fw_version_get(struct rte_eth_dev *dev, char *ver, size_t size)
{
	const struct ice_mp_pf *pf = ice_mp_dev_port(dev)->pf;
	size_t need = strlen(pf->fw_version) + 1;

	if (size < need)
		return (int)need;
	strlcpy(ver, pf->fw_version, size);
	return 0;
}

int
ice_mp_mtu_set(struct rte_eth_dev *dev, uint16_t mtu)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);

	/* Rx buffers and burst functions are chosen at start. */
	if (dev->data->dev_started) {
		PORT_LOG(port, ERR, "The MTU can be changed only while the port is stopped.");
		return -EBUSY;
	}
	if ((unsigned int)mtu + ICE_MP_ETH_OVERHEAD > port->pf->max_frame)
		return -EINVAL;
	if (!port->hw_up)
		return -EIO;
	return ice_mp_port_set_frame(port, mtu + ICE_MP_ETH_OVERHEAD);
}

int
ice_mp_ethdev_name(const char *pf, bool single, uint8_t lport,
		   char name[RTE_ETH_NAME_MAX_LEN])
{
	int len;

	if (single)
		len = snprintf(name, RTE_ETH_NAME_MAX_LEN, "%s", pf);
	else
		len = snprintf(name, RTE_ETH_NAME_MAX_LEN, "%s_port%u", pf, lport);
	return len < 0 || len >= RTE_ETH_NAME_MAX_LEN ? -ENAMETOOLONG : 0;
}

int
ice_mp_ethdev_create(struct ice_mp_pf *pf, uint8_t lport, uint8_t idx)
{
	struct rte_device *device = pf->bus->dev;
	char name[RTE_ETH_NAME_MAX_LEN];
	struct ice_mp_port *port;
	struct rte_eth_dev *dev;
	int rc;

	rc = ice_mp_ethdev_name(pf->name, pf->nb_hw_ports == 1, lport, name);
	if (rc != 0)
		goto fail_name;
	dev = rte_eth_dev_allocate(name);
	if (dev == NULL) {
		rc = -ENOMEM;
		goto fail_name;
	}
	port = rte_zmalloc_socket(name, sizeof(*port), RTE_CACHE_LINE_SIZE, device->numa_node);
	/* Owned by the ethdev from here on: its release frees them. */
	dev->data->dev_private = port;
	dev->data->mac_addrs = rte_zmalloc_socket(name, ICE_MP_MAX_MACS * sizeof(pf->macs[0]), 0,
						  device->numa_node);
	rc = -ENOMEM;
	if (port == NULL || dev->data->mac_addrs == NULL)
		goto fail_mem;
	port->pf = pf;
	port->data = dev->data;
	port->lport = lport;
	port->idx = idx;
	port->swid = pf->swids[lport];
	port->perm_mac = pf->macs[lport];
	port->mac = pf->macs[lport];
	port->state = ICE_MP_PORT_INIT;
	rc = ice_mp_port_alloc(port);
	if (rc != 0)
		goto fail_mem;

	dev->device = device;
	dev->dev_ops = &ice_mp_dev_ops;
	dev->rx_queue_count = ice_mp_rx_queue_count;
	dev->rx_descriptor_status = ice_mp_rx_descriptor_status;
	dev->tx_descriptor_status = ice_mp_tx_descriptor_status;
	dev->tx_pkt_prepare = ice_mp_tx_prepare;
	ice_mp_set_burst_dummy(dev);
	dev->data->numa_node = device->numa_node;
	dev->data->dev_flags = RTE_ETH_DEV_INTR_LSC | RTE_ETH_DEV_INTR_RMV;
	dev->data->mac_addrs[0] = port->perm_mac;
	pf->ports[idx] = port;
	pf->by_lport[lport] = port;
	return 0;

fail_mem:
	rte_eth_dev_release_port(dev);
fail_name:
	PF_LOG(pf, ERR, "No ethdev for lport %u: %s.", lport, rte_strerror(-rc));
	return rc;
}

void
ice_mp_ethdev_discard(struct ice_mp_port *port)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	struct ice_mp_pf *pf = port->pf;

	pf->ports[port->idx] = NULL;
	pf->by_lport[port->lport] = NULL;
	ice_mp_port_free(port);
	rte_eth_dev_release_port(dev);
}
