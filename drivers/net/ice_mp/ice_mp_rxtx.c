/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <ethdev_driver.h>
#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_io.h>
#include <rte_malloc.h>
#include <rte_mbuf_dyn.h>

#include "ice_mp_compat.h"
#include "ice_mp_hwq.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rate.h"
#include "ice_mp_rxtx.h"

#define RING_ADDR_ALIGN		128

#define DEF_RING		1024
#define DEF_RX_FREE_THRESH	32
#define DEF_TX_RS_THRESH	32
#define DEF_TX_FREE_THRESH	32

#define RX_OFFLOADS \
	(RTE_ETH_RX_OFFLOAD_VLAN_STRIP | RTE_ETH_RX_OFFLOAD_VLAN_FILTER | \
	 RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_SCTP_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_KEEP_CRC | \
	 RTE_ETH_RX_OFFLOAD_RSS_HASH | RTE_ETH_RX_OFFLOAD_OUTER_IPV4_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_BUFFER_SPLIT | ICE_MP_RX_LONG_OFFLOADS)
#define TX_OFFLOADS \
	(RTE_ETH_TX_OFFLOAD_VLAN_INSERT | RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_SCTP_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_TSO | \
	 RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE | \
	 ICE_MP_TX_TUNNEL_OFFLOADS)

void
ice_mp_queue_infos(struct rte_eth_dev_info *info)
{
	info->rx_offload_capa = RX_OFFLOADS;
	info->tx_offload_capa = TX_OFFLOADS;
	info->rx_queue_offload_capa = 0;
	info->tx_queue_offload_capa = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	info->rx_seg_capa.max_nseg = 2;
	info->rx_seg_capa.multi_pools = 1;
	info->min_rx_bufsize = 1u << ICE_MP_RX_DBUF_SHIFT;
	info->rx_desc_lim = (struct rte_eth_desc_lim){
		.nb_max = ICE_MP_RING_MAX,
		.nb_min = ICE_MP_RING_MIN,
		.nb_align = ICE_MP_RING_ALIGN,
	};
	info->tx_desc_lim = info->rx_desc_lim;
	info->tx_desc_lim.nb_seg_max = ICE_MP_TX_MAX_TSO_SEGS;
	info->tx_desc_lim.nb_mtu_seg_max = ICE_MP_TX_MAX_SEGS;
	info->default_rxconf.rx_free_thresh = DEF_RX_FREE_THRESH;
	info->default_txconf.tx_rs_thresh = DEF_TX_RS_THRESH;
	info->default_txconf.tx_free_thresh = DEF_TX_FREE_THRESH;
	info->default_rxportconf.ring_size = DEF_RING;
	info->default_rxportconf.burst_size = 32;
	info->default_rxportconf.nb_queues = 1;
	info->default_txportconf = info->default_rxportconf;
}

static int
check_ring(const struct ice_mp_port *port, const char *what, uint16_t queue, uint16_t nb_desc)
{
	if (nb_desc < ICE_MP_RING_MIN || nb_desc > ICE_MP_RING_MAX ||
	    nb_desc % ICE_MP_RING_ALIGN != 0) {
		PORT_LOG(port, ERR, "%s queue %u: %u descriptors; %u..%u in steps of %u are "
			 "possible.", what, queue, nb_desc, ICE_MP_RING_MIN, ICE_MP_RING_MAX,
			 ICE_MP_RING_ALIGN);
		return -EINVAL;
	}
	if (queue >= port->nb_queues) {
		PORT_LOG(port, ERR, "%s queue %u: the port has %u.", what, queue,
			 port->nb_queues);
		return -EINVAL;
	}
	return 0;
}

/* log2 of the smallest descriptor with all that these offloads report. The
 * first 16 bytes (of RXDID 2) have length, packet type, checksums, hash and
 * the stripped tag. */
static uint8_t
rx_desc_shift(uint64_t offloads)
{
	return (offloads & ICE_MP_RX_LONG_OFFLOADS) ? 5 : 4;
}

/* Is every buffer of the pool at the same distance from its mbuf? */
static void
learn_buf(struct rte_mempool *mp, void *arg, void *obj, unsigned int idx)
{
	struct rte_mbuf *m = obj;
	struct ice_mp_rxq *q = arg;
	uint64_t delta = rte_mbuf_data_iova_default(m) - (uintptr_t)m;

	RTE_SET_USED(mp);
	q->buf_delta = idx == 0 || q->buf_delta == delta ? delta : 0;
}

static void
rxq_learn_pool(struct ice_mp_rxq *q)
{
	q->buf_delta = 0;
	rte_mempool_obj_iter(q->mp, learn_buf, q);
}

static void
rxq_park(struct ice_mp_rxq *q)
{
	__atomic_store_n(&q->free_thresh, UINT16_MAX, __ATOMIC_RELAXED);
	__atomic_store_n(&q->ring, q->port->pf->parked, __ATOMIC_RELAXED);
}

static void
rxq_unpark(struct ice_mp_rxq *q)
{
	__atomic_store_n(&q->ring, q->hw_ring, __ATOMIC_RELEASE);
	__atomic_store_n(&q->free_thresh, q->conf_free_thresh, __ATOMIC_RELEASE);
}

static void
txq_park(struct ice_mp_txq *q)
{
	__atomic_store_n(&q->plenty, UINT16_MAX, __ATOMIC_RELAXED);
	__atomic_store_n(&q->reserve, UINT16_MAX, __ATOMIC_RELAXED);
	__atomic_store_n(&q->ring, q->port->pf->parked, __ATOMIC_RELAXED);
}

static void
txq_unpark(struct ice_mp_txq *q)
{
	__atomic_store_n(&q->ring, q->hw_ring, __ATOMIC_RELEASE);
	__atomic_store_n(&q->reserve, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&q->plenty, RTE_MAX(q->free_thresh, q->rs_thresh), __ATOMIC_RELEASE);
}

int
ice_mp_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		      unsigned int socket, const struct rte_eth_rxconf *conf,
		      struct rte_mempool *mp)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t thresh = conf->rx_free_thresh ? conf->rx_free_thresh : DEF_RX_FREE_THRESH;
	struct ice_mp_rxq *q, asked = {
		.offloads = conf->offloads | dev->data->dev_conf.rxmode.offloads,
	};
	struct rte_mbuf mb;
	uint32_t room;
	int rc;

	rc = check_ring(port, "Rx", queue, nb_desc);
	if (rc != 0)
		return rc;
	if (thresh >= nb_desc - 1 || thresh > 1024) {
		PORT_LOG(port, ERR, "Rx queue %u: rx_free_thresh %u does not fit %u descriptors.",
			 queue, thresh, nb_desc);
		return -EINVAL;
	}
	if (mp == NULL) {
		mp = ice_mp_rxq_split_setup(&asked, conf);
		if (mp == NULL) {
			PORT_LOG(port, ERR, "Rx queue %u: segments that cannot be had.", queue);
			return -rte_errno;
		}
	}
	room = rte_pktmbuf_data_room_size(mp);
	room = room > RTE_PKTMBUF_HEADROOM ? room - RTE_PKTMBUF_HEADROOM : 0;
	room = RTE_MIN(room, ICE_MP_RX_DBUF_MAX);
	room &= ~((1u << ICE_MP_RX_DBUF_SHIFT) - 1);
	if (room == 0) {
		PORT_LOG(port, ERR, "Rx queue %u: mbufs of pool %s have less than %u data bytes.",
			 queue, mp->name, 1u << ICE_MP_RX_DBUF_SHIFT);
		return -EINVAL;
	}

	ice_mp_rx_queue_release(dev, queue);
	q = rte_zmalloc_socket("ice_mp_rxq", sizeof(*q), RTE_CACHE_LINE_SIZE, socket);
	if (q == NULL)
		return -ENOMEM;
	*q = asked;
	q->desc_shift = rx_desc_shift(q->offloads);
	if ((q->offloads & RTE_ETH_RX_OFFLOAD_TIMESTAMP) &&
	    rte_mbuf_dyn_rx_timestamp_register(&q->stamp_offset, &q->stamp_flag) != 0) {
		PORT_LOG(port, ERR, "Rx queue %u: no room for time stamps in mbufs.", queue);
		rte_free(q);
		return -ENOMEM;
	}
	q->sw = rte_zmalloc_socket("ice_mp_rx_sw", (nb_desc + ICE_MP_RX_AHEAD) * sizeof(*q->sw),
				   RTE_CACHE_LINE_SIZE, socket);
	q->mz = rte_eth_dma_zone_reserve(dev, "rx_ring", queue,
					 (size_t)nb_desc << q->desc_shift, RING_ADDR_ALIGN,
					 socket);
	if (q->hdr_mp != NULL)
		q->hdr_sw = rte_zmalloc_socket("ice_mp_rx_hdr", nb_desc * sizeof(*q->hdr_sw),
					       RTE_CACHE_LINE_SIZE, socket);
	if (q->sw == NULL || q->mz == NULL || (q->hdr_mp != NULL && q->hdr_sw == NULL)) {
		PORT_LOG(port, ERR, "Rx queue %u: no memory for %u descriptors.", queue, nb_desc);
		if (q->mz != NULL)
			rte_eth_dma_zone_free(dev, "rx_ring", queue);
		rte_free(q->hdr_sw);
		rte_free(q->sw);
		rte_free(q);
		return -ENOMEM;
	}
	q->hw_ring = q->mz->addr;
	q->ring_iova = q->mz->iova;
	q->mp = mp;
	rxq_learn_pool(q);
	q->nb_desc = nb_desc;
	q->conf_free_thresh = thresh;
	q->buf_len = room;
	q->port = port;
	q->queue = queue;
	q->deferred = conf->rx_deferred_start;
	q->drop_en = conf->rx_drop_en;
	q->crc_len = (q->offloads & RTE_ETH_RX_OFFLOAD_KEEP_CRC) ? RTE_ETHER_CRC_LEN : 0;

	rxq_park(q);

	memset(&mb, 0, sizeof(mb));
	mb.nb_segs = 1;
	mb.data_off = RTE_PKTMBUF_HEADROOM;
	mb.port = dev->data->port_id;
	rte_mbuf_refcnt_set(&mb, 1);
	memcpy(&q->rearm, (const uint8_t *)&mb + offsetof(struct rte_mbuf, data_off),
	       sizeof(q->rearm));

	dev->data->rx_queues[queue] = q;
	return 0;
}

int
ice_mp_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		      unsigned int socket, const struct rte_eth_txconf *conf)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t rs = conf->tx_rs_thresh ? conf->tx_rs_thresh : DEF_TX_RS_THRESH;
	uint16_t fr = conf->tx_free_thresh ? conf->tx_free_thresh : DEF_TX_FREE_THRESH;
	struct ice_mp_txq *q;
	int rc;

	rc = check_ring(port, "Tx", queue, nb_desc);
	if (rc != 0)
		return rc;
	/* Without this room a ring could fill with descriptors none of which
	 * asks for completion. */
	if (rs + ICE_MP_TX_MAX_DESCS + 1 >= nb_desc || fr >= nb_desc - 3) {
		PORT_LOG(port, ERR, "Tx queue %u: tx_rs_thresh %u and tx_free_thresh %u do not fit "
			 "%u descriptors.", queue, rs, fr, nb_desc);
		return -EINVAL;
	}
	ice_mp_tx_queue_release(dev, queue);
	q = rte_zmalloc_socket("ice_mp_txq", sizeof(*q), RTE_CACHE_LINE_SIZE, socket);
	if (q == NULL)
		return -ENOMEM;
	q->sw = rte_zmalloc_socket("ice_mp_tx_sw", nb_desc * sizeof(*q->sw), RTE_CACHE_LINE_SIZE,
				   socket);
	q->rs = rte_zmalloc_socket("ice_mp_tx_rs", nb_desc * sizeof(*q->rs), RTE_CACHE_LINE_SIZE,
				   socket);
	q->mz = rte_eth_dma_zone_reserve(dev, "tx_ring", queue,
					 nb_desc * sizeof(struct ice_mp_tx_desc), RING_ADDR_ALIGN,
					 socket);
	if (q->sw == NULL || q->rs == NULL || q->mz == NULL) {
		PORT_LOG(port, ERR, "Tx queue %u: no memory for %u descriptors.", queue, nb_desc);
		if (q->mz != NULL)
			rte_eth_dma_zone_free(dev, "tx_ring", queue);
		rte_free(q->rs);
		rte_free(q->sw);
		rte_free(q);
		return -ENOMEM;
	}
	q->hw_ring = q->mz->addr;
	q->ring_iova = q->mz->iova;
	q->nb_desc = nb_desc;
	q->rs_thresh = rs;
	q->free_thresh = fr;
	q->port = port;
	q->queue = queue;
	q->deferred = conf->tx_deferred_start;
	q->offloads = conf->offloads | dev->data->dev_conf.txmode.offloads;
	txq_park(q);
	dev->data->tx_queues[queue] = q;
	return 0;
}

/* Give back every buffer an Rx queue holds. */
static void
rxq_empty(struct ice_mp_rxq *q)
{
	uint16_t i, at = q->rearm_at;

	/* Empty slots run from rearm_at on; all others hold a buffer. */
	for (i = 0; i < q->nb_hold; i++) {
		q->sw[at] = NULL;
		at = at + 1 == q->nb_desc ? 0 : at + 1;
	}
	for (i = 0; i < q->nb_desc; i++) {
		if (q->sw[i] == NULL)
			continue;
		rte_mempool_put(q->mp, q->sw[i]);
		q->sw[i] = NULL;
		if (q->hdr_mp != NULL)
			rte_mempool_put(q->hdr_mp, q->hdr_sw[i]);
	}
	rte_pktmbuf_free(q->first);
	q->first = NULL;
	q->last = NULL;
	q->skip = false;
	q->watch.since = 0;
	q->watch.at = 0;
	q->next = 0;
	q->rearm_at = 0;
	q->nb_hold = q->nb_desc;
}

static void
txq_empty(struct ice_mp_txq *q)
{
	uint16_t i;

	/* Those in flight; the others went back to their pools. */
	for (i = q->clean; i != q->next; i = i + 1 == q->nb_desc ? 0 : i + 1)
		if (q->sw[i] != NULL)
			rte_pktmbuf_free_seg(q->sw[i]);
	q->mixed = false;
	q->mp = NULL;
	q->next = 0;
	q->clean = 0;
	q->nb_free = q->nb_desc - 1;
	q->since_rs = 0;
	q->rs_head = 0;
	q->rs_count = 0;
	q->stalled = 0;
	q->watch.since = 0;
	q->watch.at = 0;
}

void
ice_mp_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_rxq *q = dev->data->rx_queues[queue];

	if (q == NULL)
		return;
	dev->data->rx_queues[queue] = NULL;
	rte_eth_dma_zone_free(dev, "rx_ring", queue);
	rte_free(q->hdr_sw);
	rte_free(q->sw);
	rte_free(q);
}

void
ice_mp_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_txq *q = dev->data->tx_queues[queue];

	if (q == NULL)
		return;
	dev->data->tx_queues[queue] = NULL;
	txq_empty(q);
	rte_eth_dma_zone_free(dev, "tx_ring", queue);
	rte_free(q->rs);
	rte_free(q->sw);
	rte_free(q);
}

static uint32_t
max_frame(const struct rte_eth_dev *dev)
{
	return RTE_MIN((uint32_t)dev->data->mtu + ICE_MP_ETH_OVERHEAD, (uint32_t)ICE_MP_MAX_FRAME);
}

static void
rxq_program(struct rte_eth_dev *dev, struct ice_mp_rxq *q, uint16_t hwq)
{
	struct ice_mp_hw_rxq hw = {
		.ring = q->ring_iova,
		.nb_desc = q->nb_desc,
		.buf_size = q->buf_len,
		.max_frame = max_frame(dev),
		.rxdid = ICE_MP_RXDID_FLEX_NIC,
		.short_desc = q->desc_shift == 4,
		.keep_crc = q->crc_len != 0,
		.stamp = q->stamp_flag != 0,
		.hsplit = q->hsplit,
		.hdr_size = q->hdr_len,
	};

	ice_mp_hw_rxq_program(q->port->pf, hwq, &hw);
}

int
ice_mp_rx_queue_start(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_rxq *q = dev->data->rx_queues[queue];
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t hwq = ice_mp_hw_queue(port, queue);
	struct ice_mp_pf *pf = port->pf;
	int rc;

	if (dev->data->rx_queue_state[queue] == RTE_ETH_QUEUE_STATE_STARTED)
		return 0;
	q->nb_hold = q->nb_desc;
	q->next = 0;
	q->rearm_at = 0;
	if (ice_mp_rx_refill(q, q->nb_desc) != q->nb_desc) {
		PORT_LOG(port, ERR, "Rx queue %u: pool %s cannot fill %u descriptors.", queue,
			 q->mp->name, q->nb_desc);
		rxq_empty(q);
		return -ENOMEM;
	}
	if (q->stamp_flag != 0)
		ice_mp_clock_tick(port);
	q->tail = pf->bus->ops->doorbell(pf->bus, QRX_TAIL(hwq));
	rxq_program(dev, q, hwq);
	/* The device may use the ring from the moment it is enabled: it finds
	 * an empty one, then the tail below. */
	ice_mp_wr32(pf, QRX_TAIL(hwq), 0);
	rc = ice_mp_hw_rxq_switch(pf, hwq, true);
	if (rc != 0) {
		PORT_LOG(port, ERR, "Rx queue %u cannot be enabled: %s.", queue, strerror(-rc));
		ice_mp_hw_rxq_switch(pf, hwq, false);
		rxq_empty(q);
		return rc;
	}
	rte_io_wmb();
	*q->tail = q->nb_desc - 1;
	rxq_unpark(q);
	dev->data->rx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STARTED;
	return 0;
}

int
ice_mp_rx_queue_stop(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_rxq *q = dev->data->rx_queues[queue];
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc;

	if (dev->data->rx_queue_state[queue] == RTE_ETH_QUEUE_STATE_STOPPED)
		return 0;
	rxq_park(q);
	rc = ice_mp_hw_rxq_switch(port->pf, ice_mp_hw_queue(port, queue), false);
	if (rc != 0)
		PORT_LOG(port, ERR, "Rx queue %u cannot be disabled: %s.", queue, strerror(-rc));
	rxq_empty(q);
	dev->data->rx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STOPPED;
	return rc;
}

int
ice_mp_tx_queue_start(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_txq *q = dev->data->tx_queues[queue];
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t hwq = ice_mp_hw_queue(port, queue);
	struct ice_mp_pf *pf = port->pf;
	struct ice_mp_hw_txq hw = {
		.ring = q->ring_iova,
		.nb_desc = q->nb_desc,
		.vsi = port->vsi,
		.lport = port->lport,
		.vf = -1,
	};
	int rc;

	if (dev->data->tx_queue_state[queue] == RTE_ETH_QUEUE_STATE_STARTED)
		return 0;
	memset((void *)(uintptr_t)q->hw_ring, 0, q->nb_desc * sizeof(*q->hw_ring));
	txq_empty(q);
	ice_mp_txq_set_max_pkt(q, max_frame(dev) - RTE_ETHER_CRC_LEN);
	q->tail = pf->bus->ops->doorbell(pf->bus, QTX_COMM_DBELL(hwq));
	*q->tail = 0;
	rte_io_wmb();
	rc = ice_mp_hw_txq_add(pf, port->qgrp_teid, hwq, &hw, &q->teid);
	if (rc != 0) {
		PORT_LOG(port, ERR, "Tx queue %u cannot be created: %s.", queue, strerror(-rc));
		return rc;
	}
	rc = ice_mp_queue_rate_start(port, queue, q->teid);
	if (rc != 0) {
		(void)ice_mp_sched_del_txq(port, queue, q->teid);
		return rc;
	}
	txq_unpark(q);
	dev->data->tx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STARTED;
	return 0;
}

int
ice_mp_tx_queue_stop(struct rte_eth_dev *dev, uint16_t queue)
{
	struct ice_mp_txq *q = dev->data->tx_queues[queue];
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	int rc;

	if (dev->data->tx_queue_state[queue] == RTE_ETH_QUEUE_STATE_STOPPED)
		return 0;
	txq_park(q);
	rc = ice_mp_present(port->pf) ? ice_mp_sched_del_txq(port, queue, q->teid) : 0;
	if (rc != 0)
		PORT_LOG(port, ERR, "Tx queue %u cannot be removed: %s.", queue, strerror(-rc));
	txq_empty(q);
	dev->data->tx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STOPPED;
	return rc;
}

int
ice_mp_queues_start(struct rte_eth_dev *dev)
{
	struct rte_eth_dev_data *data = dev->data;
	uint16_t i;
	int rc = 0;

	for (i = 0; i < data->nb_tx_queues && rc == 0; i++) {
		struct ice_mp_txq *q = data->tx_queues[i];

		if (!q->deferred)
			rc = ice_mp_tx_queue_start(dev, i);
	}
	for (i = 0; i < data->nb_rx_queues && rc == 0; i++) {
		struct ice_mp_rxq *q = data->rx_queues[i];

		if (!q->deferred)
			rc = ice_mp_rx_queue_start(dev, i);
	}
	if (rc != 0)
		ice_mp_queues_stop(dev);
	return rc;
}

void
ice_mp_queues_stop(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		if (dev->data->rx_queues[i] != NULL)
			ice_mp_rx_queue_stop(dev, i);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		if (dev->data->tx_queues[i] != NULL)
			ice_mp_tx_queue_stop(dev, i);
}

void
ice_mp_queues_park(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		if (dev->data->rx_queues[i] != NULL)
			rxq_park(dev->data->rx_queues[i]);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		if (dev->data->tx_queues[i] != NULL)
			txq_park(dev->data->tx_queues[i]);
}

/* No burst is under way; one whose process died is over. */
static bool
queue_idle(const struct ice_mp_port *port, uint32_t *busy)
{
	uint32_t pid = __atomic_load_n(busy, __ATOMIC_ACQUIRE);

	if (pid == 0)
		return true;
	if (pid == ice_mp_pid || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return false;
	PORT_LOG(port, NOTICE, "Process %u died in a burst.", pid);
	__atomic_store_n(busy, 0, __ATOMIC_RELAXED);
	return true;
}

bool
ice_mp_queues_idle(const struct rte_eth_dev *dev)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	bool idle = true;
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ice_mp_rxq *q = dev->data->rx_queues[i];

		idle = (q == NULL || queue_idle(port, &q->busy)) && idle;
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ice_mp_txq *q = dev->data->tx_queues[i];

		idle = (q == NULL || queue_idle(port, &q->busy)) && idle;
	}
	return idle;
}

void
ice_mp_queues_lost(struct rte_eth_dev *dev)
{
	struct rte_eth_dev_data *data = dev->data;
	uint16_t i;

	for (i = 0; i < data->nb_rx_queues; i++) {
		if (data->rx_queues[i] == NULL ||
		    data->rx_queue_state[i] == RTE_ETH_QUEUE_STATE_STOPPED)
			continue;
		rxq_empty(data->rx_queues[i]);
		data->rx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
	}
	for (i = 0; i < data->nb_tx_queues; i++) {
		if (data->tx_queues[i] == NULL ||
		    data->tx_queue_state[i] == RTE_ETH_QUEUE_STATE_STOPPED)
			continue;
		txq_empty(data->tx_queues[i]);
		data->tx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
	}
}
