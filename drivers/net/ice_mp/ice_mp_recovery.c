/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What happens when the device resets by itself: the state machine drawn at
 * enum ice_mp_pf_state, run through in the event thread.
 *
 * Applications know it as ethdev's proactive recovery: ERR_RECOVERING, then
 * burst functions that do nothing, then RECOVERY_SUCCESS with everything as
 * configured, or RECOVERY_FAILED and INTR_RMV. In between they make no
 * control calls, which is why ports need no lock against them here.
 */

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "ice_mp_adminq.h"
#include "ice_mp_event.h"
#include "ice_mp_event_priv.h"
#include "ice_mp_log.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"

/** A reset in the middle of a recovery starts it again this often. */
#define RECOVERY_TRIES		3
/** Time a data thread has to leave a burst function it is in: it may not
 * be scheduled for a while. */
#define RECOVERY_QUIESCE_MS	5000

static const char * const state_names[] = {
	[ICE_MP_PF_RUNNING] = "running",
	[ICE_MP_PF_PREPARE] = "prepare",
	[ICE_MP_PF_WAIT] = "wait",
	[ICE_MP_PF_REBUILD] = "rebuild",
	[ICE_MP_PF_FAILED] = "failed",
};

static void
recovery_state(struct ice_mp_pf *pf, enum ice_mp_pf_state state)
{
	PF_LOG(pf, INFO, "Reset: %s -> %s.", state_names[pf->state], state_names[state]);
	pf->state = state;
}

/* A started port's functions are also in ethdev's own table. */
static void
port_publish_burst(struct rte_eth_dev *dev)
{
	struct rte_eth_fp_ops *fp = &rte_eth_fp_ops[dev->data->port_id];

	fp->rx_pkt_burst = dev->rx_pkt_burst;
	fp->tx_pkt_burst = dev->tx_pkt_burst;
	rte_wmb();
}

static void
port_quiesce(struct ice_mp_port *port, void *arg __rte_unused)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);

	ice_mp_set_burst_dummy(dev);
	if (port->state == ICE_MP_PORT_STARTED)
		port_publish_burst(dev);
	ice_mp_queues_park(dev);
}

/* Every CPU sees the stores before, and its stores are seen after. */
static void
recovery_barrier(void)
{
	if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) != 0)
		rte_delay_us_sleep(1000);	/* store buffers drain in far less */
}

static void
port_idle(struct ice_mp_port *port, void *arg)
{
	bool *idle = arg;

	*idle = *idle && ice_mp_queues_idle(ice_mp_port_dev(port));
}

/* No data thread is in a burst function when this returns 0. */
static int
recovery_quiesce(struct ice_mp_pf *pf)
{
	unsigned int ms;
	bool idle;

	recovery_barrier();
	for (ms = 0; ; ms++) {
		idle = true;
		ice_mp_event_foreach(pf, port_idle, &idle);
		if (idle)
			return 0;
		if (ms == RECOVERY_QUIESCE_MS)
			break;
		rte_delay_us_sleep(1000);
	}
	PF_LOG(pf, ERR, "A data thread does not leave its burst function.");
	return -EBUSY;
}

static void
port_lost(struct ice_mp_port *port, void *arg __rte_unused)
{
	if (port->state == ICE_MP_PORT_STARTED)
		ice_mp_queues_lost(ice_mp_port_dev(port));
	ice_mp_port_hw_lost(port);
}

static void
port_tell(struct ice_mp_port *port, void *arg)
{
	const enum rte_eth_event_type *type = arg;

	rte_eth_dev_callback_process(ice_mp_port_dev(port), *type, NULL);
}

static void
port_rebuild(struct ice_mp_port *port, void *arg)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	int *rc = arg;

	if (*rc != 0)
		return;
	*rc = ice_mp_port_hw_replay(port);
	if (*rc != 0 || port->state != ICE_MP_PORT_STARTED)
		return;
	*rc = ice_mp_intr_port_start(dev);
	if (*rc == 0)
		*rc = ice_mp_queues_start(dev);
	if (*rc != 0)
		PORT_LOG(port, ERR, "The queues do not start again: %s.", rte_strerror(-*rc));
}

static void
port_resume(struct ice_mp_port *port, void *arg __rte_unused)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);

	if (port->state != ICE_MP_PORT_STARTED)
		return;
	ice_mp_set_burst(dev);
	port_publish_burst(dev);
}

static void
port_report_link(struct ice_mp_port *port, void *arg __rte_unused)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);

	if (ice_mp_link_refresh(port) > 0 && dev->data->dev_conf.intr_conf.lsc)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

static int
recovery_rebuild(struct ice_mp_pf *pf)
{
	int rc;

	/* Buffers go back only when the function certainly does no DMA: an
	 * AdminQ that died alone leaves the queues running. */
	rc = ice_mp_pf_reset(pf);
	if (rc != 0)
		return rc;
	ice_mp_event_foreach(pf, port_lost, NULL);
	rc = ice_mp_aq_start(pf);
	if (rc == 0)
		rc = ice_mp_pf_rediscover(pf);
	if (rc == 0)
		ice_mp_event_foreach(pf, port_rebuild, &rc);
	if (rc != 0)
		ice_mp_aq_lost(pf);
	return rc;
}

void
ice_mp_recover(struct ice_mp_pf *pf)
{
	enum rte_eth_event_type tell = RTE_ETH_EVENT_ERR_RECOVERING;
	unsigned int turn;
	int rc;

	PF_LOG(pf, NOTICE, "The device resets.");
	recovery_state(pf, ICE_MP_PF_PREPARE);
	ice_mp_aq_lost(pf);
	ice_mp_event_foreach(pf, port_quiesce, NULL);
	ice_mp_event_foreach(pf, port_tell, &tell);
	rc = recovery_quiesce(pf);
	if (rc != 0)
		goto failed;

	rc = -ENODEV;
	for (turn = 0; turn < RECOVERY_TRIES && rc != 0 && ice_mp_present(pf); turn++) {
		recovery_state(pf, ICE_MP_PF_WAIT);
		rc = ice_mp_reset_wait(pf);
		if (rc != 0)
			continue;
		recovery_state(pf, ICE_MP_PF_REBUILD);
		rc = recovery_rebuild(pf);
	}
failed:
	if (rc != 0) {
		pf->nb_failures++;
		recovery_state(pf, ICE_MP_PF_FAILED);
		PF_LOG(pf, ERR, "The device did not come back: %s.", rte_strerror(-rc));
		tell = RTE_ETH_EVENT_RECOVERY_FAILED;
		ice_mp_event_foreach(pf, port_tell, &tell);
		tell = RTE_ETH_EVENT_INTR_RMV;
		ice_mp_event_foreach(pf, port_tell, &tell);
		return;
	}
	pf->nb_recoveries++;
	ice_mp_intr_misc_on(pf, pf->events->face == ICE_MP_EVENT_INTERRUPT);
	ice_mp_event_foreach(pf, port_resume, NULL);
	recovery_state(pf, ICE_MP_PF_RUNNING);
	tell = RTE_ETH_EVENT_RECOVERY_SUCCESS;
	ice_mp_event_foreach(pf, port_tell, &tell);
	ice_mp_event_foreach(pf, port_report_link, NULL);
}
