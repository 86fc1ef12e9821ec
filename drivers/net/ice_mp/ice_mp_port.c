/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

int
ice_mp_port_alloc(struct ice_mp_port *port)
{
	port->rss_lut = ICE_MP_NO_LUT;
	port->rss_key = rte_zmalloc("ice_mp_rss", ICE_MP_RSS_KEY_SIZE, 0);
	port->rss_lut_tbl = rte_zmalloc("ice_mp_rss", ICE_MP_RSS_LUT_GLOBAL *
					sizeof(*port->rss_lut_tbl), 0);
	if (port->rss_key == NULL || port->rss_lut_tbl == NULL || ice_mp_stats_init(port) != 0 ||
	    ice_mp_filter_alloc(port) != 0) {
		ice_mp_port_free(port);
		return -ENOMEM;
	}
	return 0;
}

void
ice_mp_port_free(struct ice_mp_port *port)
{
	ice_mp_filter_free(port);
	ice_mp_stats_fini(port);
	rte_free(port->rss_lut_tbl);
	rte_free(port->rss_key);
	port->rss_lut_tbl = NULL;
	port->rss_key = NULL;
}

int
ice_mp_port_set_frame(struct ice_mp_port *port, uint16_t frame)
{
	int rc;

	/* VFs have limits of their own; what is too long for the port is
	 * dropped by its queues. */
	if (port->pf->vfs != NULL)
		frame = port->pf->max_frame;
	rc = ice_mp_aqc_set_mac_cfg(port->pf, port->lport, frame, port->pause_quanta);
	if (rc == 0)
		port->frame = frame;
	else
		PORT_LOG(port, ERR, "The frame size could not be set: %s.", rte_strerror(-rc));
	return rc;
}

int
ice_mp_port_hw_init(struct ice_mp_port *port)
{
	int rc;

	port->epoch = port->pf->ctl.epoch;
	rc = ice_mp_link_init(port);
	if (rc != 0)
		goto fail_link;
	rc = ice_mp_port_set_frame(port, port->pf->max_frame);
	if (rc != 0)
		goto fail_mac;
	rc = ice_mp_rss_init(port);
	if (rc != 0)
		goto fail_rss;
	rc = ice_mp_sched_init(port);
	if (rc != 0)
		goto fail_sched;
	rc = ice_mp_vsi_init(port);
	if (rc != 0)
		goto fail_vsi;
	rc = ice_mp_rss_configure(port);
	if (rc != 0)
		goto fail_rss_conf;
	rc = ice_mp_filter_init(port);
	if (rc != 0)
		goto fail_filter;
	ice_mp_stats_rebase(port);
	return 0;

fail_filter:
fail_rss_conf:
	ice_mp_vsi_fini(port);
fail_vsi:
	ice_mp_sched_fini(port);
fail_sched:
	ice_mp_rss_fini(port);
fail_rss:
fail_mac:
	ice_mp_link_fini(port);
fail_link:
	return rc;
}

void
ice_mp_port_hw_fini(struct ice_mp_port *port)
{
	/* What is of an earlier epoch is gone, and its numbers may be others'
	 * now. */
	if (port->epoch != port->pf->ctl.epoch || !ice_mp_aq_up(port->pf))
		ice_mp_port_hw_lost(port);
	/* What was counted stays visible until the port is closed. */
	ice_mp_stats_tick(port);
	ice_mp_filter_fini(port);
	ice_mp_vsi_fini(port);
	ice_mp_sched_fini(port);
	ice_mp_rss_fini(port);
	ice_mp_link_fini(port);
}

void
ice_mp_port_hw_lost(struct ice_mp_port *port)
{
	port->hw_up = false;
	memset(port->nodes, 0, sizeof(port->nodes));
	port->root_teid = 0;
	port->vsi_teid = 0;
	port->qgrp_teid = 0;
	port->rss_lut = ICE_MP_NO_LUT;
	memset(port->txq_rate_on, 0, sizeof(port->txq_rate_on));
	ice_mp_filter_lost(port);
}

int
ice_mp_port_hw_replay(struct ice_mp_port *port)
{
	int rc;

	port->epoch = port->pf->ctl.epoch;
	rc = ice_mp_link_replay(port);
	if (rc == 0)
		rc = ice_mp_port_set_frame(port, port->frame);
	if (rc == 0)
		rc = ice_mp_rss_init(port);
	if (rc == 0)
		rc = ice_mp_sched_init(port);
	if (rc == 0)
		rc = ice_mp_vsi_init(port);
	if (rc == 0)
		rc = ice_mp_rss_replay(port);
	if (rc == 0)
		rc = ice_mp_filter_replay(port);
	if (rc == 0)
		rc = ice_mp_vsi_set_vlan(port, port->rx_offloads);
	if (rc != 0) {
		PORT_LOG(port, ERR, "The port was not built again: %s.", rte_strerror(-rc));
		return rc;
	}
	ice_mp_stats_rebase(port);
	return 0;
}
