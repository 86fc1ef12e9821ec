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
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rate.h"

/* Where the entry point is: its layer is its position in the branch. */
static int
sched_find_entry(const struct ice_mp_aq_branch *branch)
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
	return i;
}

int
ice_mp_sched_entry(struct ice_mp_pf *pf, uint8_t lport, uint32_t nodes[ICE_MP_SCHED_LAYERS],
		   uint32_t *root)
{
	struct ice_mp_aq_branch branch;
	struct ice_mp_aq_elem elem;
	int entry;
	int rc;

	rc = ice_mp_aqc_topology(pf, lport, &branch);
	if (rc != 0) {
		PF_LOG(pf, ERR, "No scheduler topology of lport %u: %s.", lport,
		       rte_strerror(-rc));
		return rc;
	}
	entry = sched_find_entry(&branch);
	if (entry < 0) {
		PF_LOG(pf, ERR, "The scheduler topology of lport %u has no usable entry point.",
		       lport);
		return entry;
	}
	/* Another port's tree would send our packets out there. */
	rc = ice_mp_aqc_get_node(pf, branch.elem[entry].node_teid, &elem);
	if (rc != 0 || elem.parent_teid != branch.elem[entry - 1].node_teid ||
	    elem.data.elem_type != ICE_MP_AQ_ELEM_TYPE_ENTRY) {
		PF_LOG(pf, ERR, "Scheduler node 0x%x is not the entry point of lport %u it was "
		       "said to be.", branch.elem[entry].node_teid, lport);
		return rc != 0 ? rc : -EIO;
	}
	nodes[entry] = elem.node_teid;
	*root = branch.elem[0].node_teid;
	return entry;
}

int
ice_mp_sched_chain(struct ice_mp_pf *pf, uint32_t nodes[ICE_MP_SCHED_LAYERS], int first)
{
	int layer, rc;

	for (layer = first; layer <= ICE_MP_SCHED_QGRP_LAYER; layer++) {
		rc = ice_mp_aqc_add_node(pf, nodes[layer - 1], &nodes[layer]);
		if (rc != 0) {
			PF_LOG(pf, ERR, "No scheduler node for layer %d: %s.", layer,
			       rte_strerror(-rc));
			nodes[layer] = 0;
			ice_mp_sched_unchain(pf, nodes, first);
			return rc;
		}
	}
	return 0;
}

void
ice_mp_sched_drop_node(struct ice_mp_pf *pf, uint32_t parent, uint32_t *node)
{
	int rc;

	if (*node == 0)
		return;
	if (ice_mp_present(pf)) {
		rc = ice_mp_aqc_del_node(pf, parent, *node);
		if (rc != 0)
			PF_LOG(pf, WARNING, "Scheduler node 0x%x stays behind: %s.", *node,
			       rte_strerror(-rc));
	}
	*node = 0;
}

void
ice_mp_sched_unchain(struct ice_mp_pf *pf, uint32_t nodes[ICE_MP_SCHED_LAYERS], int first)
{
	int layer;

	for (layer = ICE_MP_SCHED_QGRP_LAYER; layer >= first; layer--)
		ice_mp_sched_drop_node(pf, nodes[layer - 1], &nodes[layer]);
}

int
ice_mp_sched_init(struct ice_mp_port *port)
{
	int entry, rc;

	memset(port->nodes, 0, sizeof(port->nodes));
	entry = ice_mp_sched_entry(port->pf, port->lport, port->nodes, &port->root_teid);
	if (entry < 0)
		return entry;
	port->hw_branch = entry;
	rc = ice_mp_sched_chain(port->pf, port->nodes, entry + 1);
	if (rc != 0) {
		ice_mp_sched_fini(port);
		return rc;
	}
	port->vsi_teid = port->nodes[ICE_MP_SCHED_VSI_LAYER];
	port->qgrp_teid = port->nodes[ICE_MP_SCHED_QGRP_LAYER];
	return 0;
}

void
ice_mp_sched_fini(struct ice_mp_port *port)
{
	ice_mp_sched_unchain(port->pf, port->nodes, port->hw_branch + 1);
	port->nodes[port->hw_branch] = 0;
	port->root_teid = 0;
	port->vsi_teid = 0;
	port->qgrp_teid = 0;
}

int
ice_mp_sched_del_txq(struct ice_mp_port *port, uint16_t queue, uint32_t teid __rte_unused)
{
	int rc;

	if (port->qgrp_teid == 0)
		return -EIO;
	if (queue >= port->nb_queues)
		return -EINVAL;
	rc = ice_mp_aqc_del_txq(port->pf, port->qgrp_teid, ice_mp_hw_queue(port, queue));
	if (rc == 0)
		ice_mp_queue_rate_stop(port, queue);
	return rc;
}
