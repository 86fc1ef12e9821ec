/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Queues that are set up while their port runs. The burst functions of a port
 * were chosen for the queues it had when it was started, and data threads are
 * in them: a queue that they cannot serve is refused.
 */

#include <errno.h>

#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"

/* Would other functions be chosen with the queues there are now? */
static void
choose(struct rte_eth_dev *dev, bool *rx_differs, bool *tx_differs)
{
	const eth_tx_prep_t prepare = dev->tx_pkt_prepare;
	const uint8_t scattered = dev->data->scattered_rx;
	const eth_rx_burst_t rx = dev->rx_pkt_burst;
	const eth_tx_burst_t tx = dev->tx_pkt_burst;

	ice_mp_set_burst(dev);
	*rx_differs = dev->rx_pkt_burst != rx;
	*tx_differs = dev->tx_pkt_burst != tx;
	dev->tx_pkt_prepare = prepare;
	dev->data->scattered_rx = scattered;
	dev->rx_pkt_burst = rx;
	dev->tx_pkt_burst = tx;
}

int
ice_mp_dev_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			  unsigned int socket, const struct rte_eth_rxconf *conf,
			  struct rte_mempool *mp)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	bool rx_differs, tx_differs;
	const struct ice_mp_rxq *q;
	int rc;

	rc = ice_mp_rx_queue_setup(dev, queue, nb_desc, socket, conf, mp);
	if (rc != 0 || !dev->data->dev_started)
		return rc;
	choose(dev, &rx_differs, &tx_differs);
	q = dev->data->rx_queues[queue];
	/* One that takes whole frames is served by every function; the others
	 * may just do without what its predecessor needed. */
	if (!rx_differs || q->buf_len >= ice_mp_port_max_frame(port))
		return 0;
	PORT_LOG(port, ERR, "Rx queue %u: mbufs of pool %s do not hold a whole frame, and the port "
		 "was not started for that.", queue, mp->name);
	ice_mp_rx_queue_release(dev, queue);
	return -EINVAL;
}

int
ice_mp_dev_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			  unsigned int socket, const struct rte_eth_txconf *conf)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	bool rx_differs, tx_differs;
	const struct ice_mp_txq *q;
	int rc;

	rc = ice_mp_tx_queue_setup(dev, queue, nb_desc, socket, conf);
	if (rc != 0 || !dev->data->dev_started)
		return rc;
	choose(dev, &rx_differs, &tx_differs);
	q = dev->data->tx_queues[queue];
	if (!tx_differs || (q->offloads & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE))
		return 0;
	PORT_LOG(port, ERR, "Tx queue %u: the port was started with queues that free mbufs fast.",
		 queue);
	ice_mp_tx_queue_release(dev, queue);
	return -EINVAL;
}
