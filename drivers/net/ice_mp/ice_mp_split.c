/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Buffer split: the headers of a frame, as far as a given protocol, go to
 * buffers of one pool, the rest to those of another. Set-up; the data path is
 * ice_mp_rx_split().
 */

#include <errno.h>

#include <rte_errno.h>

#include "ice_mp_rxtx.h"

/** Largest header buffer: five bits of units, and eleven of a length. */
#define HBUF_MAX	(31u << RLAN_CTX_HBUF_SHIFT)

#define L2	RTE_PTYPE_L2_ETHER
#define V4	(L2 | RTE_PTYPE_L3_IPV4_EXT_UNKNOWN)
#define V6	(L2 | RTE_PTYPE_L3_IPV6_EXT_UNKNOWN)

/* The device splits behind the innermost header of the kinds it is told: behind
 * less is possible where that one is missing. */
static const struct {
	uint32_t ptype;
	uint8_t hsplit;
} splits[] = {
	{ L2, RLAN_CTX_HSPLIT0_L2 },
	{ V4, RLAN_CTX_HSPLIT0_IP },
	{ V4 | RTE_PTYPE_L4_UDP, RLAN_CTX_HSPLIT0_TCP_UDP },
	{ V4 | RTE_PTYPE_L4_TCP, RLAN_CTX_HSPLIT0_TCP_UDP },
	{ V4 | RTE_PTYPE_L4_SCTP, RLAN_CTX_HSPLIT0_SCTP },
	{ V6, RLAN_CTX_HSPLIT0_IP },
	{ V6 | RTE_PTYPE_L4_UDP, RLAN_CTX_HSPLIT0_TCP_UDP },
	{ V6 | RTE_PTYPE_L4_TCP, RLAN_CTX_HSPLIT0_TCP_UDP },
	{ V6 | RTE_PTYPE_L4_SCTP, RLAN_CTX_HSPLIT0_SCTP },
};

const uint32_t *
ice_mp_split_ptypes_get(struct rte_eth_dev *dev)
{
	static uint32_t ptypes[RTE_DIM(splits) + 1];
	unsigned int i;

	RTE_SET_USED(dev);
	for (i = 0; i < RTE_DIM(splits); i++)
		ptypes[i] = splits[i].ptype;
	ptypes[i] = RTE_PTYPE_UNKNOWN;
	return ptypes;
}

struct rte_mempool *
ice_mp_rxq_split_setup(struct ice_mp_rxq *q, const struct rte_eth_rxconf *conf)
{
	const struct rte_eth_rxseg_split *head, *rest;
	uint32_t room;
	unsigned int i;

	rte_errno = EINVAL;
	if (conf->rx_nseg == 0 || conf->rx_nseg > 2)
		return NULL;
	head = &conf->rx_seg[0].split;
	if (conf->rx_nseg == 1)
		return head->mp;
	rest = &conf->rx_seg[1].split;
	rte_errno = ENOTSUP;
	/* By protocol only, and what is not header follows as it is. */
	if (head->length != 0 || rest->proto_hdr != 0 ||
	    (q->offloads & RTE_ETH_RX_OFFLOAD_KEEP_CRC))
		return NULL;
	for (i = 0; i < RTE_DIM(splits); i++)
		if (splits[i].ptype == head->proto_hdr)
			break;
	if (i == RTE_DIM(splits))
		return NULL;
	rte_errno = EINVAL;
	room = rte_pktmbuf_data_room_size(head->mp);
	room = room > RTE_PKTMBUF_HEADROOM ? room - RTE_PKTMBUF_HEADROOM : 0;
	room = RTE_MIN(room, HBUF_MAX) & ~((1u << RLAN_CTX_HBUF_SHIFT) - 1);
	if (room == 0)
		return NULL;
	q->hsplit = splits[i].hsplit;
	q->hdr_len = room;
	q->hdr_mp = head->mp;
	return rest->mp;
}
