/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The scheduler branch of a port. The device gives each port a root, a
 * traffic class and an entry point; below it the port hangs one node per
 * layer down to the queue group, whose leaves are the Tx queues:
 *
 *   root - TC - entry - … - VSI (layer 5) - … - queue group (layer 7) - leaf
 */

#include <errno.h>
#include <inttypes.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

/* Where the entry point is: its layer is its position in the branch. */
static int
sched_entry(struct ice_mp_port *port, const struct ice_mp_aq_branch *branch)
{
	const struct ice_mp_aq_elem *e = branch->elem;
	uint16_t i;

	if (e[0].data.elem_type != ICE_MP_AQ_ELEM_TYPE_ROOT)
		return -EIO;
	for (i = 1; i < branch->hdr.num; i++) {
		if (e[i].parent_teid != e[i - 1].node_teid)
			return -EIO;
		if (e[i].data.elem_type == ICE_MP_AQ_ELEM_TYPE_ENTRY)
			break;
	}
	if (i == branch->hdr.num || i >= ICE_MP_SCHED_VSI_LAYER)
		return -EIO;
	port->root_teid = e[0].node_teid;
	port->nodes[i] = e[i].node_teid;
	return i;
}

int
ice_mp_sched_init(struct ice_mp_port *port)
{
	struct ice_mp_pf *pf = port->pf;
	struct ice_mp_aq_branch branch;
	struct ice_mp_aq_elem elem;
	int entry, layer;
	int rc;

	rc = ice_mp_aqc_topology(pf, port->lport, &branch);
	if (rc != 0) {
		PORT_LOG(port, ERR, "No scheduler topology: %s.", rte_strerror(-rc));
		return rc;
	}
	memset(port->nodes, 0, sizeof(port->nodes));
	entry = sched_entry(port, &branch);
	if (entry < 0) {
		PORT_LOG(port, ERR, "The scheduler topology has no usable entry point.");
		return entry;
	}
	/* Another port's tree would send our packets out there. */
	rc = ice_mp_aqc_get_node(pf, port->nodes[entry], &elem);
	if (rc != 0 || elem.parent_teid != branch.elem[entry - 1].node_teid ||
	    elem.data.elem_type != ICE_MP_AQ_ELEM_TYPE_ENTRY) {
		PORT_LOG(port, ERR, "Scheduler node 0x%x is not the entry point it was said to be.",
			 port->nodes[entry]);
		return rc != 0 ? rc : -EIO;
	}
	port->hw_branch = entry;
	for (layer = entry + 1; layer <= ICE_MP_SCHED_QGRP_LAYER; layer++) {
		rc = ice_mp_aqc_add_node(pf, port->nodes[layer - 1], &port->nodes[layer]);
		if (rc != 0) {
			PORT_LOG(port, ERR, "No scheduler node for layer %d: %s.", layer,
				 rte_strerror(-rc));
			ice_mp_sched_fini(port);
			return rc;
		}
	}
	port->vsi_teid = port->nodes[ICE_MP_SCHED_VSI_LAYER];
	port->qgrp_teid = port->nodes[ICE_MP_SCHED_QGRP_LAYER];
	return 0;
}

void
ice_mp_sched_fini(struct ice_mp_port *port)
{
	int layer, rc;

	for (layer = ICE_MP_SCHED_QGRP_LAYER; layer > port->hw_branch; layer--) {
		if (port->nodes[layer] == 0)
			continue;
		if (ice_mp_present(port->pf)) {
			rc = ice_mp_aqc_del_node(port->pf, port->nodes[layer - 1],
						 port->nodes[layer]);
			if (rc != 0)
				PORT_LOG(port, WARNING, "Scheduler node 0x%x stays behind: %s.",
					 port->nodes[layer], rte_strerror(-rc));
		}
		port->nodes[layer] = 0;
	}
	port->nodes[port->hw_branch] = 0;
	port->root_teid = 0;
	port->vsi_teid = 0;
	port->qgrp_teid = 0;
}

int
ice_mp_sched_add_txq(struct ice_mp_port *port, uint16_t queue,
		     const uint8_t ctx[TLAN_CTX_SIZE], uint32_t *teid)
{
	if (port->qgrp_teid == 0)
		return -EIO;
	if (queue >= port->nb_queues)
		return -EINVAL;
	return ice_mp_aqc_add_txq(port->pf, port->qgrp_teid, ice_mp_hw_queue(port, queue), ctx,
				  teid);
}

int
ice_mp_sched_del_txq(struct ice_mp_port *port, uint16_t queue, uint32_t teid __rte_unused)
{
	if (port->qgrp_teid == 0)
		return -EIO;
	if (queue >= port->nb_queues)
		return -EINVAL;
	return ice_mp_aqc_del_txq(port->pf, port->qgrp_teid, ice_mp_hw_queue(port, queue));
}
